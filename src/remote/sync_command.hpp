#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>

namespace tagdb::remote {

/// `tagdb sync`: crawls, records, prints what changed and what failed. The exit code, or what ended it before
/// anything could be recorded.
base::Result<int> run_sync(const cli::Session& session, const cli::SyncOptions& options);

} // namespace tagdb::remote
