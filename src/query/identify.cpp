// Which base is under an image. Layers decide where they can: a base's diff_ids are the beginning of those of
// everything that was built on it, and stay so when somebody compresses the layers anew.
//
// A stored image is a base where a repository of base images leads to it, or where its history is one that
// only Microsoft writes; what was built on a base and crawled all the same (windows/servercore/iis) is passed
// over. Of several the longest is under the image: it begins with the base layer of the first revision after
// a change, which was published alone, and with that layer and the update of its own revision.
//
// Where the update layer is unknown the base layer still tells repository and build; the revision then comes
// from the history or from what the image says of itself.
#include "identify_parts.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <utility>

namespace tagdb::query {
namespace {

std::string shown(std::string_view text) {
  constexpr std::size_t k_shown = 120;
  return base::escape_untrusted(text, k_shown);
}

/// Nothing where the layers are not known on both sides.
base::Result<std::optional<bool>> rebuilt(const Identifier& identifier, const ImageFacts& facts,
                                          const store::ImageRecord& base) {
  TAGDB_TRY_ASSIGN(const auto layers, identifier.reader().layers(base.manifest.id));
  if (layers.empty() || layers.size() > facts.layers.size())
    return std::optional<bool>();
  return std::optional<bool>(
      !std::equal(layers.begin(), layers.end(), facts.layers.begin(),
                  [](const auto& stored, const auto& own) { return stored.digest == own; }));
}

FoundBase found(MatchKind match, BaseCandidate candidate, std::size_t layers) {
  const auto version = *candidate.image.version;
  auto architecture = candidate.image.architecture;
  return {match, version, std::move(architecture), std::move(candidate.homes), {}, std::move(candidate.image),
          layers};
}

bool is_own(const Own& own, const store::ImageRecord& image) {
  if (!own.image)
    return false;
  return own.image->manifest.id == image.manifest.id ||
         (own.image->config && image.config && own.image->config->id == image.config->id);
}

/// The base whose revision this is: where the record has it, else where the reference does.
base::Result<std::optional<FoundBase>> base_of_version(const Identifier& identifier, const Own& own,
                                                       const windows::OsVersion& version, MatchKind match,
                                                       const std::optional<SharedLayer>& shared) {
  const auto& reader = identifier.reader();
  FoundBase base{match, version, own.facts.architecture, {}, {}, {}, 0, false};
  if (base.architecture.empty())
    base.architecture = image_architecture(identifier.scope().architecture);
  TAGDB_TRY_ASSIGN(const auto images, reader.images_of_version(version));
  for (const auto& image : images) {
    if (image.architecture != base.architecture || (!image.os.empty() && image.os != "windows"))
      continue;
    TAGDB_TRY_ASSIGN(const auto homes, identifier.homes_of(image));
    base.homes.insert(base.homes.end(), homes.begin(), homes.end());
  }
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  base.homes = identifier.on_one_registry(std::move(base.homes));
  std::sort(base.homes.begin(), base.homes.end(), by_name);
  base.homes.erase(std::unique(base.homes.begin(), base.homes.end(),
                               [](const auto& a, const auto& b) { return a.id == b.id; }),
                   base.homes.end());
  base.by_reference = base.homes.empty();
  if (base.by_reference) {
    TAGDB_TRY_ASSIGN(const auto release, reader.release(version));
    if (!release)
      return std::optional<FoundBase>();
  }
  // The base layer tells which of them it is, also where the record lacks this revision there.
  if (shared && shared->build == version.build() && base.homes.size() != 1) {
    base.homes = shared->homes;
  } else if (base.homes.empty()) {
    if (!own.repository.empty())
      base.named.push_back(own.repository);
    else if (const auto* product = identifier.products().version_of_image("", version.build()))
      base.named = product->repositories;
  }
  return std::optional(std::move(base));
}

base::Result<std::optional<FoundBase>> find_base(const Identifier& identifier, const Own& own,
                                                 std::optional<SharedLayer>& shared) {
  TAGDB_TRY_ASSIGN(auto by_layers, base_by_layers(identifier, own.facts, shared));
  if (by_layers) {
    const auto match = is_own(own, by_layers->image) ? MatchKind::digest : MatchKind::diff_ids;
    const auto length = by_layers->length;
    return std::optional(found(match, *std::move(by_layers), length));
  }
  if (own.image && own.image->version) { // a base whose config the registry would not give
    TAGDB_TRY_ASSIGN(auto homes, identifier.homes_of(*own.image));
    if (!homes.empty())
      return std::optional(found(MatchKind::digest, {*own.image, std::move(homes), 0}, 0));
  }
  TAGDB_TRY_ASSIGN(auto by_history, base_by_history(identifier, own.facts));
  if (by_history)
    return std::optional(found(MatchKind::history, *std::move(by_history), 0));
  if (const auto version = revision_in(own.facts.history)) {
    TAGDB_TRY_ASSIGN(auto base, base_of_version(identifier, own, *version, MatchKind::history, shared));
    if (base)
      return base;
  }
  if (const auto version = windows::OsVersion::parse(own.facts.os_version))
    return base_of_version(identifier, own, *version, MatchKind::os_version, shared);
  return std::optional<FoundBase>();
}

std::string name_of(const std::vector<store::RepositoryRecord>& homes) {
  std::vector<std::string> names;
  for (const auto& home : homes)
    names.push_back(home.name);
  return base::join(names, " or ");
}

/// Why it cannot be told, as exactly as it is known.
base::Error not_identified(const Identifier& identifier, Own own, const std::optional<SharedLayer>& shared) {
  if (own.failure) {
    auto error = *std::move(own.failure);
    return error.hint().empty() ? std::move(error).with_hint("--online asks the registry") : error;
  }
  const auto& facts = own.facts;
  const auto repositories = identifier.reader().repositories();
  const bool crawled = repositories && !repositories->empty();
  const std::string sync = crawled ? "`tagdb sync` brings in the revisions that the record lacks"
                                   : "run `tagdb sync`: without a record layers tell nothing";
  if (shared) {
    const std::string said = facts.os_version.empty()
                                 ? "nothing else names the revision"
                                 : "it says that it is " + shown(facts.os_version) +
                                       ", which neither the record nor the reference knows";
    return not_found("the base layer of " + shown(facts.name) + " is that of " + name_of(shared->homes) +
                         " build " + std::to_string(shared->build) +
                         ", but the layer above it is no update in this database, and " + said,
                     sync);
  }
  if (!facts.os_version.empty()) {
    const auto version = windows::OsVersion::parse(facts.os_version);
    return not_found(
        shown(facts.name) + " says that it is " + shown(facts.os_version) +
            (version ? ", a revision that neither the record nor the reference knows"
                     : ", which is no Windows version") +
            (facts.diff_ids.empty() ? "" : "; its layers are those of no base image in this database"),
        sync);
  }
  if (!facts.diff_ids.empty())
    return not_found("the layers of " + shown(facts.name) + " are those of no base image in this database",
                     sync);
  const std::string what =
      facts.short_id.empty() && facts.digests.empty()
          ? shown(facts.name) + " says neither layers nor a version"
          : shown(facts.name) + " is no base image in this database, as far as its ID tells";
  return not_found(what,
                   "`docker inspect " + shown(facts.name) + " | tagdb identify -` tells its layers; " + sync);
}

void add_contradictions(const Own& own, const ImageFacts& said, Identification& answer) {
  if (own.contradicted)
    answer.warnings.push_back({"contradiction", "its ID or digest is that of " +
                                                    own.contradicted->abbreviated() +
                                                    ", which has other layers; the layers were believed"});
  const auto version = windows::OsVersion::parse(said.os_version);
  if (version && *version != *answer.revision)
    answer.warnings.push_back(
        {"contradiction", "it says that it is " + version->to_string() + ", but its " +
                              (answer.match == MatchKind::history ? "history" : "layers") + " are those of " +
                              answer.revision->to_string()});
}

} // namespace

std::string_view to_string(MatchKind kind) {
  switch (kind) {
  case MatchKind::digest:
    return "digest";
  case MatchKind::diff_ids:
    return "diffIds";
  case MatchKind::history:
    return "history";
  case MatchKind::os_version:
    return "osVersion";
  }
  return "";
}

base::Result<Identification> identify(const store::Reader& reader, const Scope& scope,
                                      const IdentifySubject& subject, EvidenceLevel weakest) {
  TAGDB_TRY_ASSIGN(const auto identifier, Identifier::open(reader, scope));
  TAGDB_TRY_ASSIGN(const auto own, look_up(identifier, subject));
  Identification answer;
  answer.subject = subject.facts.name;
  answer.as_of = scope.now;
  if (!own.facts.os.empty() && !base::equals_ignoring_case(own.facts.os, "windows")) {
    answer.os = base::to_lower(own.facts.os);
    return answer;
  }
  answer.layers = own.facts.diff_ids.size();
  std::optional<SharedLayer> shared;
  TAGDB_TRY_ASSIGN(const auto base, find_base(identifier, own, shared));
  if (!base)
    return not_identified(identifier, own, shared);
  TAGDB_TRY(describe_base(identifier, *base, answer));
  answer.by_name = subject.reference && !own.image && !own.repository.empty();
  if (answer.evidence > weakest)
    return not_found(shown(answer.subject) + " is known only by the " +
                         std::string(to_string(answer.evidence)) + ", which is weaker than " +
                         std::string(to_string(weakest)),
                     "run `tagdb sync`");
  if (base->image && base->match == MatchKind::diff_ids) {
    TAGDB_TRY_ASSIGN(answer.layers_rebuilt, rebuilt(identifier, own.facts, *base->image));
  }
  add_contradictions(own, own.facts, answer);
  return answer;
}

} // namespace tagdb::query
