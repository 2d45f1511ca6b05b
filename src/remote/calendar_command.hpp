#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/print_calendar.hpp>
#include <tagdb/cli/program.hpp>
#include <tagdb/windows/pacific_time.hpp>

#include <vector>

namespace tagdb::remote {

/// The Patch Tuesdays that are asked for, in order. Of 2003 only those since October: it was the first.
std::vector<cli::CalendarDay> calendar_days(const cli::CalendarOptions& options, base::Instant now,
                                            const windows::PacificTime& pacific);

/// `tagdb calendar` of days that no recorded release instant covers: worked out with the system's time zone
/// data, without the network.
base::Result<int> run_calendar(const cli::Session& session, const cli::CalendarOptions& options);

} // namespace tagdb::remote
