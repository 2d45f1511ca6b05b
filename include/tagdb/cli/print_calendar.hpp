#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/windows/calendar.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagdb::cli {

/// A line of `tagdb calendar`: a Patch Tuesday, and what is known of it beside its date.
struct CalendarDay {
  windows::ReleaseDay day;
  /// Whether images were released on it; nothing where that is not known, or not yet.
  std::optional<bool> released;
  std::vector<windows::ReleaseInstant> others; ///< other days of the month on which images were
};

/// Aligned lines for people, and what the estimate rests on; never empty.
std::string calendar_text(const std::vector<CalendarDay>& days, base::Instant now, bool bold);
/// cli.md section 5, with its newline.
std::string calendar_document(const std::vector<CalendarDay>& days, base::Instant now);

} // namespace tagdb::cli
