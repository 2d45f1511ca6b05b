#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <map>

namespace tagdb::query {
namespace {

/// A tag that carries the KB, with where it stands at the instant.
struct Carrier {
  store::TagRecord tag;
  bool there = false;      ///< it points somewhere at the instant
  std::string build;       ///< "17763"; the product's name in the tag where the image does not say
  std::string description; ///< "1809-KB4546852 (10.0.17763.1040)"
};

base::Result<Carrier> carrier_of(Question& question, const store::TagRecord& tag) {
  Carrier carrier{tag, false, windows::parse_tag_name(tag.name).product, tag.name};
  TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(tag.id));
  const Segment* segment = timeline.at(question.at).before;
  carrier.there = segment != nullptr && segment->state == store::SpanState::present;
  if (segment == nullptr || !segment->digest)
    for (const auto& other : timeline.segments())
      if (other.digest) {
        segment = &other;
        break;
      }
  if (segment == nullptr || !segment->digest)
    return carrier;
  TAGDB_TRY_ASSIGN(const auto side,
                   question.lookup.describe(*segment, tag, wanted_of(question.scope, tag), false));
  if (side.revision) {
    carrier.build = std::to_string(side.revision->build());
    carrier.description += " (" + side.revision->to_string() + ")";
  }
  return carrier;
}

/// The plainest spelling first: without locale and architecture (or with the asked one), with a dash
/// ("1809-KB…") rather than the underscore of 2018.
bool plainer(const Carrier& a, const Carrier& b, const std::string& architecture) {
  const auto key = [&](const Carrier& c) {
    return std::make_tuple(!c.there, !c.tag.locale.empty(), !c.tag.architecture.empty(),
                           image_architecture(c.tag.architecture) != architecture,
                           c.tag.name.find('_') != std::string::npos, std::string_view(c.tag.name));
  };
  return key(a) < key(b);
}

/// Adds when the repository was last looked at; and where it has a newer image below a revision of hosts than
/// the reference knows, that is the nearest one.
base::Status add_nearest_stored(Question& question, Resolution& answer) {
  TAGDB_TRY_ASSIGN(const auto check, question.reader().last_complete_check(question.repository().id));
  if (check)
    answer.evidence.last_checked = check->finished.value_or(check->started);
  if (answer.release)
    return {};
  TAGDB_TRY_ASSIGN(const auto* knowledge, question.lookup.knowledge(answer.revision->build()));
  TAGDB_TRY_ASSIGN(const auto images,
                   question.reader().images_of_build(question.repository().id, answer.revision->build()));
  for (const auto& image : images) {
    const auto released = release_instant(*knowledge, image);
    const bool out = image.version && released && released->at <= question.at;
    if (out && image.architecture == image_architecture(question.scope.architecture) &&
        *image.version <= *answer.revision && (!answer.nearest || *answer.nearest < *image.version))
      answer.nearest = image.version;
  }
  return {};
}

} // namespace

base::Result<Resolution> resolve_revision(Question& question, const windows::OsVersion& version) {
  const std::string architecture = image_architecture(question.scope.architecture);
  TAGDB_TRY_ASSIGN(const auto* tags, question.lookup.tags_of_version(version, architecture));
  std::vector<store::ContentId> contents;
  for (const auto& pointing : *tags)
    contents.push_back(pointing.content);
  if (contents.empty()) {
    TAGDB_TRY_ASSIGN(auto known, revision_from_reference(reference_question(question), version));
    if (!known)
      return unknown_tag(question, version.to_string());
    TAGDB_TRY(add_nearest_stored(question, *known));
    return *std::move(known);
  }
  TAGDB_TRY_ASSIGN(const auto best, best_pointing(question, contents, std::nullopt));
  if (!best)
    return unknown_tag(question, version.to_string());
  return answer_fixed(question, *best, *best->segment.content,
                      {architecture, !best->tag.architecture.empty(), version});
}

base::Result<Resolution> resolve_kb(Question& question, const windows::Kb& kb) {
  TAGDB_TRY_ASSIGN(const auto everywhere, question.reader().tags_of_kb(kb));
  std::vector<Carrier> carriers;
  for (const auto& tag : everywhere) {
    if (tag.repository != question.repository().id)
      continue;
    TAGDB_TRY_ASSIGN(auto carrier, carrier_of(question, tag));
    carriers.push_back(std::move(carrier));
  }
  if (carriers.empty()) {
    TAGDB_TRY_ASSIGN(const auto revision, revision_of_kb(reference_question(question), kb, std::nullopt));
    return revision ? resolve_revision(question, *revision) : unknown_kb(question, kb, everywhere);
  }

  const std::string architecture = image_architecture(question.scope.architecture);
  std::map<std::string, const Carrier*> by_build;
  for (const auto& carrier : carriers) {
    auto& best = by_build[carrier.build];
    if (best == nullptr || plainer(carrier, *best, architecture))
      best = &carrier;
  }
  if (by_build.size() > 1) {
    std::vector<std::string> descriptions;
    for (const auto& [build, carrier] : by_build)
      descriptions.push_back(carrier->description);
    return base::Error(base::ErrorKind::usage,
                       kb.to_string() + " belongs to " + std::to_string(by_build.size()) + " builds in " +
                           question.repository().name + ": " + base::join(descriptions, ", "),
                       "ask for one of these tags");
  }
  return resolve_tag(question, by_build.begin()->second->tag);
}

} // namespace tagdb::query
