#pragma once

#include <functional>
#include <optional>
#include <string>

namespace tagdb::base {

/// Where environment variables come from. Passed in, so that a test brings its own. An empty variable is
/// there, and empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// The environment of this process.
std::optional<std::string> process_environment(const char* name);

} // namespace tagdb::base
