#include "targets.hpp"

#include <tagdb/base/text.hpp>
#include <tagdb/query/reference.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace tagdb::remote {

namespace {

constexpr std::string_view k_default_registry = "mcr.microsoft.com";
constexpr std::string_view k_default_repositories[] = {"windows/servercore", "windows/nanoserver"};

base::Error two_registries(const std::string& one, const std::string& other) {
  return base::Error(base::ErrorKind::usage, fmt::format("two registries are named: {} and {}", one, other),
                     "one sync looks at one registry; run it once for each");
}

base::Result<oci::Reference> parse_repository(const std::string& typed) {
  TAGDB_TRY_ASSIGN(auto reference, oci::parse_reference(typed));
  if (reference.tag || reference.digest)
    return base::Error(
        base::ErrorKind::usage,
        fmt::format("'{}' names an image; a sync looks at whole repositories", base::escape_untrusted(typed)),
        "leave the part behind the repository away");
  return reference;
}

} // namespace

base::Result<Targets> parse_targets(const std::vector<std::string>& typed,
                                    const std::optional<std::string>& registry) {
  std::vector<std::string> words = typed;
  if (words.empty())
    words.assign(std::begin(k_default_repositories), std::end(k_default_repositories));

  std::optional<oci::RegistryName> named;
  std::vector<oci::RepositoryName> repositories;
  for (const auto& word : words) {
    TAGDB_TRY_ASSIGN(const auto reference, parse_repository(word));
    if (reference.registry && named && *named != *reference.registry)
      return two_registries(named->to_string(), reference.registry->to_string());
    if (reference.registry)
      named = reference.registry;
    auto repository = query::expand_repository(*reference.repository);
    if (std::find(repositories.begin(), repositories.end(), repository) == repositories.end())
      repositories.push_back(std::move(repository));
  }

  // The option may say more than the name (http://, a port that is the scheme's own), so it comes first.
  const std::string where = registry ? *registry
                            : named  ? named->to_string()
                                     : std::string(k_default_registry);
  TAGDB_TRY_ASSIGN(auto endpoint, registry::Endpoint::parse(where));
  if (named && *named != endpoint.name)
    return two_registries(endpoint.name.to_string(), named->to_string());
  return Targets{std::move(endpoint), std::move(repositories)};
}

} // namespace tagdb::remote
