#include "question.hpp"
#include "truth_floating.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

using store::SpanState;

std::string instant(base::Instant at) {
  return base::format_rfc3339(at);
}

/// A tag, its history, and where in it the question lies.
struct Position {
  const store::TagRecord& tag;
  const Timeline& timeline;
  Wanted wanted;
  Look look;
  const Segment* shown = nullptr; ///< the stretch that answers: `look.before`, for an unpullable one the last
                                  ///< with a digest; between two looks it may be `look.after`

  std::size_t index(const Segment* segment) const {
    return static_cast<std::size_t>(segment - timeline.segments().data());
  }
};

const Segment* last_with_digest(const Position& p) {
  for (auto i = p.index(p.look.before) + 1; i-- > 0;)
    if (p.timeline.segments()[i].digest)
      return &p.timeline.segments()[i];
  return nullptr;
}

base::Result<std::optional<EventSide>> side_of(Question& question, const Position& p,
                                               const Segment* segment) {
  if (segment == nullptr || !segment->digest)
    return std::optional<EventSide>{};
  TAGDB_TRY_ASSIGN(auto side, question.lookup.describe(*segment, p.tag, p.wanted, true));
  return std::optional<EventSide>(std::move(side));
}

base::Result<std::optional<Event>> event_at_stretch(Question& question, const Position& p, std::size_t index,
                                                    bool kb) {
  std::optional<base::Error> failure;
  // Only a first stretch can lie in the baseline, and neither caller asks for that one.
  auto event =
      event_at(p.timeline, index, question.lookup.events(p.tag, p.wanted, std::nullopt, kb, failure));
  if (failure)
    return *std::move(failure);
  return event;
}

/// The tag is not there: when it was, and what it meant.
base::Result<Resolution> refuse_vanished(Question& question, const Position& p) {
  const std::string name = question.lookup.name_of(p.tag.name);
  std::string message = name + " is gone: it was not there at " + instant(p.look.before->first_seen);
  if (p.look.before->last_seen > p.look.before->first_seen)
    message += " and until " + instant(p.look.before->last_seen);
  std::string hint;
  if (const auto* last = last_with_digest(p)) {
    TAGDB_TRY_ASSIGN(const auto side, side_of(question, p, last));
    message += "; last seen " + instant(last->last_seen) + ", when it pointed at " +
               (side->revision ? side->revision->to_string() + ", " : "") + side->digest.to_string();
    hint = "`--at " + instant(last->last_seen) + "` answers what it was then";
  }
  if (p.look.after != nullptr)
    message += "; it was there again at " + instant(p.look.after->first_seen);
  return not_found(std::move(message), std::move(hint));
}

base::Result<Resolution> refuse_unpullable(Question& question, const Position& p) {
  return not_found(question.lookup.name_of(p.tag.name) + " is listed, but the registry refuses it: " +
                       base::escape_untrusted(p.look.before->answer) + " (first at " +
                       instant(p.look.before->first_seen) + ")",
                   "what it points at was never seen; `tagdb list --repo " + question.repository().name +
                       "` prints the tags that can be had");
}

/// Whether the reference dates the release of what the look after showed between the look before and the
/// instant: it had then replaced the earlier image, or was about to within hours.
base::Result<std::optional<base::Instant>> released_meanwhile(Question& question, const Position& p,
                                                              const std::optional<EventSide>& after) {
  if (!after || !after->revision)
    return std::optional<base::Instant>{};
  TAGDB_TRY_ASSIGN(const auto* knowledge, question.lookup.knowledge(after->revision->build()));
  const auto* row = knowledge->release(*after->revision);
  const auto published = row != nullptr ? knowledge->published(*row) : std::nullopt;
  if (!published || *published <= p.look.before->last_seen || *published > question.at)
    return std::optional<base::Instant>{};
  return published;
}

/// `between`: one image before, another (or nothing) after. Chooses which of them answers.
base::Status judge_between(Question& question, Position& p, Resolution& answer) {
  if (p.look.inside || p.look.after == nullptr)
    return {};
  const Segment& after = *p.look.after;
  answer.evidence.level = EvidenceLevel::between;
  TAGDB_TRY_ASSIGN(answer.evidence.before, side_of(question, p, p.shown));
  TAGDB_TRY_ASSIGN(answer.evidence.after, side_of(question, p, &after));
  answer.evidence.seen_before = p.shown->last_seen;
  answer.evidence.seen_after = after.first_seen;
  const auto& before_side = *answer.evidence.before;
  const auto& after_side = answer.evidence.after;
  const auto words = [](const Segment& segment, const std::optional<EventSide>& side) -> std::string {
    if (segment.state == SpanState::unpullable)
      return "a refusal (" + base::escape_untrusted(segment.answer) + ")";
    return side ? words_of(*side) : "nothing";
  };
  std::string before_words = words(*p.look.before, before_side);
  std::string after_words = words(after, after_side);
  if (after_side && before_words == after_words) { // published again: the digests tell them apart
    before_words += " as " + before_side.digest.abbreviated();
    after_words += " as " + after_side->digest.abbreviated();
  }
  std::string which = "the earlier one";
  TAGDB_TRY_ASSIGN(const auto released, released_meanwhile(question, p, after_side));
  if (released && after.state == SpanState::present) {
    which = "the later one, which was published at " + instant(*released);
    p.shown = &after;
  }
  answer.warnings.push_back({"between", "the look at " + instant(p.look.before->last_seen) + " showed " +
                                            before_words + ", the next one at " + instant(after.first_seen) +
                                            " showed " + after_words + "; the answer is " + which});
  return {};
}

void warn_unpullable(Question& question, const Position& p, Resolution& answer) {
  if (p.look.before->state != SpanState::unpullable || p.shown == p.look.after)
    return;
  std::string message =
      question.lookup.name_of(p.tag.name) + " is listed, but the registry refuses it since " +
      instant(p.look.before->first_seen) + ": " + base::escape_untrusted(p.look.before->answer);
  if (p.shown != p.look.before)
    message += "; the answer is what it pointed at on " + instant(p.shown->last_seen);
  answer.warnings.push_back({"unpullable", std::move(message)});
}

/// What is amiss with a tag is said as long as it lasts: lag, rollback, aliases that differ (truth.hpp), and
/// a revision that was published again.
base::Status warn_of_begin(Question& question, const Position& p, Resolution& answer) {
  const auto index = p.index(p.shown);
  const auto at = std::max(question.at, p.shown->first_seen); // between two looks the later one may answer
  TAGDB_TRY_ASSIGN(const auto* products, question.lookup.products());
  TAGDB_TRY_ASSIGN(auto warnings, floating_warnings(question.lookup, question.scope, p.tag, p.timeline, index,
                                                    at, *products));
  for (auto& warning : warnings)
    answer.warnings.push_back(std::move(warning));
  if (index == 0)
    return {};
  TAGDB_TRY_ASSIGN(const auto event, event_at_stretch(question, p, index, false));
  if (!event || event->kind != EventKind::republished || !event->from || !event->to)
    return {};
  TAGDB_TRY_ASSIGN(const auto use, words_for_use(question.lookup, p.tag, *event->to, at));
  answer.warnings.push_back(
      {"republished", question.lookup.name_of(p.tag.name) + " was published again at " + instant(event->at) +
                          " with the same revision " + words_of(*event->to) + " (before: " +
                          event->from->digest.abbreviated() + "); to stay with one use " + use});
  return {};
}

base::Status add_next_event(Question& question, const Position& p, Resolution& answer) {
  for (auto i = p.index(p.look.before) + 1; i < p.timeline.segments().size(); ++i) {
    TAGDB_TRY_ASSIGN(auto event, event_at_stretch(question, p, i, true));
    if (event) {
      answer.next = std::move(event);
      break;
    }
  }
  return {};
}

} // namespace

base::Result<Resolution> resolve_tag(Question& question, const store::TagRecord& tag) {
  TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(tag.id));
  if (timeline.empty())
    return unknown_tag(question, tag.name);
  Position p{tag, timeline, wanted_of(question.scope, tag), timeline.at(question.at)};
  if (p.look.before == nullptr)
    return resolve_before_first_look(question, tag, timeline);
  if (p.look.before->state == SpanState::absent)
    return refuse_vanished(question, p);
  p.shown = last_with_digest(p);
  if (p.shown == nullptr || !p.shown->content)
    return refuse_unpullable(question, p);

  TAGDB_TRY_ASSIGN(Resolution answer, begin_answer(question));
  answer.tag = tag.name;
  answer.kind = tag.kind;
  TAGDB_TRY(judge_between(question, p, answer));
  answer.evidence.first_seen = p.shown->first_seen;
  answer.evidence.last_seen = p.shown->last_seen;
  answer.evidence.check = p.shown->confirmed_by;
  TAGDB_TRY(fill_content(question, answer, *p.shown->content, &tag, p.wanted));
  warn_unpullable(question, p, answer);
  TAGDB_TRY(warn_of_begin(question, p, answer));
  TAGDB_TRY(add_next_event(question, p, answer));
  return answer;
}

} // namespace tagdb::query
