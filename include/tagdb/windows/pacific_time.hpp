#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/windows/calendar.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tagdb::windows {

// The half of the calendar that needs time zone data: the library tagdb_windows_calendar, which is linked by
// what extends the release instants and never by the program that answers.

struct Release;

/// The clock on the wall in Redmond, from the system's time zone data (America/Los_Angeles). Right past 2037,
/// where 32-bit transition tables end.
class PacificTime {
 public:
  /// Fails (internal) where the system has no time zone data installed.
  static base::Result<PacificTime> load();

  PacificTime(PacificTime&&) noexcept;
  PacificTime& operator=(PacificTime&&) noexcept;
  ~PacificTime();

  struct Moment {
    base::Instant instant;
    std::string zone; ///< "PST", "PDT"
  };
  /// 10:00 on that day: when Microsoft publishes. Security records show local wall clock, not a fixed offset
  /// (facts: 2026-01-13T17:56Z, 2026-07-14T17:04Z). No clock change falls on 10:00, so there is exactly one.
  Moment at_ten(Date date) const;

 private:
  struct Impl;
  explicit PacificTime(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

/// The Patch Tuesday of a month, for any year.
ReleaseDay release_day(std::chrono::year_month month, const PacificTime& pacific);

/// The last Patch Tuesday published at or before `now`, and the first after it, for any instant.
ReleaseDay previous_release_day(base::Instant now, const PacificTime& pacific);
ReleaseDay next_release_day(base::Instant now, const PacificTime& pacific);

/// Where the release instants begin: before the first base image of Windows Server 2016.
inline constexpr std::chrono::year_month k_first_instant_month =
    std::chrono::year(2016) / std::chrono::January;

/// The rows of release_instants.csv: every date and label of `releases`, and every Patch Tuesday from `first`
/// to `last`, ordered by date and label. Deterministic, so that the file can be made again and compared.
std::vector<ReleaseInstant> make_release_instants(std::span<const Release> releases,
                                                  std::chrono::year_month first, std::chrono::year_month last,
                                                  const PacificTime& pacific);

} // namespace tagdb::windows
