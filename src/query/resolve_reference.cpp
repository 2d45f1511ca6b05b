#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

using Answer = std::optional<Resolution>;

/// The reference speaks of the images for one architecture.
constexpr std::string_view k_architecture = "amd64";

bool is_spoken_of(const ReferenceQuestion& question, const windows::TagName& name) {
  const auto& architecture = name.architecture.empty() ? question.scope.architecture : name.architecture;
  return name.locale.empty() && image_architecture(architecture) == k_architecture;
}

bool has_images_in(const windows::Version& version, std::string_view repository) {
  return std::find(version.repositories.begin(), version.repositories.end(), repository) !=
         version.repositories.end();
}

/// The product whose images of this build the repository has; null where it has none.
const windows::Version* product_in(const windows::Knowledge& knowledge, const ReferenceQuestion& question,
                                   std::uint32_t build) {
  const auto* version = knowledge.version_of_image(question.repository, build);
  return version != nullptr && has_images_in(*version, question.repository) ? version : nullptr;
}

Resolution begin(const ReferenceQuestion& question, const windows::Knowledge& knowledge,
                 const windows::OsVersion& revision) {
  Resolution answer;
  answer.as_of = question.at;
  answer.reference = question.query.text;
  answer.registry = question.registry;
  answer.repository = question.repository;
  answer.revision = revision;
  answer.evidence.level = EvidenceLevel::reference;
  answer.evidence.source = "reference as of " + windows::format_day(knowledge.edition().as_of);
  if (const auto* version = knowledge.version_of_image(question.repository, revision.build()))
    answer.support = support_of(*version, question.at);
  if (const auto* host = knowledge.host_release(revision))
    answer.host_release = host_answer(*host);
  return answer;
}

/// The image of a revision; null where the repository never had one.
const windows::Release* image_in(const windows::Knowledge& knowledge, const ReferenceQuestion& question,
                                 const windows::OsVersion& version) {
  if (product_in(knowledge, question, version.build()) == nullptr)
    return nullptr;
  const auto* last = newest_of_product(knowledge, question.repository, version.build(), base::Instant::max());
  return last != nullptr && version <= last->version ? knowledge.release(version) : nullptr;
}

/// An answer about an image that the reference lists.
Resolution answer_of(const ReferenceQuestion& question, const windows::Knowledge& knowledge,
                     const windows::Release& row) {
  Resolution answer = begin(question, knowledge, row.version);
  answer.kb = row.kb;
  answer.release = listed_release(row);
  return answer;
}

/// The newest image at or below a revision that was out at the instant.
const windows::Release* nearest_to(const windows::Knowledge& knowledge, const windows::OsVersion& version,
                                   base::Instant at) {
  const windows::Release* nearest = nullptr;
  for (const auto& row : knowledge.releases_of_build(version.build())) {
    const auto published = knowledge.published(row);
    if (row.version <= version && !row.superseded_by && published && *published <= at)
      nearest = &row; // rows go up by revision
  }
  return nearest;
}

base::Error not_out_yet(const ReferenceQuestion& question, const windows::OsVersion& version,
                        std::string_view published) {
  return not_found(version.to_string() + " was not out yet at " + base::format_rfc3339(question.at) +
                   ": the reference dates it to " + std::string(published));
}

void name_tag(Resolution& answer, const windows::TagName& name, std::string_view tag) {
  answer.tag = tag;
  answer.kind = name.kind;
}

/// The floating tags that products have in the repository: what a misspelled one may have meant.
std::vector<std::string> known_tags(const windows::Knowledge& knowledge, std::string_view repository) {
  std::vector<std::string> tags;
  for (const auto& version : knowledge.tables().versions)
    if (has_images_in(version, repository))
      tags.insert(tags.end(), version.floating_tags.begin(), version.floating_tags.end());
  return tags;
}

base::Result<Resolution> refuse(const ReferenceQuestion& question, const Place& place,
                                std::string_view what) {
  TAGDB_TRY_ASSIGN(const auto knowledge,
                   question.reader.knowledge(std::nullopt, store::Reader::Part::products));
  const auto tags = known_tags(knowledge, question.repository);
  if (tags.empty())
    return place.never_crawled;
  const bool known = std::find(tags.begin(), tags.end(), what) != tags.end();
  if (known || image_architecture(question.scope.architecture) != k_architecture)
    return not_found("the reference tells of images for amd64 alone, and " + question.repository +
                         " was never crawled",
                     place.never_crawled.hint());
  std::string hint;
  const auto near = base::nearest(what, tags);
  if (!near.empty())
    hint = "did you mean " + base::join(near, " or ") + "? ";
  return not_found("the reference as of " + windows::format_day(knowledge.edition().as_of) +
                       " does not know " + base::escape_untrusted(what) + " in " + question.repository +
                       ", and the repository was never crawled",
                   hint + place.never_crawled.hint());
}

base::Result<Answer> by_kb(const ReferenceQuestion& question, const windows::Kb& kb,
                           std::optional<std::uint32_t> build) {
  TAGDB_TRY_ASSIGN(const auto revision, revision_of_kb(question, kb, build));
  if (!revision)
    return Answer{};
  return revision_from_reference(question, *revision);
}

/// A KB tag: its product says of which build.
base::Result<Answer> by_kb_tag(const ReferenceQuestion& question, const windows::TagName& name) {
  TAGDB_TRY_ASSIGN(const auto knowledge,
                   question.reader.knowledge(std::nullopt, store::Reader::Part::products));
  const auto* version = knowledge.version_of_tag(question.repository, name.product);
  if (version == nullptr)
    return Answer{};
  TAGDB_TRY_ASSIGN(auto answer, by_kb(question, *name.kb, version->build));
  // A KB of hosts alone was never a tag.
  return answer && answer->release ? std::move(answer) : Answer{};
}

base::Result<Answer> by_tag(const ReferenceQuestion& question, const std::string& tag) {
  const auto name = windows::parse_tag_name(tag);
  if (!is_spoken_of(question, name))
    return Answer{};
  Answer answer;
  if (name.revision) {
    TAGDB_TRY_ASSIGN(answer, revision_from_reference(question, *name.revision));
    if (answer && answer->release)
      name_tag(*answer, name, tag);
  } else if (name.kb) {
    TAGDB_TRY_ASSIGN(answer, by_kb_tag(question, name));
    if (answer)
      name_tag(*answer, name, tag);
  } else if (name.kind == windows::TagKind::floating) {
    TAGDB_TRY_ASSIGN(const auto knowledge,
                     question.reader.knowledge(std::nullopt, store::Reader::Part::products));
    if (const auto* version = knowledge.version_of_tag(question.repository, name.product)) {
      TAGDB_TRY_ASSIGN(answer, floating_from_reference(question, tag, version->build));
      if (!answer)
        return not_found("the reference knows no image of " + version->name + " that was published by " +
                         base::format_rfc3339(question.at));
    }
  }
  return answer;
}

base::Result<Answer> by_subject(const ReferenceQuestion& question, std::string& what) {
  if (const auto* kb = std::get_if<windows::Kb>(&question.query.subject)) {
    what = kb->to_string();
    return by_kb(question, *kb, std::nullopt);
  }
  if (const auto* version = std::get_if<windows::OsVersion>(&question.query.subject)) {
    what = version->to_string();
    return revision_from_reference(question, *version);
  }
  what = std::get<oci::Tag>(question.query.subject).to_string();
  return by_tag(question, what);
}

} // namespace

ReferenceQuestion reference_question(const Question& question) {
  return {
      question.reader(),         question.scope, question.query, question.at, question.repository().registry,
      question.repository().name};
}

base::Result<Resolution> resolve_from_reference(const ReferenceQuestion& question, const Place& place) {
  std::string what;
  TAGDB_TRY_ASSIGN(auto answer, by_subject(question, what));
  if (!answer)
    return refuse(question, place, what);
  return *std::move(answer);
}

base::Result<Answer> revision_from_reference(const ReferenceQuestion& question,
                                             const windows::OsVersion& version) {
  if (image_architecture(question.scope.architecture) != k_architecture)
    return Answer{};
  TAGDB_TRY_ASSIGN(const auto knowledge, question.reader.knowledge(version.build()));
  if (const auto* row = image_in(knowledge, question, version)) {
    const auto published = knowledge.published(*row);
    if (published && *published > question.at)
      return not_out_yet(question, version, base::format_rfc3339(*published));
    Resolution answer = answer_of(question, knowledge, *row);
    warn_of_reference(knowledge, nullptr, answer);
    return Answer(std::move(answer));
  }
  const auto* host = knowledge.host_release(version);
  const bool base_repository = product_in(knowledge, question, version.build()) != nullptr;
  // Of a repository that is built on a base image, the reference cannot say what it has not.
  if (host == nullptr || (knowledge.release(version) != nullptr && !base_repository))
    return Answer{};
  if (host->date > question.at)
    return not_out_yet(question, version, windows::format_day(host->date));
  Resolution answer = begin(question, knowledge, version);
  answer.kb = host->kb;
  answer.support.reset(); // it is that of images
  if (const auto* nearest = nearest_to(knowledge, version, question.at);
      nearest != nullptr && base_repository)
    answer.nearest = nearest->version;
  warn_of_reference(knowledge, nullptr, answer);
  return Answer(std::move(answer));
}

base::Result<std::optional<windows::OsVersion>>
revision_of_kb(const ReferenceQuestion& question, const windows::Kb& kb, std::optional<std::uint32_t> build) {
  TAGDB_TRY_ASSIGN(const auto knowledge, question.reader.knowledge());
  const auto is_meant = [&](const windows::OsVersion& version) {
    return (!build || version.build() == *build) &&
           product_in(knowledge, question, version.build()) != nullptr;
  };
  std::vector<windows::OsVersion> revisions;
  std::vector<std::string> candidates;
  for (const auto* row : knowledge.releases_of(kb))
    if (is_meant(row->version)) {
      revisions.push_back(row->version);
      candidates.push_back(row->version.to_string() + " (" + row->floating_tag + ")");
    }
  if (revisions.empty())
    for (const auto* row : knowledge.host_releases_of(kb))
      if (is_meant(row->version)) {
        revisions.push_back(row->version);
        candidates.push_back(row->version.to_string());
      }
  if (revisions.empty())
    return std::optional<windows::OsVersion>{};
  if (revisions.size() == 1)
    return std::optional(revisions.front());
  return base::Error(base::ErrorKind::usage,
                     kb.to_string() + " belongs to several builds: " + base::join(candidates, ", "),
                     "ask for one of these revisions");
}

base::Result<Answer> floating_from_reference(const ReferenceQuestion& question, std::string_view tag,
                                             std::uint32_t build) {
  const auto name = windows::parse_tag_name(tag);
  if (!is_spoken_of(question, name))
    return Answer{};
  TAGDB_TRY_ASSIGN(const auto knowledge, question.reader.knowledge(build));
  const auto* row = newest_of_product(knowledge, question.repository, build, question.at);
  if (row == nullptr)
    return Answer{};
  Resolution answer = answer_of(question, knowledge, *row);
  name_tag(answer, name, tag);
  warn_of_reference(knowledge, row, answer);
  return Answer(std::move(answer));
}

} // namespace tagdb::query
