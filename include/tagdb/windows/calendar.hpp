#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/windows/release_label.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagdb::windows {

// Dates only: nothing here knows a time zone, so that a program that answers never loads one. The instant
// that belongs to a date is data (Knowledge, schema/reference/release_instants.csv); who extends that data,
// or is asked for a year beyond it, uses pacific_time.hpp.

/// A day, in whichever place the context names.
using Date = std::chrono::sys_days;

/// The second Tuesday of a month: Patch Tuesday, the day of the B release as a rule.
Date patch_tuesday(std::chrono::year_month month);

/// When Azure Marketplace is expected to have host images of a release: five weekdays later. The
/// documentation says "about five working days" and knows no holidays, so this is an estimate. Until then
/// host images there carry the preinstalled base images of the release before.
Date marketplace_estimate(Date release);

/// When a release (or a scheduled Patch Tuesday) is published, known beforehand to the minute or so: 10:00 in
/// Redmond. A row of release_instants.csv.
struct ReleaseInstant {
  Date date; ///< in Redmond; the UTC day of `instant` is the same
  ReleaseLabel label;
  base::Instant instant;      ///< 17:00Z in summer, 18:00Z in winter
  std::string zone;           ///< "PST" or "PDT": how Redmond calls its time on that day
  bool patch_tuesday = false; ///< the day is the second Tuesday of the label's month
  /// Whether the reference has base images of this date and label; nothing while the day lies beyond what it
  /// covers. 2017-02-14 is a Patch Tuesday that was skipped: false.
  std::optional<bool> released;
  std::string source;
};

/// A release day as `tagdb calendar` shows it.
struct ReleaseDay {
  ReleaseLabel label;
  Date date;
  base::Instant publishes;
  std::string zone;
  Date marketplace; ///< an estimate
};
ReleaseDay release_day(const ReleaseInstant& row);

/// The Patch Tuesdays of a year among `rows`, in order.
std::vector<ReleaseDay> release_days_of(std::chrono::year year, std::span<const ReleaseInstant> rows);

/// The last Patch Tuesday published at or before `now` among `rows`, and the first after it; nothing beyond
/// the rows' ends.
std::optional<ReleaseDay> previous_release_day(base::Instant now, std::span<const ReleaseInstant> rows);
std::optional<ReleaseDay> next_release_day(base::Instant now, std::span<const ReleaseInstant> rows);

/// "2020-02-11".
std::string format_day(Date date);

} // namespace tagdb::windows
