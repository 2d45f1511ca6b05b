#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/registry/auth.hpp>

#include <optional>
#include <string>

namespace tagdb::registry {

/// Asks `docker-credential-<name> get` for a server's credentials (docker's credential helper protocol).
/// Nothing where it has none. Failure: it cannot be run, takes longer than 10 s, or says something else.
base::Result<std::optional<Credentials>> ask_credential_helper(const std::string& name,
                                                               const std::string& server);

} // namespace tagdb::registry
