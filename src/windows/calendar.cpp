#include <tagdb/windows/calendar.hpp>

#include <fmt/format.h>

namespace tagdb::windows {

Date patch_tuesday(std::chrono::year_month month) {
  return Date(month / std::chrono::Tuesday[2]);
}

Date marketplace_estimate(Date release) {
  constexpr int k_working_days = 5;
  auto day = release;
  for (int counted = 0; counted < k_working_days;) {
    day += std::chrono::days(1);
    const std::chrono::weekday weekday(day);
    if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday)
      ++counted;
  }
  return day;
}

ReleaseDay release_day(const ReleaseInstant& row) {
  return {row.label, row.date, row.instant, row.zone, marketplace_estimate(row.date)};
}

std::vector<ReleaseDay> release_days_of(std::chrono::year year, std::span<const ReleaseInstant> rows) {
  std::vector<ReleaseDay> days;
  for (const auto& row : rows)
    if (row.patch_tuesday && row.label.month().year() == year)
      days.push_back(release_day(row));
  return days;
}

std::optional<ReleaseDay> previous_release_day(base::Instant now, std::span<const ReleaseInstant> rows) {
  std::optional<ReleaseDay> found;
  for (const auto& row : rows)
    if (row.patch_tuesday && row.instant <= now && (!found || row.instant > found->publishes))
      found = release_day(row);
  return found;
}

std::optional<ReleaseDay> next_release_day(base::Instant now, std::span<const ReleaseInstant> rows) {
  std::optional<ReleaseDay> found;
  for (const auto& row : rows)
    if (row.patch_tuesday && row.instant > now && (!found || row.instant < found->publishes))
      found = release_day(row);
  return found;
}

std::string format_day(Date date) {
  const std::chrono::year_month_day day(date);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

} // namespace tagdb::windows
