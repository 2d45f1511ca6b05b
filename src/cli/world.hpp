#pragma once

#include "streams.hpp"
#include <tagdb/base/clock.hpp>
#include <tagdb/cli/program.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::cli {

/// The environment; an empty variable counts as none.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// Everything outside that a run of the program sees, so that a test can be the outside.
struct World {
  std::vector<std::string> arguments; ///< without the program's own name
  Environment environment;
  const base::Clock& clock;
  Streams& streams;
  /// Becomes tagdb-remote with these arguments; returns only where that fails.
  std::function<base::Error(const std::vector<std::string>& arguments)> start_remote;
};

/// run_program() in a given world.
int run(const World& world, const Carriers& carriers);

} // namespace tagdb::cli
