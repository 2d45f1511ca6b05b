#include "calendar_command.hpp"

namespace tagdb::remote {

namespace {

constexpr auto k_first_month = std::chrono::year(2003) / std::chrono::October;
constexpr unsigned k_months = 12;

} // namespace

std::vector<cli::CalendarDay> calendar_days(const cli::CalendarOptions& options, base::Instant now,
                                            const windows::PacificTime& pacific) {
  std::vector<cli::CalendarDay> days;
  // Whether images came is knowledge, and there is none of these days.
  const auto add = [&](windows::ReleaseDay day) { days.push_back({std::move(day), std::nullopt, {}}); };
  if (options.previous)
    add(windows::previous_release_day(now, pacific));
  if (options.next)
    add(windows::next_release_day(now, pacific));
  if (options.previous || options.next)
    return days;
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const auto year = options.year.value_or(today.year());
  for (unsigned number = 1; number <= k_months; ++number)
    if (const auto month = year / std::chrono::month(number); month >= k_first_month)
      add(windows::release_day(month, pacific));
  return days;
}

base::Result<int> run_calendar(const cli::Session& session, const cli::CalendarOptions& options) {
  const auto now = session.clock.now();
  TAGDB_TRY_ASSIGN(const auto pacific, windows::PacificTime::load());
  const auto days = calendar_days(options, now, pacific);
  session.print(session.json() ? cli::calendar_document(days, now)
                               : cli::calendar_text(days, now, session.color));
  return 0;
}

} // namespace tagdb::remote
