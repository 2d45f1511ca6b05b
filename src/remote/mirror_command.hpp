#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>

namespace tagdb::remote {

/// `tagdb mirror`: copies, prints what arrived and what could not be had. `database` is there where it said
/// which images are meant; what it holds of them is not fetched.
base::Result<int> run_mirror(const cli::Session& session, const cli::MirrorOptions& options,
                             const store::Reader* database);

} // namespace tagdb::remote
