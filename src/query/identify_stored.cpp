#include "identify_parts.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace tagdb::query {
namespace {

constexpr std::string_view k_first_step = "Apply image ";
constexpr std::string_view k_later_step = "Install update ";

/// As Microsoft's own builds say it, and nobody's Dockerfile does.
bool is_history_of_base(const std::vector<oci::HistoryEntry>& history) {
  return !history.empty() && history.front().created_by.starts_with(k_first_step) &&
         std::all_of(history.begin() + 1, history.end(),
                     [](const auto& entry) { return entry.created_by.starts_with(k_later_step); });
}

bool is_windows(const store::ImageRecord& image) {
  return image.os.empty() || image.os == "windows";
}

base::Error several_versions(const ImageFacts& facts, const std::vector<store::ImageRecord>& images) {
  std::vector<std::string> names;
  constexpr std::size_t k_shown = 8;
  for (const auto& image : images)
    if (names.size() < k_shown)
      names.push_back(base::escape_untrusted(image.os_version, 40) + " (" +
                      image.manifest.digest.abbreviated() + ")");
  return {base::ErrorKind::usage,
          base::escape_untrusted(facts.name) +
              " names images of several versions: " + base::join(names, ", "),
          "ask for one of them by its digest"};
}

/// The one image that a content means: itself, its only one, or the one for the architecture and version that
/// are known.
base::Result<std::optional<store::ImageRecord>> image_of(const Identifier& identifier,
                                                         const ImageFacts& facts,
                                                         const store::ContentRecord& content,
                                                         std::string& other_os) {
  TAGDB_TRY_ASSIGN(auto images, identifier.reader().images(content.id));
  if (images.empty()) {
    TAGDB_TRY_ASSIGN(images, identifier.reader().images_of_config(content.id));
    if (images.size() > 1) // published again: one image, whichever manifest
      images.erase(images.begin() + 1, images.end());
  }
  const auto foreign =
      std::find_if(images.begin(), images.end(), [](const auto& image) { return !is_windows(image); });
  if (foreign != images.end())
    other_os = foreign->os;
  std::erase_if(images, [](const auto& image) { return !is_windows(image); });
  if (!images.empty())
    other_os.clear();
  const auto keep = [&](const auto& fits) {
    if (images.size() > 1 && std::any_of(images.begin(), images.end(), fits))
      std::erase_if(images, [&](const auto& image) { return !fits(image); });
  };
  const auto architecture =
      facts.architecture.empty() ? image_architecture(identifier.scope().architecture) : facts.architecture;
  keep([&](const auto& image) { return image.architecture == architecture; });
  if (!facts.os_version.empty())
    keep([&](const auto& image) { return image.os_version == facts.os_version; });
  if (images.empty())
    return std::optional<store::ImageRecord>();
  for (const auto& image : images)
    if (image.os_version != images.front().os_version)
      return several_versions(facts, images);
  return std::optional(std::move(images.front()));
}

/// Takes what the record says of an image; it was verified, the subject's own word was not.
base::Status take(const Identifier& identifier, Own& own, store::ImageRecord image) {
  auto& facts = own.facts;
  std::vector<oci::Digest> diff_ids;
  if (image.config) {
    TAGDB_TRY_ASSIGN(diff_ids, identifier.reader().diff_ids(image.config->id));
  }
  if (!diff_ids.empty() && !facts.diff_ids.empty() && diff_ids != facts.diff_ids) {
    // One of the two is a lie or a mistake, and layers are what is pulled.
    own.contradicted = image.manifest.digest;
    return {};
  }
  if (!diff_ids.empty())
    facts.diff_ids = std::move(diff_ids);
  TAGDB_TRY_ASSIGN(auto layers, identifier.reader().layers(image.manifest.id));
  facts.layers.clear();
  for (const auto& layer : layers)
    facts.layers.push_back(layer.digest);
  if (image.config) {
    TAGDB_TRY_ASSIGN(auto history, identifier.history_of(*image.config));
    if (!history.empty())
      facts.history = std::move(history);
  }
  facts.os = "windows";
  if (!image.architecture.empty())
    facts.architecture = image.architecture;
  if (!image.os_version.empty())
    facts.os_version = image.os_version;
  own.image = std::move(image);
  return {};
}

base::Result<std::optional<store::ContentRecord>> content_of(const Identifier& identifier,
                                                             const ImageFacts& facts) {
  for (const auto& digest : facts.digests) {
    TAGDB_TRY_ASSIGN(auto content, identifier.reader().find_content(digest));
    if (content)
      return content;
  }
  if (facts.short_id.empty())
    return std::optional<store::ContentRecord>();
  TAGDB_TRY_ASSIGN(auto contents, identifier.reader().contents_with_prefix(facts.short_id));
  if (contents.size() > 1) {
    std::vector<std::string> candidates;
    for (const auto& content : contents)
      candidates.push_back(content.digest.to_string());
    return base::Error(base::ErrorKind::usage,
                       "several digests begin with " + facts.short_id + ": " + base::join(candidates, ", "),
                       "give more digits: `docker images --no-trunc` prints them all");
  }
  return contents.empty() ? std::nullopt : std::optional(std::move(contents.front()));
}

/// What a reference means now, by the record; else by the reference tables.
base::Status resolve_reference(const Identifier& identifier, const ReferenceQuery& query, Own& own) {
  auto asked = query;
  if (asked.expected) { // docker pulls by the digest, and does not look at the tag
    asked.subject = *std::exchange(asked.expected, std::nullopt);
  }
  auto answer = resolve(identifier.reader(), identifier.scope(), asked, {});
  if (!answer) {
    const auto kind = answer.error().kind();
    if (kind != base::ErrorKind::not_found)
      return std::move(answer).error();
    own.failure = std::move(answer).error();
    return {};
  }
  own.repository = answer->repository;
  if (answer->digest)
    own.facts.digests.push_back(*answer->digest);
  else if (answer->revision && answer->release) // an image's, not a host's
    own.facts.os_version = answer->revision->to_string();
  else
    own.failure = base::Error(base::ErrorKind::not_found, query.text + " is no image that the record has");
  return {};
}

} // namespace

base::Result<Identifier> Identifier::open(const store::Reader& reader, const Scope& scope) {
  // No build has the number 0: what is left are the tables that are of none.
  TAGDB_TRY_ASSIGN(auto products, reader.knowledge(0u));
  return Identifier(reader, scope, std::move(products));
}

bool Identifier::is_base_repository(std::string_view name) const {
  for (const auto& version : m_products.tables().versions)
    for (const auto& known : version.repositories)
      if (name == known || (name.size() > known.size() && name.ends_with(known) &&
                            name[name.size() - known.size() - 1] == '/'))
        return true;
  return false;
}

std::vector<store::RepositoryRecord>
Identifier::on_one_registry(std::vector<store::RepositoryRecord> all) const {
  if (all.empty())
    return all;
  const auto has = [&](std::string_view registry) {
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.registry == registry; });
  };
  constexpr std::string_view k_microsoft = "mcr.microsoft.com";
  std::string registry = all.front().registry;
  if (m_scope.registry && has(m_scope.registry->to_string()))
    registry = m_scope.registry->to_string();
  else if (has(k_microsoft))
    registry = k_microsoft;
  std::erase_if(all, [&](const auto& one) { return one.registry != registry; });
  return all;
}

base::Result<std::vector<store::RepositoryRecord>>
Identifier::homes_of(const store::ImageRecord& image) const {
  TAGDB_TRY_ASSIGN(auto all,
                   m_reader.repositories_leading_to(image.config ? image.config->id : image.manifest.id));
  auto named = all;
  std::erase_if(named, [&](const auto& one) { return !is_base_repository(one.name); });
  if (!named.empty())
    return on_one_registry(std::move(named));
  if (!image.config)
    return named;
  TAGDB_TRY_ASSIGN(const auto history, history_of(*image.config));
  return is_history_of_base(history) ? on_one_registry(std::move(all)) : named;
}

base::Result<std::vector<oci::HistoryEntry>>
Identifier::history_of(const store::ContentRecord& config) const {
  std::vector<oci::HistoryEntry> history;
  if (!config.held)
    return history;
  TAGDB_TRY_ASSIGN(const auto bytes, m_reader.bytes(config.id));
  // What the record holds was parsed when it came; a stranger's config may be anything all the same.
  if (auto parsed = oci::parse_image_config(bytes.value_or("")))
    history = std::move(parsed->history);
  return history;
}

base::Result<Own> look_up(const Identifier& identifier, const IdentifySubject& subject) {
  Own own{subject.facts, {}, {}, {}, {}};
  // Facts that came with the reference were fetched because the record had none.
  const bool fetched = !subject.facts.diff_ids.empty() || !subject.facts.digests.empty();
  if (subject.reference && !fetched)
    TAGDB_TRY(resolve_reference(identifier, *subject.reference, own));
  TAGDB_TRY_ASSIGN(const auto content, content_of(identifier, own.facts));
  if (!content)
    return own;
  std::string other_os;
  TAGDB_TRY_ASSIGN(auto image, image_of(identifier, own.facts, *content, other_os));
  if (image)
    TAGDB_TRY(take(identifier, own, *std::move(image)));
  else if (!other_os.empty())
    own.facts.os = other_os;
  return own;
}

} // namespace tagdb::query
