#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>

namespace tagdb::remote {

/// `tagdb wait`: looks until a release has landed at each tag, and prints where each stands. Where the record
/// says that all have landed nothing is asked. The exit code, or what ended it.
base::Result<int> run_wait(const cli::Session& session, const cli::WaitOptions& options);

} // namespace tagdb::remote
