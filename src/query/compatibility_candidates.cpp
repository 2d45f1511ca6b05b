#include "question.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/compatibility.hpp>
#include <tagdb/query/list.hpp>

#include <algorithm>
#include <map>

namespace tagdb::query {
namespace {

constexpr std::string_view k_microsoft = "mcr.microsoft.com";
constexpr std::string_view k_default_repository = "windows/servercore";

base::Result<std::string> registry_of(const std::vector<store::RepositoryRecord>& crawled,
                                      const Scope& scope) {
  if (!crawled.empty())
    return choose_registry(crawled, scope, std::nullopt);
  return scope.registry ? scope.registry->to_string() : std::string(k_microsoft);
}

/// Plain names before those that say their architecture, which a list of all architectures does not need.
bool is_better(const ListItem& item, const ListItem& known) {
  return std::make_pair(!item.tag.architecture.empty(), item.tag.name) <
         std::make_pair(!known.tag.architecture.empty(), known.tag.name);
}

base::Result<std::vector<windows::Candidate>> observed_tags(const store::Reader& reader, const Scope& scope,
                                                            const oci::RepositoryName& repository,
                                                            const std::string& registry) {
  Scope narrowed = scope;
  TAGDB_TRY_ASSIGN(narrowed.registry, oci::RegistryName::parse(registry));
  ListOptions options;
  options.repository = repository;
  options.kind = windows::TagKind::revision;
  TAGDB_TRY_ASSIGN(const auto items, list(reader, narrowed, options));
  const auto wanted = image_architecture(scope.architecture);
  std::map<windows::OsVersion, const ListItem*> best;
  for (const auto& item : items) {
    const bool fits = item.tag.architecture.empty() || image_architecture(item.tag.architecture) == wanted;
    if (!item.revision || !item.warnings.empty() || !item.tag.locale.empty() || !fits)
      continue;
    auto& known = best[*item.revision];
    if (known == nullptr || is_better(item, *known))
      known = &item;
  }
  std::vector<windows::Candidate> tags;
  for (const auto& [version, item] : best)
    tags.push_back({item->tag.name, version});
  return tags;
}

const windows::Version* product_in(const windows::Knowledge& knowledge, std::string_view repository,
                                   std::uint32_t build) {
  for (const auto& version : knowledge.tables().versions)
    if (version.build == build && std::find(version.repositories.begin(), version.repositories.end(),
                                            repository) != version.repositories.end())
      return &version;
  return nullptr;
}

std::vector<windows::Candidate> reference_tags(const windows::Knowledge& knowledge,
                                               std::string_view repository) {
  std::vector<windows::Candidate> tags;
  for (const auto& release : knowledge.tables().releases) {
    const auto* product = product_in(knowledge, repository, release.version.build());
    if (release.superseded_by || product == nullptr)
      continue;
    // The releases are those of servercore. An image of another repository whose product ended earlier (Nano
    // Server 2016) got none of the later ones.
    const auto end = windows::end_of_support(product->lifecycle);
    if (repository != k_default_repository && end && release.date > *end)
      continue;
    tags.push_back({release.version.to_string(), release.version});
  }
  return tags;
}

} // namespace

base::Result<ImageCandidates> image_candidates(const store::Reader& reader, const Scope& scope,
                                               EvidenceLevel weakest, const windows::Knowledge& knowledge,
                                               const std::optional<oci::RepositoryName>& typed) {
  auto repository = typed;
  if (!repository) {
    TAGDB_TRY_ASSIGN(repository, oci::RepositoryName::parse(k_default_repository));
  }
  ImageCandidates candidates;
  candidates.repository = repository->to_string();
  TAGDB_TRY_ASSIGN(const auto crawled, reader.repositories());
  TAGDB_TRY_ASSIGN(candidates.registry, registry_of(crawled, scope));
  for (const auto& record : crawled)
    if (record.registry == candidates.registry && record.name == candidates.repository)
      candidates.crawled = record;
  const auto name = base::escape_untrusted(candidates.repository);
  if (candidates.crawled) {
    candidates.source = "check";
    TAGDB_TRY_ASSIGN(candidates.tags, observed_tags(reader, scope, *repository, candidates.registry));
    if (candidates.tags.empty())
      return not_found(name + " has no revision tag for " + base::escape_untrusted(scope.architecture),
                       "`tagdb list --repo " + name + "` prints the tags it has");
    return candidates;
  }
  const auto hint = "run `" + sync_command(candidates.repository, candidates.registry) + "`";
  candidates.level = EvidenceLevel::reference;
  candidates.source = "reference as of " + windows::format_day(knowledge.edition().as_of);
  if (weakest < EvidenceLevel::reference)
    return not_found(name +
                         " was never crawled: its images are known from the reference only, which is "
                         "weaker than " +
                         std::string(to_string(weakest)),
                     hint);
  if (image_architecture(scope.architecture) != "amd64")
    return not_found(name + " was never crawled, and the reference speaks of amd64 only", hint);
  candidates.tags = reference_tags(knowledge, candidates.repository);
  if (candidates.tags.empty())
    return not_found(name + " was never crawled, and the reference knows no image of it", hint);
  return candidates;
}

} // namespace tagdb::query
