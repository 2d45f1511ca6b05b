#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>

namespace tagdb::remote {

/// `tagdb identify --online`: as offline, and what a reference names and the database lacks is fetched, its
/// config only, and judged like any other. Nothing is stored.
base::Result<int> run_identify(const cli::Session& session, const cli::IdentifyOptions& options);

} // namespace tagdb::remote
