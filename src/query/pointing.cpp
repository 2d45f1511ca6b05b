#include "question.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace tagdb::query {
namespace {

using Rank = Pointing::Rank;

/// The most telling name first: a revision says what it is for ever, a floating tag only for now.
int order_of(windows::TagKind kind) {
  switch (kind) {
  case windows::TagKind::revision:
    return 0;
  case windows::TagKind::kb:
    return 1;
  case windows::TagKind::floating:
    return 2;
  case windows::TagKind::other:
    break;
  }
  return 3;
}

/// The stretch of a tag that leads to one of the contents, nearest to the instant; nothing where none does.
std::optional<Pointing> pointing_of(const store::TagRecord& tag, const Timeline& timeline,
                                    const std::set<store::ContentId>& contents, base::Instant at) {
  const auto leads = [&](const Segment& segment) {
    return segment.content && contents.count(*segment.content) > 0;
  };
  const Segment* now = timeline.at(at).before;
  if (now != nullptr && leads(*now))
    return Pointing{tag, *now, Rank::now};
  const Segment* last = nullptr;
  for (const auto& segment : timeline.segments()) {
    if (!leads(segment))
      continue;
    if (segment.first_seen <= at)
      last = &segment;
    else if (last == nullptr)
      return Pointing{tag, segment, Rank::later};
  }
  if (last == nullptr)
    return std::nullopt;
  return Pointing{tag, *last, Rank::before};
}

bool better(const Pointing& a, const Pointing& b, std::optional<store::ContentId> preferred) {
  if (a.rank != b.rank)
    return a.rank < b.rank;
  const bool exact_a = a.segment.content == preferred;
  const bool exact_b = b.segment.content == preferred;
  if (exact_a != exact_b)
    return exact_a;
  if (a.rank == Rank::before && a.segment.last_seen != b.segment.last_seen)
    return a.segment.last_seen > b.segment.last_seen;
  if (a.rank == Rank::later && a.segment.first_seen != b.segment.first_seen)
    return a.segment.first_seen < b.segment.first_seen;
  const auto key = [](const Pointing& p) {
    return std::make_tuple(!p.tag.locale.empty(), !p.tag.architecture.empty(), order_of(p.tag.kind),
                           std::string_view(p.tag.name));
  };
  return key(a) < key(b);
}

} // namespace

base::Result<std::optional<Pointing>> best_pointing(Question& question,
                                                    std::span<const store::ContentId> contents,
                                                    std::optional<store::ContentId> preferred) {
  const std::set<store::ContentId> wanted(contents.begin(), contents.end());
  TAGDB_TRY_ASSIGN(const auto spans, question.reader().spans_pointing_at(question.repository().id, contents));
  std::set<store::TagId> seen;
  std::optional<Pointing> best;
  for (const auto& span : spans) {
    if (!seen.insert(span.tag).second)
      continue;
    TAGDB_TRY_ASSIGN(const auto tag, question.reader().tag(span.tag));
    TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(span.tag));
    if (!tag)
      continue;
    auto found = pointing_of(*tag, timeline, wanted, question.at);
    if (found && (!best || better(*found, *best, preferred)))
      best = std::move(found);
  }
  return best;
}

base::Result<Resolution> answer_fixed(Question& question, const Pointing& pointing, store::ContentId content,
                                      const Wanted& wanted) {
  TAGDB_TRY_ASSIGN(Resolution answer, begin_answer(question));
  answer.tag = pointing.tag.name;
  answer.kind = pointing.tag.kind;
  const Segment& segment = pointing.segment;
  if (pointing.rank == Rank::later) {
    TAGDB_TRY_ASSIGN(const auto* images, question.lookup.images(content));
    TAGDB_TRY_ASSIGN(const auto released, release_of(question, *images, wanted));
    const std::string what = base::format_rfc3339(question.at) + "; it was first seen as " +
                             question.lookup.name_of(pointing.tag.name) + " at " +
                             base::format_rfc3339(segment.first_seen);
    if (!released)
      return not_found("nothing says whether " + question.query.text + " was there at " + what);
    if (released->at > question.at)
      return not_found(question.query.text + " was " + words_of(*released) + ", after " + what);
    mark_inferred(answer, *released, segment.first_seen);
  } else {
    answer.evidence.first_seen = segment.first_seen;
    answer.evidence.last_seen = segment.last_seen;
    answer.evidence.check = segment.confirmed_by;
  }
  TAGDB_TRY(fill_content(question, answer, content, &pointing.tag, wanted));
  return answer;
}

} // namespace tagdb::query
