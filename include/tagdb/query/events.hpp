#pragma once

#include <tagdb/query/timeline.hpp>
#include <tagdb/windows/os_version.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// What happened to a tag. All of it follows from timelines: its own, and for the last three those of the
/// tags it is compared with. Nothing is stored.
enum class EventKind : std::uint8_t {
  first,       ///< seen for the first time, by a check after the baseline
  moved,       ///< to a newer revision, or to one that cannot be compared
  rollback,    ///< to an older revision of the same build
  republished, ///< the same revision under a new digest
  vanished,
  reappeared, ///< after it had vanished, or could be fetched again after it had been unpullable, and shows
              ///< the same digest
  unpullable, ///< listed, but the registry refuses it
  lag,        ///< a floating tag stayed where it was when an explicit revision tag of its build became newer
  lag_ended,  ///< the floating tag caught up, or the newer explicit tags vanished
  alias_differs, ///< a floating tag is behind another one of its product ("1809", "ltsc2019")
};
/// The word of JSON and text: "moved", "lagEnded".
std::string_view to_string(EventKind kind);
/// See Event::id.
std::string event_id(std::string_view reference, base::Instant at, EventKind kind);

/// One side of an event. An unpullable tag has one where the registry still said what the name resolves to.
struct EventSide {
  oci::Digest digest;
  std::optional<windows::OsVersion> revision;
  std::optional<windows::Kb> kb;
};

struct Event {
  EventKind kind = EventKind::first;
  base::Instant at; ///< when it was first seen: the first look that showed the new state
  /// What it last pointed at, also across an absence; nothing before anything was known. Of lag and
  /// alias_differs: what it points at.
  std::optional<EventSide> from;
  /// Nothing where it vanished. Of lag the newest explicit tag's, of alias_differs the other tag's.
  std::optional<EventSide> to;
  base::Instant first_seen; ///< of the new state
  base::Instant last_seen;
  /// Stable across runs and databases: "<registry>/<repository>:<tag>@<at>/<kind>".
  std::string id;
  /// Of a floating tag in trouble (rollback, lag, alias_differs, …): the explicit tag to use instead. Empty
  /// where there is none.
  std::string use;
  std::string other; ///< of alias_differs: the floating tag it differs from
};

/// What the events of a tag need to know beside its timeline.
struct EventContext {
  std::string reference; ///< "mcr.microsoft.com/windows/servercore:ltsc2019", for the ids
  /// End of the first complete check: a tag first seen up to it is no event. Nothing: no check was complete
  /// yet, all is baseline.
  std::optional<base::Instant> baseline_end;
  std::function<std::optional<EventSide>(const Segment&)> describe; ///< revision and KB behind a stretch
};

/// What began the stretch with this number; nothing where that is no event. Describes no more than the two
/// sides.
std::optional<Event> event_at(const Timeline& timeline, std::size_t segment, const EventContext& context);

/// Oldest first. The first stretch inside the baseline makes no event, an unpullable one inside it neither.
std::vector<Event> events_of(const Timeline& timeline, const EventContext& context);

} // namespace tagdb::query
