#include "question.hpp"
#include "truth_floating.hpp"

namespace tagdb::query {
namespace {

std::string words_of_kb(const std::optional<windows::Kb>& kb) {
  return kb ? " (" + kb->to_string() + ")" : "";
}

/// The newest stretch before this one that was on a newer revision of the same build: where the tag went back
/// from.
base::Result<std::optional<EventSide>> newer_before(Lookup& lookup, const Scope& scope,
                                                    const store::TagRecord& tag, const Timeline& timeline,
                                                    std::size_t segment, const windows::OsVersion& revision) {
  while (segment-- > 0) {
    const auto& earlier = timeline.segments()[segment];
    if (!earlier.digest)
      continue;
    TAGDB_TRY_ASSIGN(auto side, lookup.describe(earlier, tag, wanted_of(scope, tag), false));
    if (side.revision && side.revision->build() == revision.build() && revision < *side.revision)
      return std::optional(std::move(side));
  }
  return std::optional<EventSide>{};
}

base::Result<Warning> rollback_warning(Lookup& lookup, const Scope& scope, const FloatingTruth& truth,
                                       const Timeline& timeline, std::size_t segment, base::Instant at) {
  TAGDB_TRY_ASSIGN(const auto from,
                   newer_before(lookup, scope, truth.tag, timeline, segment, *truth.revision));
  std::string message = lookup.name_of(truth.tag.name) + " went back";
  std::string use;
  if (from) {
    message += " from " + words_of(*from);
    TAGDB_TRY_ASSIGN(use, words_for_use(lookup, truth.tag, *from, at));
    use = "; for " + words_of(*from) + " use " + use;
  }
  message += " to " + truth.revision->to_string();
  if (truth.since)
    message += " at " + base::format_rfc3339(*truth.since);
  message += use;
  if (truth.newest && (!from || *from->revision < *truth.newest))
    message +=
        "; the newest of its build is " + truth.newest->to_string() + ", by the tag " + truth.newest_tag;
  return Warning{"rollback", std::move(message)};
}

} // namespace

base::Result<std::string> explicit_tag_of(Lookup& lookup, const store::TagRecord& tag,
                                          const windows::OsVersion& revision, base::Instant at) {
  std::string name = revision.to_string();
  if (!tag.architecture.empty())
    name += "-" + tag.architecture;
  TAGDB_TRY_ASSIGN(const auto found, lookup.reader().find_tag(lookup.repository().id, name));
  if (!found || found->id == tag.id)
    return std::string();
  TAGDB_TRY_ASSIGN(const auto timeline, lookup.timeline(found->id));
  const auto* segment = timeline.at(at).before;
  const bool there = segment != nullptr && segment->state == store::SpanState::present;
  return there ? name : std::string();
}

base::Result<std::string> words_for_use(Lookup& lookup, const store::TagRecord& tag, const EventSide& side,
                                        base::Instant at) {
  if (side.revision) {
    TAGDB_TRY_ASSIGN(const auto name, explicit_tag_of(lookup, tag, *side.revision, at));
    if (!name.empty())
      return "the tag " + name;
  }
  return "the digest " + side.digest.to_string();
}

base::Result<std::vector<Warning>> floating_warnings(Lookup& lookup, const Scope& scope,
                                                     const store::TagRecord& tag, const Timeline& timeline,
                                                     std::size_t segment, base::Instant at,
                                                     const windows::Knowledge& knowledge) {
  std::vector<Warning> warnings;
  TAGDB_TRY_ASSIGN(const auto truth, truth_of_stretch(lookup, scope, tag, timeline, segment, at));
  if (!truth)
    return warnings;
  if (truth->state == FloatingState::rollback) {
    TAGDB_TRY_ASSIGN(auto warning, rollback_warning(lookup, scope, *truth, timeline, segment, at));
    warnings.push_back(std::move(warning));
  } else if (truth->state == FloatingState::lag) {
    TAGDB_TRY_ASSIGN(const auto kb, lookup.kb_of(*truth->newest, wanted_of(scope, tag).architecture));
    warnings.push_back(
        {"lag", lookup.name_of(tag.name) + " lags since " + base::format_rfc3339(*truth->since) +
                    ": it points at " + truth->revision->to_string() + ", the newest of its build is " +
                    truth->newest->to_string() + words_of_kb(kb) + "; use the tag " + truth->newest_tag});
  }
  TAGDB_TRY_ASSIGN(const auto differences,
                   alias_differences_of(lookup, tag, timeline.segments()[segment], scope, knowledge, at));
  for (const auto& difference : differences) {
    const bool behind = difference.revision < difference.other_revision;
    const auto& newer = behind ? difference.other_revision : difference.revision;
    TAGDB_TRY_ASSIGN(const auto use, explicit_tag_of(lookup, tag, newer, at));
    std::string message = lookup.name_of(tag.name) + " is at " + difference.revision.to_string() + " and " +
                          difference.other + ", another name of the same product, at " +
                          difference.other_revision.to_string() + " since " +
                          base::format_rfc3339(*difference.since);
    if (!use.empty())
      message += "; for the newer one use the tag " + use;
    warnings.push_back({"aliasDiffers", std::move(message)});
  }
  return warnings;
}

base::Result<std::optional<Warning>> republished_warning(Lookup& lookup, const Scope& scope,
                                                         const store::TagRecord& tag,
                                                         const Timeline& timeline, std::size_t segment,
                                                         base::Instant at) {
  std::optional<base::Error> failure;
  // Only a first stretch can lie in the baseline, and it repeats nothing.
  const auto event =
      event_at(timeline, segment, lookup.events(tag, wanted_of(scope, tag), std::nullopt, false, failure));
  if (failure)
    return *std::move(failure);
  if (!event || event->kind != EventKind::republished)
    return std::optional<Warning>{};
  TAGDB_TRY_ASSIGN(const auto use, words_for_use(lookup, tag, *event->to, at));
  return std::optional(Warning{
      "republished", lookup.name_of(tag.name) + " was published again at " + base::format_rfc3339(event->at) +
                         " with the same revision " + words_of(*event->to) + " (before: " +
                         event->from->digest.abbreviated() + "); to stay with one use " + use});
}

} // namespace tagdb::query
