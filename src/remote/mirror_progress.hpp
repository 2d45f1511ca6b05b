#pragma once

#include "progress.hpp"
#include <tagdb/mirror/copy.hpp>

#include <memory>
#include <optional>
#include <string>

namespace tagdb::remote {

/// How far a copy is, shown to somebody.
class ShownCopy : public mirror::CopyProgress {
 public:
  /// Takes it off the screen; the next update draws it again.
  virtual void hide() = 0;
};

/// One line that is redrawn in place: the whole, and the blob that moved last.
///
///     mirror [====>      ] 2/9 blobs  1.2 GB/2.6 GB  98.1 MB/s  0:14 left  sha256:0123456789ab 45%
std::unique_ptr<ShownCopy> make_copy_bar(Show show, std::function<int()> width, const base::Clock& clock);
/// One JSON document a line: at each blob's begin and end, and twice a second with what is on its way.
std::unique_ptr<ShownCopy> make_copy_lines(Show show, const base::Clock& clock);
std::unique_ptr<ShownCopy> make_no_copy_progress();
/// What the options and the terminal ask for.
std::unique_ptr<ShownCopy> make_copy_progress(const cli::Session& session, cli::ProgressMode mode);

/// The bar's text, at most `width` columns: what does not fit is left out, from the least important on.
/// `rate` is bytes a second; `blob` says which one moved last and how far it is. Pure.
std::string draw_copy(const mirror::CopyState& state, std::optional<double> rate, const std::string& blob,
                      int width);

} // namespace tagdb::remote
