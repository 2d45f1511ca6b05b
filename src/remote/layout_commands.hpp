#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>

namespace tagdb::remote {

/// `tagdb verify oci:DIR`: 7 where something is missing, damaged or dangling.
base::Result<int> run_verify_layout(const cli::Session& session, const cli::LayoutOptions& options);
/// `tagdb gc oci:DIR`.
base::Result<int> run_gc(const cli::Session& session, const cli::LayoutOptions& options);

} // namespace tagdb::remote
