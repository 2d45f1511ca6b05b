#include "question.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace tagdb::query {
namespace {

struct Candidate {
  store::TagRecord tag;
  std::set<store::ContentId> contents; ///< that mean the same image
};

using Candidates = std::map<store::TagId, Candidate>;

void add(Candidates& candidates, const store::TagRecord& tag, store::ContentId content) {
  candidates.try_emplace(tag.id, Candidate{tag, {}}).first->second.contents.insert(content);
}

/// What a tag that names one build for ever pointed at before anyone looked, where the answer itself is of
/// that time.
const Segment* before_first_look(const Timeline& timeline, const store::TagRecord& tag,
                                 const Resolution& answer) {
  const bool fixed = tag.kind == windows::TagKind::revision || tag.kind == windows::TagKind::kb;
  if (!fixed || answer.evidence.level != EvidenceLevel::inferred)
    return nullptr;
  for (const auto& segment : timeline.segments())
    if (segment.state == store::SpanState::present)
      return &segment;
  return nullptr;
}

} // namespace

base::Result<std::vector<Alias>> aliases_of(Question& question, const Resolution& answer,
                                            store::ContentId content, const store::ImageRecord* image,
                                            const store::TagRecord* asked) {
  Candidates candidates;
  if (image != nullptr && image->version) {
    TAGDB_TRY_ASSIGN(const auto* tags, question.lookup.tags_of_version(*image->version, image->architecture));
    for (const auto& pointing : *tags)
      add(candidates, pointing.tag, pointing.content);
  } else {
    // Without a revision only equal content proves anything.
    TAGDB_TRY_ASSIGN(const auto spans,
                     question.reader().spans_pointing_at(question.repository().id, std::span(&content, 1)));
    for (const auto& span : spans) {
      if (candidates.count(span.tag) > 0)
        continue;
      TAGDB_TRY_ASSIGN(const auto tag, question.reader().tag(span.tag));
      if (tag)
        add(candidates, *tag, content);
    }
  }

  // Between two looks the later one may answer: what its tags were is what that look saw.
  const auto at = std::max(question.at, answer.evidence.first_seen.value_or(question.at));
  std::vector<std::pair<windows::TagKind, Alias>> found;
  for (const auto& [id, candidate] : candidates) {
    if (asked != nullptr && id == asked->id)
      continue;
    // An image in another language has the same OS version, and is another image all the same.
    const bool alike = candidate.tag.locale == (asked != nullptr ? asked->locale : std::string{});
    if (!alike && candidate.contents.count(content) == 0)
      continue;
    TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(id));
    const Segment* segment = timeline.at(at).before;
    if (segment == nullptr)
      segment = before_first_look(timeline, candidate.tag, answer);
    if (segment == nullptr || segment->state != store::SpanState::present ||
        candidate.contents.count(*segment->content) == 0)
      continue;
    const bool same_digest = *segment->content == content;
    if (alike || same_digest)
      found.emplace_back(candidate.tag.kind, Alias{candidate.tag.name, same_digest});
  }
  // Floating, revision, KB, other: the order of the kinds themselves.
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.tag) < std::tie(b.first, b.second.tag);
  });
  std::vector<Alias> aliases;
  for (auto& [kind, alias] : found)
    aliases.push_back(std::move(alias));
  return aliases;
}

} // namespace tagdb::query
