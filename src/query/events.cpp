#include <tagdb/query/events.hpp>

#include <utility>

namespace tagdb::query {
namespace {

using store::SpanState;

/// What a tag showed before a stretch.
struct Past {
  const Segment* last = nullptr; ///< the newest stretch that had a digest
  bool gone = false;             ///< it was absent after that
};

Past past_of(const std::vector<Segment>& segments, std::size_t index) {
  Past past;
  while (index-- > 0) {
    if (segments[index].digest) {
      past.last = &segments[index];
      break;
    }
    past.gone = past.gone || segments[index].state == SpanState::absent;
  }
  return past;
}

std::optional<EventSide> side_of(const Segment* segment, const EventContext& context) {
  if (segment == nullptr || !segment->digest)
    return std::nullopt;
  if (auto side = context.describe(*segment))
    return side;
  return EventSide{*segment->digest, std::nullopt, std::nullopt};
}

EventKind kind_of_move(const std::optional<EventSide>& from, const std::optional<EventSide>& to) {
  if (!from || !to || !from->revision || !to->revision)
    return EventKind::moved;
  if (*from->revision == *to->revision)
    return EventKind::republished;
  // Another build is another product: a smaller number there is no way back.
  const bool back = from->revision->build() == to->revision->build() && *to->revision < *from->revision;
  return back ? EventKind::rollback : EventKind::moved;
}

bool in_baseline(const Segment& segment, const EventContext& context) {
  return !context.baseline_end || segment.first_seen <= *context.baseline_end;
}

} // namespace

std::string_view to_string(EventKind kind) {
  switch (kind) {
  case EventKind::first:
    return "first";
  case EventKind::moved:
    return "moved";
  case EventKind::rollback:
    return "rollback";
  case EventKind::republished:
    return "republished";
  case EventKind::vanished:
    return "vanished";
  case EventKind::reappeared:
    return "reappeared";
  case EventKind::unpullable:
    return "unpullable";
  case EventKind::lag:
    return "lag";
  case EventKind::lag_ended:
    return "lagEnded";
  case EventKind::alias_differs:
    return "aliasDiffers";
  }
  return "";
}

std::string event_id(std::string_view reference, base::Instant at, EventKind kind) {
  return std::string(reference) + "@" + base::format_rfc3339(at) + "/" + std::string(to_string(kind));
}

std::optional<Event> event_at(const Timeline& timeline, std::size_t index, const EventContext& context) {
  const auto& segments = timeline.segments();
  const Segment& now = segments[index];
  const Past past = past_of(segments, index);
  Event event;
  switch (now.state) {
  case SpanState::absent:
    if (index == 0)
      return std::nullopt;
    event.kind = EventKind::vanished;
    break;
  case SpanState::unpullable:
    // Another reason for the refusal is the same trouble.
    if (index == 0 ? in_baseline(now, context) : segments[index - 1].state == SpanState::unpullable)
      return std::nullopt;
    event.kind = EventKind::unpullable;
    break;
  case SpanState::present:
    if (past.last == nullptr && in_baseline(now, context))
      return std::nullopt;
    event.kind = EventKind::first;
    break;
  }
  event.from = side_of(past.last, context);
  event.to = side_of(&now, context);
  if (now.state == SpanState::present && past.last != nullptr) {
    const bool back_again = past.gone || past.last->digest == now.digest;
    event.kind = back_again ? EventKind::reappeared : kind_of_move(event.from, event.to);
  }
  event.at = now.first_seen;
  event.first_seen = now.first_seen;
  event.last_seen = now.last_seen;
  event.id = event_id(context.reference, event.at, event.kind);
  return event;
}

std::vector<Event> events_of(const Timeline& timeline, const EventContext& context) {
  std::vector<Event> events;
  for (std::size_t i = 0; i < timeline.segments().size(); ++i)
    if (auto event = event_at(timeline, i, context))
      events.push_back(*std::move(event));
  return events;
}

} // namespace tagdb::query
