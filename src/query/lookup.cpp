#include "lookup.hpp"

#include <algorithm>
#include <tuple>

namespace tagdb::query {

std::string image_architecture(std::string_view spelled) {
  if (spelled.starts_with("arm64"))
    return "arm64";
  if (spelled.starts_with("arm32"))
    return "arm";
  return std::string(spelled);
}

Wanted wanted_of(const Scope& scope, const store::TagRecord& tag) {
  if (!tag.architecture.empty())
    return {image_architecture(tag.architecture), true, std::nullopt};
  return {image_architecture(scope.architecture), false, std::nullopt};
}

const store::ImageRecord* revision_image(const std::vector<store::ImageRecord>& images,
                                         const Wanted& wanted) {
  if (wanted.only && images.size() == 1)
    return &images.front();
  const store::ImageRecord* found = nullptr;
  for (const auto& image : images) {
    const bool windows = image.os == "windows" || image.os.empty();
    if (!windows || image.architecture != wanted.architecture ||
        (wanted.version && image.version != wanted.version))
      continue;
    if (found != nullptr && found->os_version != image.os_version)
      return nullptr;
    if (found == nullptr)
      found = &image;
  }
  return found;
}

std::optional<windows::Kb> newest_kb(const std::vector<store::PointingTag>& tags) {
  const store::PointingTag* newest = nullptr;
  for (const auto& pointing : tags) {
    if (!pointing.tag.kb)
      continue;
    if (newest == nullptr ||
        std::tie(pointing.last_seen, *pointing.tag.kb) > std::tie(newest->last_seen, *newest->tag.kb))
      newest = &pointing;
  }
  return newest == nullptr ? std::nullopt : newest->tag.kb;
}

base::Result<Timeline> Lookup::timeline(store::TagId tag) const {
  TAGDB_TRY_ASSIGN(const auto spans, m_reader.spans(tag));
  return Timeline(spans);
}

base::Result<const std::vector<store::ImageRecord>*> Lookup::images(store::ContentId content) {
  auto known = m_images.find(content);
  if (known == m_images.end()) {
    TAGDB_TRY_ASSIGN(auto images, m_reader.images(content));
    known = m_images.emplace(content, std::move(images)).first;
  }
  return &known->second;
}

base::Result<const std::vector<store::PointingTag>*>
Lookup::tags_of_version(const windows::OsVersion& version, const std::string& architecture) {
  const auto key = std::make_pair(version, architecture);
  auto known = m_tags.find(key);
  if (known == m_tags.end()) {
    TAGDB_TRY_ASSIGN(auto tags, m_reader.tags_of_version(m_repository.id, version, architecture));
    known = m_tags.emplace(key, std::move(tags)).first;
  }
  return &known->second;
}

base::Result<std::optional<windows::Kb>> Lookup::kb_of(const windows::OsVersion& version,
                                                       const std::string& architecture) {
  TAGDB_TRY_ASSIGN(const auto* tags, tags_of_version(version, architecture));
  return newest_kb(*tags);
}

base::Result<const windows::Knowledge*> Lookup::knowledge(std::uint32_t build) {
  auto known = m_knowledge.find(build);
  if (known == m_knowledge.end()) {
    TAGDB_TRY_ASSIGN(auto part, m_reader.knowledge(build, store::Reader::Part::images));
    known = m_knowledge.emplace(build, std::move(part)).first;
  }
  return &known->second;
}

base::Result<const windows::Knowledge*> Lookup::products() {
  if (!m_knowledge.empty())
    return &m_knowledge.begin()->second; // each part has all products
  if (!m_products) {
    TAGDB_TRY_ASSIGN(m_products, m_reader.knowledge(std::nullopt, store::Reader::Part::products));
  }
  return &*m_products;
}

base::Result<EventSide> Lookup::describe(const Segment& segment, const store::TagRecord& tag,
                                         const Wanted& wanted, bool kb) {
  EventSide side{*segment.digest, std::nullopt, tag.kb};
  if (!segment.content)
    return side;
  TAGDB_TRY_ASSIGN(const auto* all, images(*segment.content));
  const auto* image = revision_image(*all, wanted);
  if (image == nullptr || !image->version)
    return side;
  side.revision = image->version;
  if (kb && !side.kb) {
    TAGDB_TRY_ASSIGN(side.kb, kb_of(*image->version, image->architecture));
  }
  return side;
}

EventContext Lookup::events(const store::TagRecord& tag, const Wanted& wanted,
                            std::optional<base::Instant> baseline_end, bool kb,
                            std::optional<base::Error>& failure) {
  EventContext context;
  context.reference = m_repository.registry + "/" + name_of(tag.name);
  context.baseline_end = baseline_end;
  context.describe = [this, tag, wanted, kb, &failure](const Segment& segment) -> std::optional<EventSide> {
    auto side = describe(segment, tag, wanted, kb);
    if (side)
      return *std::move(side);
    failure = std::move(side).error();
    return std::nullopt;
  };
  return context;
}

base::Result<std::optional<base::Instant>> baseline_end(const store::Reader& reader,
                                                        store::RepositoryId repository) {
  TAGDB_TRY_ASSIGN(const auto check, reader.first_complete_check(repository));
  if (!check)
    return std::optional<base::Instant>{};
  return std::optional<base::Instant>(check->finished.value_or(check->started));
}

} // namespace tagdb::query
