#include "identify_parts.hpp"
#include <tagdb/query/release.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace tagdb::query {
namespace {

constexpr std::string_view k_microsoft = "mcr.microsoft.com";

std::string tag_reference(std::string_view registry, std::string_view repository,
                          const windows::OsVersion& revision) {
  return std::string(registry) + "/" + std::string(repository) + ":" + revision.to_string();
}

/// What to write to get one of these images: the best tag that leads to any, with the digest that it points
/// at.
base::Result<std::string> pinned(const Identifier& identifier, const store::RepositoryRecord& home,
                                 const std::vector<store::ImageRecord>& images) {
  std::vector<store::ContentId> contents;
  for (const auto& image : images) {
    TAGDB_TRY_ASSIGN(const auto above, identifier.reader().ancestors(image.manifest.id));
    contents.insert(contents.end(), above.begin(), above.end());
  }
  const ReferenceQuery query{home.name, std::nullopt, std::nullopt, DigestPrefix{}, std::nullopt};
  Question question{identifier.scope(), query, identifier.scope().now, Lookup(identifier.reader(), home)};
  TAGDB_TRY_ASSIGN(const auto pointing, best_pointing(question, contents, std::nullopt));
  if (!pointing || !pointing->segment.digest)
    return std::string();
  return home.registry + "/" + home.name + ":" + pointing->tag.name + "@" +
         pointing->segment.digest->to_string();
}

/// Images of one build for one architecture, by revision.
using Revisions = std::map<windows::OsVersion, std::vector<store::ImageRecord>>;

base::Result<Revisions> revisions_of(const Identifier& identifier, const FoundBase& base) {
  Revisions revisions;
  for (const auto& home : base.homes) {
    TAGDB_TRY_ASSIGN(auto images, identifier.reader().images_of_build(home.id, base.revision.build()));
    for (auto& image : images)
      if (image.version && image.architecture == base.architecture)
        revisions[*image.version].push_back(std::move(image));
  }
  return revisions;
}

bool is_withdrawn(const windows::Knowledge& knowledge, const windows::OsVersion& revision) {
  const auto* release = knowledge.release(revision);
  return release != nullptr && release->superseded_by;
}

/// How far the base is behind by the record; false where the record does not reach as far as the base.
base::Result<bool> compare_by_record(const Identifier& identifier, const windows::Knowledge& knowledge,
                                     const FoundBase& base, Identification& answer) {
  TAGDB_TRY_ASSIGN(auto revisions, revisions_of(identifier, base));
  if (revisions.empty() || revisions.rbegin()->first < base.revision)
    return false;
  std::erase_if(revisions, [&](const auto& entry) {
    return entry.first <= base.revision || is_withdrawn(knowledge, entry.first);
  });
  answer.behind = revisions.size();
  if (revisions.empty())
    return true;
  answer.newest = revisions.rbegin()->first;
  if (base.homes.size() == 1) {
    TAGDB_TRY_ASSIGN(answer.newest_reference,
                     pinned(identifier, base.homes.front(), revisions.rbegin()->second));
  }
  return true;
}

void compare_by_reference(const windows::Knowledge& knowledge, const FoundBase& base,
                          Identification& answer) {
  const auto releases = knowledge.releases_of_build(base.revision.build());
  if (releases.empty())
    return;
  std::uint64_t newer = 0;
  for (const auto& release : releases) {
    const auto published = knowledge.published(release);
    if (release.version <= base.revision || release.superseded_by || (published && *published > answer.as_of))
      continue;
    ++newer;
    answer.newest = release.version;
  }
  answer.behind = newer;
  if (answer.newest && answer.registry == k_microsoft)
    answer.newest_reference = tag_reference(answer.registry, answer.repository, *answer.newest);
}

void name_repository(const FoundBase& base, Identification& answer) {
  if (base.homes.size() == 1) {
    answer.registry = base.homes.front().registry;
    answer.repository = base.homes.front().name;
  } else if (base.homes.empty() && base.named.size() == 1) {
    answer.registry = k_microsoft;
    answer.repository = base.named.front();
  }
  if (!answer.repository.empty())
    return;
  for (const auto& home : base.homes)
    answer.candidates.push_back(home.name);
  if (base.homes.empty())
    answer.candidates = base.named;
}

} // namespace

base::Status describe_base(const Identifier& identifier, const FoundBase& base, Identification& answer) {
  const auto& reader = identifier.reader();
  answer.match = base.match;
  answer.revision = base.revision;
  answer.base_layers = base.base_layers;
  answer.evidence = base.by_reference ? EvidenceLevel::reference : EvidenceLevel::observed;
  name_repository(base, answer);
  for (const auto& one : base.homes)
    answer.homes.push_back(one.id);
  TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge(base.revision.build()));

  std::optional<store::RepositoryId> home;
  if (!base.homes.empty())
    home = base.homes.front().id;
  TAGDB_TRY_ASSIGN(answer.release,
                   release_of_revision(reader, knowledge, home, base.revision, base.architecture));
  if (answer.release)
    answer.kb = answer.release->kb;
  if (base.homes.size() == 1) {
    Lookup lookup(reader, base.homes.front());
    if (!answer.kb) {
      TAGDB_TRY_ASSIGN(answer.kb, lookup.kb_of(base.revision, base.architecture));
    }
    std::vector<store::ImageRecord> images;
    if (base.image) {
      images.push_back(*base.image);
    } else {
      TAGDB_TRY_ASSIGN(images, reader.images_of_version(base.revision));
      std::erase_if(images, [&](const auto& image) { return image.architecture != base.architecture; });
    }
    TAGDB_TRY_ASSIGN(answer.reference, pinned(identifier, base.homes.front(), images));
  }
  // Published by what the reference says; a mirror may not have it.
  if (answer.reference.empty() && answer.registry == k_microsoft && base.by_reference)
    answer.reference = tag_reference(answer.registry, answer.repository, base.revision);
  if (const auto* version = knowledge.version_of_image(answer.repository, base.revision.build()))
    answer.support = support_of(*version, answer.as_of);

  TAGDB_TRY_ASSIGN(const bool compared, compare_by_record(identifier, knowledge, base, answer));
  if (!compared)
    compare_by_reference(knowledge, base, answer);
  return {};
}

} // namespace tagdb::query
