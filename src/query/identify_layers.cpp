#include "identify_parts.hpp"

#include <algorithm>
#include <set>

namespace tagdb::query {
namespace {

/// Bases have one or two entries and what is built on them begins with theirs.
constexpr std::size_t k_base_history = 4;

bool begins_with(const std::vector<oci::Digest>& layers, const std::vector<oci::Digest>& base) {
  return !base.empty() && base.size() <= layers.size() &&
         std::equal(base.begin(), base.end(), layers.begin());
}

/// Equal texts alone prove nothing: the old ones are the same for every revision.
bool begins_with(const std::vector<oci::HistoryEntry>& history, const std::vector<oci::HistoryEntry>& base) {
  return !base.empty() && base.size() <= history.size() &&
         std::equal(base.begin(), base.end(), history.begin()) &&
         std::all_of(base.begin(), base.end(), [](const auto& entry) { return entry.created.has_value(); });
}

class Candidates {
 public:
  Candidates(const Identifier& identifier, const ImageFacts& facts)
      : m_identifier(identifier), m_facts(facts) {}

  base::Status add(const store::ImageRecord& image, std::size_t length) {
    const bool windows = image.os.empty() || image.os == "windows";
    if (!windows || !image.version || (m_best && length < m_best->length))
      return {};
    TAGDB_TRY_ASSIGN(auto homes, m_identifier.homes_of(image));
    if (homes.empty() || (m_best && length == m_best->length && !says_so(image)))
      return {};
    m_best = BaseCandidate{image, std::move(homes), length};
    return {};
  }
  std::optional<BaseCandidate> take() { return std::move(m_best); }

 private:
  /// Of two that are alike the one whose version the image names.
  bool says_so(const store::ImageRecord& image) const {
    return image.os_version == m_facts.os_version && m_best->image.os_version != m_facts.os_version;
  }

  const Identifier& m_identifier;
  const ImageFacts& m_facts;
  std::optional<BaseCandidate> m_best;
};

base::Result<std::optional<SharedLayer>> shared_layer(const Identifier& identifier,
                                                      const std::vector<store::LayeredConfig>& configs) {
  // Whichever revision has it: its build and repositories are those of all.
  for (const auto& config : configs) {
    TAGDB_TRY_ASSIGN(const auto images, identifier.reader().images_of_config(config.config));
    for (const auto& image : images) {
      if (!image.version)
        continue;
      TAGDB_TRY_ASSIGN(auto homes, identifier.homes_of(image));
      if (!homes.empty())
        return std::optional(SharedLayer{image.version->build(), std::move(homes)});
    }
  }
  return std::optional<SharedLayer>();
}

} // namespace

base::Result<std::optional<BaseCandidate>>
base_by_layers(const Identifier& identifier, const ImageFacts& facts, std::optional<SharedLayer>& shared) {
  if (facts.diff_ids.empty())
    return std::optional<BaseCandidate>();
  TAGDB_TRY_ASSIGN(const auto configs, identifier.reader().configs_on(facts.diff_ids.front()));
  Candidates candidates(identifier, facts);
  for (const auto& config : configs) {
    if (!begins_with(facts.diff_ids, config.diff_ids))
      continue;
    TAGDB_TRY_ASSIGN(const auto images, identifier.reader().images_of_config(config.config));
    for (const auto& image : images)
      TAGDB_TRY(candidates.add(image, config.diff_ids.size()));
  }
  auto best = candidates.take();
  if (!best) {
    TAGDB_TRY_ASSIGN(shared, shared_layer(identifier, configs));
  }
  return best;
}

base::Result<std::optional<BaseCandidate>> base_by_history(const Identifier& identifier,
                                                           const ImageFacts& facts) {
  Candidates candidates(identifier, facts);
  // A base was made when the last entry of its history was.
  std::set<base::Instant> asked;
  for (std::size_t i = 0; i < facts.history.size() && i < k_base_history; ++i) {
    const auto& created = facts.history[i].created;
    if (!created || !asked.insert(*created).second)
      continue;
    TAGDB_TRY_ASSIGN(const auto images, identifier.reader().images_created_at(*created));
    for (const auto& image : images) {
      if (!image.config)
        continue;
      TAGDB_TRY_ASSIGN(const auto history, identifier.history_of(*image.config));
      if (begins_with(facts.history, history))
        TAGDB_TRY(candidates.add(image, history.size()));
    }
  }
  return candidates.take();
}

std::optional<windows::OsVersion> revision_in(const std::vector<oci::HistoryEntry>& history) {
  const auto named = [&](std::size_t entry, std::string_view verb) -> std::optional<windows::OsVersion> {
    if (entry >= history.size() || !history[entry].created_by.starts_with(verb))
      return std::nullopt;
    const auto version =
        windows::OsVersion::parse(std::string_view(history[entry].created_by).substr(verb.size()));
    return version ? std::optional(*version) : std::nullopt;
  };
  constexpr std::string_view k_apply = "Apply image ", k_install = "Install update ";
  if (history.size() > 1 && history[1].created_by.starts_with(k_install))
    return history.front().created_by.starts_with(k_apply) ? named(1, k_install) : std::nullopt;
  return named(0, k_apply);
}

} // namespace tagdb::query
