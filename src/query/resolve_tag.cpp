#include "question.hpp"
#include <tagdb/base/text.hpp>

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
  const Segment* shown =
      nullptr; ///< the stretch that answers: `look.before`, or for an unpullable one the last with a digest

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

/// `between`: one image before, another (or nothing) after. The reference's release dates may one day choose
/// the later one here.
base::Status judge_between(Question& question, const Position& p, Resolution& answer) {
  if (p.look.inside || p.look.after == nullptr)
    return {};
  const Segment& after = *p.look.after;
  answer.evidence.level = EvidenceLevel::between;
  TAGDB_TRY_ASSIGN(answer.evidence.before, side_of(question, p, p.shown));
  TAGDB_TRY_ASSIGN(answer.evidence.after, side_of(question, p, &after));
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
  answer.warnings.push_back({"between", "the look at " + instant(p.look.before->last_seen) + " showed " +
                                            before_words + ", the next one at " + instant(after.first_seen) +
                                            " showed " + after_words + "; the answer is the earlier one"});
  return {};
}

void warn_unpullable(Question& question, const Position& p, Resolution& answer) {
  if (p.look.before->state != SpanState::unpullable)
    return;
  std::string message =
      question.lookup.name_of(p.tag.name) + " is listed, but the registry refuses it since " +
      instant(p.look.before->first_seen) + ": " + base::escape_untrusted(p.look.before->answer);
  if (p.shown != p.look.before)
    message += "; the answer is what it pointed at on " + instant(p.shown->last_seen);
  answer.warnings.push_back({"unpullable", std::move(message)});
}

/// A tag that names this revision and is there at the instant, else its digest: what to write instead of a
/// floating tag.
base::Result<std::string> explicit_name(Question& question, const Position& p, const EventSide& side) {
  if (side.revision) {
    std::string name = side.revision->to_string();
    if (!p.tag.architecture.empty())
      name += "-" + p.tag.architecture;
    TAGDB_TRY_ASSIGN(const auto tag, question.reader().find_tag(question.repository().id, name));
    if (tag && tag->id != p.tag.id) {
      TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(tag->id));
      const auto* segment = timeline.at(question.at).before;
      if (segment != nullptr && segment->state == SpanState::present)
        return "the tag " + name;
    }
  }
  return "the digest " + side.digest.to_string();
}

/// A rollback and a republished revision are said as long as they last. Lag and differing aliases will be
/// judged beside them.
base::Status warn_of_begin(Question& question, const Position& p, Resolution& answer) {
  const auto index = p.index(p.shown);
  if (index == 0)
    return {};
  TAGDB_TRY_ASSIGN(const auto event, event_at_stretch(question, p, index, false));
  if (!event || !event->from || !event->to)
    return {};
  const std::string name = question.lookup.name_of(p.tag.name);
  if (event->kind == EventKind::rollback) {
    TAGDB_TRY_ASSIGN(const auto use, explicit_name(question, p, *event->from));
    answer.warnings.push_back({"rollback", name + " went back from " + words_of(*event->from) + " to " +
                                               words_of(*event->to) + " at " + instant(event->at) + "; for " +
                                               words_of(*event->from) + " use " + use});
  } else if (event->kind == EventKind::republished) {
    TAGDB_TRY_ASSIGN(const auto use, explicit_name(question, p, *event->to));
    answer.warnings.push_back({"republished", name + " was published again at " + instant(event->at) +
                                                  " with the same revision " + words_of(*event->to) +
                                                  " (before: " + event->from->digest.abbreviated() +
                                                  "); to stay with one use " + use});
  }
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
  answer.evidence.first_seen = p.shown->first_seen;
  answer.evidence.last_seen = p.shown->last_seen;
  answer.evidence.check = p.shown->confirmed_by;
  TAGDB_TRY(judge_between(question, p, answer));
  TAGDB_TRY(fill_content(question, answer, *p.shown->content, &tag, p.wanted));
  warn_unpullable(question, p, answer);
  TAGDB_TRY(warn_of_begin(question, p, answer));
  TAGDB_TRY(add_next_event(question, p, answer));
  return answer;
}

} // namespace tagdb::query
