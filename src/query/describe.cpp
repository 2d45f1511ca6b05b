#include "question.hpp"
#include <tagdb/oci/media_type.hpp>

#include <algorithm>

namespace tagdb::query {

base::Result<Resolution> begin_answer(Question& question) {
  Resolution answer;
  answer.as_of = question.at;
  answer.reference = question.query.text;
  answer.registry = question.repository().registry;
  answer.repository = question.repository().name;
  answer.evidence.source = "check";
  TAGDB_TRY_ASSIGN(const auto check, question.reader().last_complete_check(question.repository().id));
  if (check)
    answer.evidence.last_checked = check->finished.value_or(check->started);
  return answer;
}

base::Status fill_content(Question& question, Resolution& answer, store::ContentId content,
                          const store::TagRecord* tag, const Wanted& wanted) {
  TAGDB_TRY_ASSIGN(const auto record, question.reader().content(content));
  if (record) {
    answer.digest = record->digest;
    answer.media_type = record->media_type;
    const auto type = oci::parse_manifest_type(record->media_type);
    answer.is_index = type && oci::is_index(*type);
  }
  TAGDB_TRY_ASSIGN(const auto* images, question.lookup.images(content));
  for (const auto& image : *images) {
    PlatformAnswer platform{image.os,     image.architecture, image.os_version, image.manifest.digest,
                            std::nullopt, image.layer_bytes};
    if (image.config)
      platform.config = image.config->digest;
    answer.platforms.push_back(std::move(platform));
  }
  const auto* image = revision_image(*images, wanted);
  if (image != nullptr)
    answer.revision = image->version;
  if (tag != nullptr)
    answer.kb = tag->kb;
  if (!answer.kb && answer.revision) {
    TAGDB_TRY_ASSIGN(answer.kb, question.lookup.kb_of(*answer.revision, image->architecture));
  }
  TAGDB_TRY_ASSIGN(answer.aliases, aliases_of(question, answer, content, image, tag));
  return {};
}

std::string words_of(const EventSide& side) {
  return side.revision ? side.revision->to_string() : side.digest.abbreviated();
}

std::optional<base::Instant> release_of(const std::vector<store::ImageRecord>& images, const Wanted& wanted) {
  if (const auto* image = revision_image(images, wanted))
    return release_instant(*image);
  // An index of several versions was there when the last of them was.
  std::optional<base::Instant> newest;
  for (const auto& image : images) {
    const auto released = release_instant(image);
    if (!released)
      return std::nullopt;
    newest = newest ? std::max(*newest, *released) : released;
  }
  return newest;
}

void mark_inferred(Resolution& answer, base::Instant created, base::Instant first_look) {
  answer.evidence.level = EvidenceLevel::inferred;
  answer.evidence.source = "created";
  answer.warnings.push_back(
      {"createdDate", "inferred from the image's creation date, " + base::format_rfc3339(created) +
                          ", which is 2 to 14 days before its publication; the first look was " +
                          base::format_rfc3339(first_look)});
}

std::optional<base::Instant> release_instant(const store::ImageRecord& image) {
  return image.created;
}

} // namespace tagdb::query
