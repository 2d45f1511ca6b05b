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
  return add_knowledge(question, answer,
                       image != nullptr ? image->architecture : std::string_view(wanted.architecture));
}

std::string words_of(const EventSide& side) {
  return side.revision ? side.revision->to_string() : side.digest.abbreviated();
}

std::string words_of(const Released& released) {
  return (released.from_reference ? "published " : "created ") + base::format_rfc3339(released.at);
}

base::Result<std::optional<Released>>
release_of(Question& question, const std::vector<store::ImageRecord>& images, const Wanted& wanted) {
  const auto released = [&](const store::ImageRecord& image) -> base::Result<std::optional<Released>> {
    if (!image.version)
      return image.created ? std::optional(Released{*image.created, false}) : std::nullopt;
    TAGDB_TRY_ASSIGN(const auto* knowledge, question.lookup.knowledge(image.version->build()));
    return release_instant(*knowledge, image);
  };
  if (const auto* image = revision_image(images, wanted))
    return released(*image);
  // An index of several versions was there when the last of them was.
  std::optional<Released> newest;
  for (const auto& image : images) {
    TAGDB_TRY_ASSIGN(const auto one, released(image));
    if (!one)
      return std::optional<Released>{};
    if (!newest || newest->at < one->at)
      newest = one;
  }
  return newest;
}

void mark_inferred(Resolution& answer, const Released& released, base::Instant first_look) {
  answer.evidence.level = EvidenceLevel::inferred;
  answer.evidence.source = released.from_reference ? "reference" : "created";
  if (released.from_reference)
    return;
  answer.warnings.push_back(
      {"createdDate", "inferred from the image's creation date, " + base::format_rfc3339(released.at) +
                          ", which is 2 to 14 days before its publication; the first look was " +
                          base::format_rfc3339(first_look)});
}

std::optional<Released> release_instant(const windows::Knowledge& knowledge,
                                        const store::ImageRecord& image) {
  if (const auto* row = image.version ? knowledge.release(*image.version) : nullptr)
    if (const auto published = knowledge.published(*row))
      return Released{*published, true};
  if (!image.created)
    return std::nullopt;
  return Released{*image.created, false};
}

} // namespace tagdb::query
