#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

constexpr std::string_view k_default_registry = "mcr.microsoft.com";
constexpr std::string_view k_default_repository = "windows/servercore";

using Repositories = std::vector<store::RepositoryRecord>;

std::string names_of(const Repositories& repositories) {
  std::vector<std::string> names;
  for (const auto& repository : repositories)
    names.push_back(repository.registry + "/" + repository.name);
  std::sort(names.begin(), names.end());
  return base::join(names, ", ");
}

std::vector<std::string> registries_of(const Repositories& repositories) {
  std::vector<std::string> names;
  for (const auto& repository : repositories)
    names.push_back(repository.registry);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool crawled(const Repositories& repositories, std::string_view registry) {
  return std::any_of(repositories.begin(), repositories.end(),
                     [&](const auto& repository) { return repository.registry == registry; });
}

base::Error nothing_crawled() {
  return not_found("no registry was crawled into this database yet", "run `tagdb sync`");
}

base::Error never_crawled(const Repositories& all, const std::string& name, const std::string& registry) {
  return not_found(name + " on " + registry + " was never crawled",
                   "run `" + sync_command(name, registry) + "`; crawled are " + names_of(all));
}

base::Error several_registries(const std::string& what, const std::vector<std::string>& registries) {
  return base::Error(base::ErrorKind::usage, what + ": " + base::join(registries, ", "),
                     "name one: --registry " + registries.front());
}

} // namespace

base::Error not_found(std::string message, std::string hint) {
  return base::Error(base::ErrorKind::not_found, std::move(message), std::move(hint));
}

bool is_default_registry(std::string_view registry) {
  return registry == k_default_registry;
}

std::string sync_command(std::string_view repository, std::string_view registry) {
  std::string command = "tagdb sync " + std::string(repository);
  if (!is_default_registry(registry))
    command += " --registry " + std::string(registry);
  return command;
}

base::Result<std::string> choose_registry(const Repositories& repositories, const Scope& scope,
                                          const std::optional<oci::RegistryName>& typed) {
  if (typed || scope.registry)
    return (typed ? *typed : *scope.registry).to_string();
  if (repositories.empty())
    return nothing_crawled();
  if (crawled(repositories, k_default_registry))
    return std::string(k_default_registry);
  const auto registries = registries_of(repositories);
  if (registries.size() > 1)
    return several_registries("several registries were crawled", registries);
  return registries.front();
}

base::Result<Place> choose_place(const store::Reader& reader, const Scope& scope,
                                 const ReferenceQuery& query) {
  TAGDB_TRY_ASSIGN(const auto all, reader.repositories());
  Place place;
  place.repository =
      query.repository ? expand_repository(*query.repository).to_string() : std::string(k_default_repository);
  std::optional<std::string> registry;
  if (query.registry || scope.registry)
    registry = (query.registry ? *query.registry : *scope.registry).to_string();
  else if (all.empty() || crawled(all, k_default_registry))
    registry = k_default_registry;

  Repositories same_name;
  std::copy_if(all.begin(), all.end(), std::back_inserter(same_name), [&](const auto& repository) {
    return repository.name == place.repository && (!registry || repository.registry == *registry);
  });
  if (same_name.size() > 1)
    return several_registries(place.repository + " was crawled on several registries",
                              registries_of(same_name));
  if (!same_name.empty()) {
    place.crawled = same_name.front();
    place.registry = place.crawled->registry;
    return place;
  }
  place.registry = registry ? *registry : registries_of(all).front();
  place.never_crawled =
      all.empty()
          ? nothing_crawled().with_hint("run `" + sync_command(place.repository, place.registry) + "`")
          : never_crawled(all, place.repository, place.registry);
  if (!is_default_registry(place.registry))
    return std::move(place.never_crawled);
  return place;
}

base::Result<store::RepositoryRecord> choose_repository(const store::Reader& reader, const Scope& scope,
                                                        const ReferenceQuery& query) {
  TAGDB_TRY_ASSIGN(auto place, choose_place(reader, scope, query));
  if (!place.crawled)
    return std::move(place.never_crawled);
  return *std::move(place.crawled);
}

} // namespace tagdb::query
