#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/log.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>
#include <tagdb/sync/progress.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::remote {

/// What a wait waits for between two looks.
struct Waiting {
  std::string release;              ///< "2025-10B"
  std::vector<std::string> missing; ///< "windows/servercore:ltsc2019"; empty: not known before the first look
  std::size_t awaited = 0;          ///< tags in all
  base::Instant until;              ///< when it looks again
  std::chrono::seconds left{0};     ///< until then
  bool release_hour = false;        ///< it waits for the release's hour, and has not looked yet
};

/// Progress that is shown to somebody. Drawing costs a system call, so it is done at most ten times a second.
class ShownProgress : public sync::Progress {
 public:
  /// Takes it off the screen, so that a line of text can be written; the next update draws it again.
  virtual void hide() = 0;
  /// Told about once a second while a wait pauses; a new pause has another `until`.
  virtual void waiting(const Waiting& state) = 0;
};

/// Where it is shown: standard error, or a test.
using Show = std::function<void(std::string_view text)>;

/// One line that is redrawn in place, as wide as `width` says each time:
///
///     windows/servercore [=========>          ] 1234/4012  312/s  0:09 left  2 failed
std::unique_ptr<ShownProgress> make_progress_bar(Show show, std::function<int()> width,
                                                 const base::Clock& clock);
/// One JSON document a line, twice a second and at the end of each repository.
std::unique_ptr<ShownProgress> make_progress_lines(Show show, const base::Clock& clock);
std::unique_ptr<ShownProgress> make_no_progress();

/// What the options and the terminal ask for.
std::unique_ptr<ShownProgress> make_progress(const cli::Session& session, cli::ProgressMode mode);

/// Where lines go that are logged while progress is shown: to the session's log, with the progress taken off
/// the screen first. Both outlive it.
base::Log::Sink log_beside(const cli::Session& session, ShownProgress& progress);

/// The same for whatever else is shown: `hide` takes it off the screen.
base::Log::Sink log_beside(const cli::Session& session, std::function<void()> hide);
/// Whether the options and the terminal ask for a bar.
bool shows_bar(const cli::Session& session, cli::ProgressMode mode);
/// The columns of the terminal.
int progress_width();
/// "0:09", "12:34", "3:07:00".
std::string clock_time(double seconds);
/// "[=====>    ]", `part` of it full.
std::string filled_bar(double part, int width);

/// How fast it goes: over the last seconds, not over the whole run, so that the time left follows a registry
/// that has become slow. Pure: time is handed in.
class Rate {
 public:
  void add(std::uint64_t done, std::chrono::nanoseconds now);
  /// Per second; nothing until there is something to tell.
  std::optional<double> per_second() const;

 private:
  struct Point {
    std::uint64_t done = 0;
    std::chrono::nanoseconds at{0};
  };
  std::optional<Point> m_last;
  std::optional<double> m_rate;
};

/// "waiting for 2025-10B: 2 of 6 missing, next look in 0:42: windows/servercore:ltsc2019 ..."; what does not
/// fit is cut. Pure.
std::string draw_waiting(const Waiting& state, int width);

/// The bar's text, at most `width` columns: what does not fit is left out, from the least important on. Pure.
std::string draw_bar(std::string_view title, const sync::ProgressState& state, std::optional<double> rate,
                     int width);

} // namespace tagdb::remote
