#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>

namespace tagdb::remote {

/// `tagdb calendar` of days that no recorded release instant covers: worked out with the system's time zone
/// data, without the network.
base::Result<int> run_calendar(const cli::Session& session, const cli::CalendarOptions& options);

} // namespace tagdb::remote
