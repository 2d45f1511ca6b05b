#include <tagdb/base/environment.hpp>

#include <cstdlib>

namespace tagdb::base {

std::optional<std::string> process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

} // namespace tagdb::base
