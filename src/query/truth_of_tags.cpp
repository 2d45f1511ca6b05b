#include "truth_of_tags.hpp"

#include "truth_floating.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace tagdb::query {

base::Result<windows::Knowledge> product_knowledge(const store::Reader& reader) {
  // No image has build 0: what is left are the tables that do not go by build.
  return reader.knowledge(0);
}

base::Result<std::optional<Event>> event_of_stretch(Lookup& lookup, const Scope& scope,
                                                    const store::TagRecord& tag, const Timeline& timeline,
                                                    std::size_t segment,
                                                    std::optional<base::Instant> baseline) {
  std::optional<base::Error> failure;
  auto event =
      event_at(timeline, segment, lookup.events(tag, wanted_of(scope, tag), baseline, true, failure));
  if (failure)
    return *std::move(failure);
  const bool moves = tag.kind == windows::TagKind::floating && tag.locale.empty();
  if (!event || !moves)
    return event;
  std::optional<windows::OsVersion> wanted;
  if (event->kind == EventKind::rollback || event->kind == EventKind::vanished ||
      event->kind == EventKind::unpullable)
    wanted = event->from ? event->from->revision : std::nullopt;
  else if (event->kind == EventKind::republished && event->to)
    wanted = event->to->revision;
  if (wanted) {
    TAGDB_TRY_ASSIGN(event->use, explicit_tag_of(lookup, tag, *wanted, event->at));
  }
  return event;
}

base::Result<std::vector<Event>> comparison_events(Lookup& lookup, const Scope& scope,
                                                   const store::TagRecord& tag, const Timeline& timeline) {
  std::vector<Event> events;
  if (tag.kind != windows::TagKind::floating || !FloatingSweep::takes_part(tag))
    return events;
  const auto& reader = lookup.reader();
  const auto repository = lookup.repository().id;
  TAGDB_TRY_ASSIGN(const auto knowledge, product_knowledge(reader));
  TAGDB_TRY_ASSIGN(auto moments, Moments::of(reader, repository));
  FloatingSweep sweep(lookup, scope, knowledge, std::move(moments));

  std::map<std::uint32_t, windows::OsVersion> lowest; // of each build it was ever on
  for (const auto& segment : timeline.segments()) {
    if (!segment.content)
      continue;
    TAGDB_TRY_ASSIGN(const auto* images, lookup.images(*segment.content));
    const auto* image = revision_image(*images, wanted_of(scope, tag));
    if (image == nullptr || !image->version)
      continue;
    const auto [known, fresh] = lowest.emplace(image->version->build(), *image->version);
    if (!fresh)
      known->second = std::min(known->second, *image->version);
  }
  for (const auto& [build, revision] : lowest) {
    TAGDB_TRY_ASSIGN(const auto newer, reader.revision_tags_above(repository, revision,
                                                                  std::numeric_limits<std::int32_t>::max()));
    for (const auto& other : newer) {
      TAGDB_TRY_ASSIGN(auto history, lookup.timeline(other.id));
      sweep.add(other, std::move(history));
    }
  }
  const auto name = windows::parse_tag_name(tag.name);
  if (const auto* version = knowledge.version_of_tag(lookup.repository().name, name.product))
    for (const auto& product : version->floating_tags) {
      TAGDB_TRY_ASSIGN(const auto other,
                       reader.find_tag(repository, product + tag.name.substr(name.product.size())));
      if (!other || other->id == tag.id)
        continue;
      TAGDB_TRY_ASSIGN(auto history, lookup.timeline(other->id));
      sweep.add(*other, std::move(history));
    }
  sweep.add(tag, timeline);
  TAGDB_TRY(sweep.run());
  for (const auto& finding : sweep.findings())
    if (sweep.tag_of(finding) == tag.name) {
      TAGDB_TRY_ASSIGN(auto change, sweep.change_of(finding));
      events.push_back(std::move(change.event));
    }
  return events;
}

void sort_changes(std::vector<Change>& changes) {
  const auto key = [](const Change& change) {
    const bool follows = change.event.kind == EventKind::lag || change.event.kind == EventKind::lag_ended ||
                         change.event.kind == EventKind::alias_differs;
    return std::make_tuple(change.event.at, std::string_view(change.repository), std::string_view(change.tag),
                           follows);
  };
  std::stable_sort(changes.begin(), changes.end(),
                   [&](const Change& a, const Change& b) { return key(a) < key(b); });
}

} // namespace tagdb::query
