#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/mirror/copy.hpp>

#include <string>
#include <vector>

namespace tagdb::remote {

struct MirrorResult {
  std::string from, to; ///< as printed
  base::Instant as_of;
  mirror::CopyReport copy;
};

/// complete 0, partial 8, interrupted 130; failed: that of the first failure.
int exit_code_of(const mirror::CopyReport& report);
/// `--format json`, with its newline.
std::string mirror_document(const MirrorResult& result);
/// `--format text`.
std::string mirror_text(const MirrorResult& result);
/// One line for each thing that could not be had, at most `limit` of them.
std::vector<std::string> mirror_failures(const mirror::CopyReport& report, std::size_t limit = 50);

} // namespace tagdb::remote
