#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <tuple>

namespace tagdb::query {
namespace {

std::string instant(base::Instant at) {
  return base::format_rfc3339(at);
}

const Segment* first_present(const Timeline& timeline) {
  for (const auto& segment : timeline.segments())
    if (segment.state == store::SpanState::present)
      return &segment;
  return nullptr;
}

/// "…; it was first looked at 2026-11-03T…"
std::string first_look_words(const Segment& first) {
  return "; it was first seen at " + instant(first.first_seen);
}

/// What an inference of a floating tag rests on.
struct Source {
  store::ContentId content;
  windows::OsVersion version;
  Released released;
};

/// The content behind the best tag of a revision: the revision tag before KB tags, and those before floating
/// ones, which move; spelled as the asked one, with its architecture or without.
base::Result<std::optional<store::ContentId>>
content_of_revision(Question& question, const store::TagRecord& asked, const store::ImageRecord& image) {
  TAGDB_TRY_ASSIGN(const auto* tags, question.lookup.tags_of_version(*image.version, image.architecture));
  const auto alike = [&](const store::TagRecord& tag) {
    return image_architecture(tag.architecture) == image_architecture(asked.architecture);
  };
  const auto key = [&](const store::PointingTag& p) {
    const int kind = p.tag.kind == windows::TagKind::revision ? 0
                     : p.tag.kind == windows::TagKind::kb     ? 1
                                                              : 2;
    // A revision that was published again is, for the time before, the first of the two.
    return std::make_tuple(!alike(p.tag), kind, p.first_seen, std::string_view(p.tag.name));
  };
  const store::PointingTag* best = nullptr;
  for (const auto& pointing : *tags)
    if (pointing.tag.locale == asked.locale && (best == nullptr || key(pointing) < key(*best)))
      best = &pointing;
  if (best == nullptr)
    return std::optional<store::ContentId>{};
  // A name with an architecture is a bare manifest, also where that revision has no such tag.
  const bool bare = !asked.architecture.empty() && !alike(best->tag);
  return std::optional<store::ContentId>(bare ? image.manifest.id : best->content);
}

/// The newest revision of a build that had been released by the instant. Nothing where none had.
base::Result<std::optional<Source>> newest_released(Question& question, const store::TagRecord& asked,
                                                    const windows::Knowledge& knowledge, std::uint32_t build,
                                                    const std::string& architecture) {
  TAGDB_TRY_ASSIGN(auto images, question.reader().images_of_build(question.repository().id, build));
  std::erase_if(images, [&](const auto& image) {
    if (!image.version || image.architecture != architecture)
      return true;
    // The floating tags were not left on an image that was superseded.
    const auto* row = knowledge.release(*image.version);
    const auto released = release_instant(knowledge, image);
    return (row != nullptr && row->superseded_by) || !released || released->at > question.at;
  });
  std::stable_sort(images.begin(), images.end(),
                   [](const auto& a, const auto& b) { return *a.version > *b.version; });
  for (const auto& image : images) {
    // A revision that only tags in other languages carry was never behind a floating tag.
    TAGDB_TRY_ASSIGN(const auto content, content_of_revision(question, asked, image));
    if (content)
      return std::optional(Source{*content, *image.version, *release_instant(knowledge, image)});
  }
  return std::optional<Source>{};
}

base::Result<Resolution> inferred(Question& question, const store::TagRecord& tag, store::ContentId content,
                                  const Released& released, const Segment& first, const Wanted& wanted) {
  TAGDB_TRY_ASSIGN(Resolution answer, begin_answer(question));
  answer.tag = tag.name;
  answer.kind = tag.kind;
  mark_inferred(answer, released, first.first_seen);
  TAGDB_TRY(fill_content(question, answer, content, &tag, wanted));
  return answer;
}

/// Revision and KB tags name one build for ever: before the first look they meant what they mean now, once it
/// existed.
base::Result<Resolution> infer_fixed(Question& question, const store::TagRecord& tag, const Segment& first,
                                     const Wanted& wanted) {
  TAGDB_TRY_ASSIGN(const auto* images, question.lookup.images(*first.content));
  TAGDB_TRY_ASSIGN(const auto released, release_of(question, *images, wanted));
  if (!released)
    return not_found("nothing says whether " + question.lookup.name_of(tag.name) + " was there at " +
                     instant(question.at) + first_look_words(first));
  if (released->at > question.at)
    return not_found(question.lookup.name_of(tag.name) + " was not there yet at " + instant(question.at) +
                     ": its image was " + words_of(*released));
  return inferred(question, tag, *first.content, *released, first, wanted);
}

/// Whether the reference's image answers instead of a stored one: on Microsoft's registry, where the tag
/// cannot have meant an older image than the one that was out; elsewhere only where nothing is stored, for
/// not all is copied to a mirror at once, or at all.
bool reference_answers(const Question& question, const std::optional<Source>& source,
                       const windows::Release* newest) {
  if (newest == nullptr)
    return false;
  return !source ||
         (is_default_registry(question.repository().registry) && source->version < newest->version);
}

base::Result<Resolution> infer_floating(Question& question, const store::TagRecord& tag, const Segment& first,
                                        const Wanted& wanted) {
  const std::string name = question.lookup.name_of(tag.name);
  TAGDB_TRY_ASSIGN(const auto* images, question.lookup.images(*first.content));
  const auto* image = revision_image(*images, wanted);
  if (image == nullptr || !image->version)
    return not_found("which build " + name + " means is not known, so nothing can be inferred for " +
                     instant(question.at) + first_look_words(first));
  const auto build = image->version->build();
  TAGDB_TRY_ASSIGN(const auto* knowledge, question.lookup.knowledge(build));
  TAGDB_TRY_ASSIGN(const auto source, newest_released(question, tag, *knowledge, build, image->architecture));
  if (reference_answers(question, source,
                        newest_of_product(*knowledge, question.repository().name, build, question.at))) {
    TAGDB_TRY_ASSIGN(auto answer, floating_from_reference(reference_question(question), tag.name, build));
    if (answer)
      return *std::move(answer);
  }
  if (!source)
    return not_found(
        "no stored image of build " + std::to_string(build) + " for " + image->architecture +
            " had been released by " + instant(question.at) + ", so " + name +
            " cannot be inferred for then" + first_look_words(first),
        "a registry keeps old revision tags: crawl it, or import a database that reaches further back");
  return inferred(question, tag, source->content, source->released, first, wanted);
}

} // namespace

base::Result<Resolution> resolve_before_first_look(Question& question, const store::TagRecord& tag,
                                                   const Timeline& timeline) {
  const std::string name = question.lookup.name_of(tag.name);
  const Segment* first = first_present(timeline);
  if (first == nullptr) {
    const auto& refused = timeline.segments().front();
    return not_found(name + " was first looked at " + instant(refused.first_seen) +
                     ", and the registry refused it: " + base::escape_untrusted(refused.answer));
  }
  const Wanted wanted = wanted_of(question.scope, tag);
  const bool fixed = tag.kind == windows::TagKind::revision || tag.kind == windows::TagKind::kb;

  // A complete list without the tag is knowledge, and stronger than any inference.
  TAGDB_TRY_ASSIGN(const auto without, question.reader().complete_check_before(
                                           question.repository().id, timeline.segments().front().first_seen));
  if (without && (question.at <= without->started || !fixed))
    return not_found(name + " was not there at " + instant(question.at) + ": the check of " +
                     instant(without->started) + " did not find it" + first_look_words(*first));

  if (fixed)
    return infer_fixed(question, tag, *first, wanted);
  if (tag.kind == windows::TagKind::floating)
    return infer_floating(question, tag, *first, wanted);
  return not_found("what " + name + " was at " + instant(question.at) + " is not known" +
                   first_look_words(*first));
}

} // namespace tagdb::query
