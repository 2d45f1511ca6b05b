#include <tagdb/sync/plan.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace tagdb::sync {

namespace {

using store::KnownTag;
using store::SpanState;

/// Two runs on one day share a sample's work instead of doing it twice.
constexpr std::chrono::hours k_sampled_already{12};

const KnownTag* find(const std::vector<const KnownTag*>& known, std::string_view name) {
  const auto at =
      std::lower_bound(known.begin(), known.end(), name,
                       [](const KnownTag* tag, std::string_view wanted) { return tag->name < wanted; });
  return at != known.end() && (*at)->name == name ? *at : nullptr;
}

std::vector<const KnownTag*> by_name(const std::vector<KnownTag>& known) {
  std::vector<const KnownTag*> sorted;
  sorted.reserve(known.size());
  for (const auto& tag : known)
    sorted.push_back(&tag);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  return sorted;
}

bool can_move(const KnownTag& tag, base::Instant now) {
  if (tag.kind == windows::TagKind::floating)
    return true;
  return tag.kind == windows::TagKind::other && now - tag.first_seen < k_other_settles;
}

/// The part of the tags that should not move whose turn it is: those looked at longest ago.
std::vector<const KnownTag*> sample(std::vector<const KnownTag*> candidates, base::Instant now) {
  const std::size_t turn = (candidates.size() + k_sample_days - 1) / k_sample_days;
  std::erase_if(candidates, [&](const auto* tag) { return now - tag->last_seen < k_sampled_already; });
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto* a, const auto* b) { return a->last_seen < b->last_seen; });
  candidates.resize(std::min(candidates.size(), turn));
  return candidates;
}

/// Known tags that this complete list does not have: gone for a while, or gone now?
void plan_unlisted(Plan& plan, const PlanInput& input) {
  std::vector<std::string_view> listed(input.listed.begin(), input.listed.end());
  std::sort(listed.begin(), listed.end());
  for (const auto& tag : input.known) {
    if (std::binary_search(listed.begin(), listed.end(), std::string_view(tag.name)))
      continue;
    if (tag.state == SpanState::absent)
      plan.still_absent.push_back(tag.name);
    else
      plan.asks.push_back({tag.name, AskReason::unlisted});
  }
}

} // namespace

Plan make_plan(const PlanInput& input) {
  Plan plan;
  std::vector<Ask> fresh, rest;
  std::vector<const KnownTag*> steady;
  const bool full = input.scope == store::CheckScope::full;
  const auto known = by_name(input.known);
  for (const auto& name : input.listed) {
    const KnownTag* tag = find(known, name);
    if (tag == nullptr || tag->state == SpanState::absent)
      // What the name of a new tag says decides its place, so that the tags people ask for are known first.
      (windows::parse_tag_name(name).kind == windows::TagKind::floating ? plan.asks : fresh)
          .push_back({name, AskReason::fresh});
    else if (can_move(*tag, input.now))
      plan.asks.push_back({name, AskReason::floating});
    else if (tag->incomplete)
      rest.push_back({name, AskReason::incomplete});
    else if (full && input.carry_on_from && tag->last_seen >= *input.carry_on_from)
      ++plan.skipped; // the check that was cut off has seen it
    else if (full)
      rest.push_back({name, AskReason::full});
    else
      steady.push_back(tag);
  }
  const auto due = input.sample ? sample(steady, input.now) : std::vector<const KnownTag*>{};
  for (const auto* tag : due)
    rest.push_back({tag->name, AskReason::sample});
  plan.skipped += steady.size() - due.size();
  plan.asks.reserve(plan.asks.size() + fresh.size() + rest.size());
  std::move(fresh.begin(), fresh.end(), std::back_inserter(plan.asks));
  std::move(rest.begin(), rest.end(), std::back_inserter(plan.asks));
  plan_unlisted(plan, input);
  return plan;
}

} // namespace tagdb::sync
