#include "calendar_command.hpp"

#include <tagdb/cli/print_calendar.hpp>
#include <tagdb/windows/pacific_time.hpp>

namespace tagdb::remote {

namespace {

constexpr auto k_first_month = std::chrono::year(2003) / std::chrono::October;

std::vector<windows::ReleaseDay> days_asked(const cli::CalendarOptions& options, base::Instant now,
                                            const windows::PacificTime& pacific) {
  std::vector<windows::ReleaseDay> days;
  if (options.previous)
    days.push_back(windows::previous_release_day(now, pacific));
  if (options.next)
    days.push_back(windows::next_release_day(now, pacific));
  if (options.previous || options.next)
    return days;
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const auto year = options.year.value_or(today.year());
  for (unsigned month = 1; month <= 12; ++month)
    if (const auto each = year / std::chrono::month(month); each >= k_first_month)
      days.push_back(windows::release_day(each, pacific));
  return days;
}

} // namespace

base::Result<int> run_calendar(const cli::Session& session, const cli::CalendarOptions& options) {
  const auto now = session.clock.now();
  TAGDB_TRY_ASSIGN(const auto pacific, windows::PacificTime::load());
  std::vector<cli::CalendarDay> lines;
  for (auto& day : days_asked(options, now, pacific))
    lines.push_back({std::move(day), std::nullopt, {}});
  session.print(session.json() ? cli::calendar_document(lines, now)
                               : cli::calendar_text(lines, now, session.color));
  return 0;
}

} // namespace tagdb::remote
