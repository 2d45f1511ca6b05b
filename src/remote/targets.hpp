#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/registry/client.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagdb::remote {

/// What a command that crawls is about.
struct Targets {
  registry::Endpoint endpoint;
  std::vector<oci::RepositoryName> repositories; ///< each once, in the order typed
};

/// Reads the REPO arguments: "windows/servercore", "servercore", "mcr.microsoft.com/windows/servercore".
/// Without any: windows/servercore and windows/nanoserver. A registry typed with a repository is `registry`
/// (the --registry option) or stands in its place; without both it is mcr.microsoft.com. Failure:
/// ErrorKind::usage.
base::Result<Targets> parse_targets(const std::vector<std::string>& typed,
                                    const std::optional<std::string>& registry);

} // namespace tagdb::remote
