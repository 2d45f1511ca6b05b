#include <tagdb/windows/knowledge_rows.hpp>
#include <tagdb/windows/pacific_time.hpp>

#include <absl/time/time.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace tagdb::windows {

struct PacificTime::Impl {
  absl::TimeZone zone;
};

PacificTime::PacificTime(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
PacificTime::PacificTime(PacificTime&&) noexcept = default;
PacificTime& PacificTime::operator=(PacificTime&&) noexcept = default;
PacificTime::~PacificTime() = default;

base::Result<PacificTime> PacificTime::load() {
  auto impl = std::make_unique<Impl>();
  if (!absl::LoadTimeZone("America/Los_Angeles", &impl->zone))
    return base::Error(base::ErrorKind::internal, "no time zone data for America/Los_Angeles",
                       "install the system's time zone data (Debian: tzdata)");
  return PacificTime(std::move(impl));
}

PacificTime::Moment PacificTime::at_ten(Date date) const {
  constexpr int k_hour = 10;
  const std::chrono::year_month_day day(date);
  const absl::CivilSecond civil(static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                                static_cast<unsigned>(day.day()), k_hour);
  const auto time = absl::FromCivil(civil, m_impl->zone);
  const auto info = m_impl->zone.At(time);
  return {base::Instant(std::chrono::seconds(absl::ToUnixSeconds(time))), info.zone_abbr};
}

ReleaseDay release_day(std::chrono::year_month month, const PacificTime& pacific) {
  const auto date = patch_tuesday(month);
  auto moment = pacific.at_ten(date);
  return {ReleaseLabel(month, ReleaseLetter::b), date, moment.instant, std::move(moment.zone),
          marketplace_estimate(date)};
}

namespace {

std::chrono::year_month month_of(base::Instant now) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  return day.year() / day.month();
}

} // namespace

ReleaseDay previous_release_day(base::Instant now, const PacificTime& pacific) {
  const auto month = month_of(now);
  auto day = release_day(month, pacific);
  return day.publishes <= now ? day : release_day(month - std::chrono::months(1), pacific);
}

ReleaseDay next_release_day(base::Instant now, const PacificTime& pacific) {
  const auto month = month_of(now);
  auto day = release_day(month, pacific);
  return day.publishes > now ? day : release_day(month + std::chrono::months(1), pacific);
}

std::vector<ReleaseInstant> make_release_instants(std::span<const Release> releases,
                                                  std::chrono::year_month first, std::chrono::year_month last,
                                                  const PacificTime& pacific) {
  std::set<std::pair<Date, ReleaseLabel>> released;
  for (const auto& release : releases)
    released.emplace(release.date, release.label);
  auto days = released;
  for (auto month = first; month <= last; month += std::chrono::months(1))
    days.emplace(patch_tuesday(month), ReleaseLabel(month, ReleaseLetter::b));
  const auto covered = released.empty() ? Date::min() : released.rbegin()->first;

  std::vector<ReleaseInstant> rows;
  rows.reserve(days.size());
  for (const auto& [date, label] : days) {
    auto moment = pacific.at_ten(date);
    const bool has_images = released.contains({date, label});
    rows.push_back({date, label, moment.instant, std::move(moment.zone),
                    label.letter() == ReleaseLetter::b && date == patch_tuesday(label.month()),
                    date > covered ? std::nullopt : std::optional(has_images),
                    has_images ? "releases.csv; 10:00 in Redmond by the IANA zone America/Los_Angeles"
                               : "second Tuesday of the month; 10:00 in Redmond by the IANA zone "
                                 "America/Los_Angeles"});
  }
  return rows;
}

} // namespace tagdb::windows
