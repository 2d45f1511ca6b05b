#pragma once

#include <tagdb/query/timeline.hpp>
#include <tagdb/windows/os_version.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// What happened to a tag. All of it follows from its timeline; nothing is stored.
enum class EventKind : std::uint8_t {
  first,        ///< seen for the first time, by a check after the baseline
  moved,        ///< to a newer revision, or to one that cannot be compared
  rollback,     ///< to an older revision of the same build
  republished,  ///< the same revision under a new digest
  vanished,
  reappeared,
  unpullable,   ///< listed, but the registry refuses it
};
std::string_view to_string(EventKind kind);

/// One side of an event.
struct EventSide {
  oci::Digest digest;
  std::optional<windows::OsVersion> revision;
  std::optional<windows::Kb> kb;
};

struct Event {
  EventKind kind = EventKind::first;
  base::Instant at;                 ///< when it was first seen: the first look that showed the new state
  std::optional<EventSide> from;
  std::optional<EventSide> to;
  base::Instant first_seen;         ///< of the new state
  base::Instant last_seen;
  /// Stable across runs and databases: "<registry>/<repository>:<tag>@<at>/<kind>".
  std::string id;
};

/// What the events of a tag need to know beside its timeline.
struct EventContext {
  std::string reference;                       ///< "mcr.microsoft.com/windows/servercore:ltsc2019", for the ids
  std::optional<base::Instant> baseline_end;   ///< end of the first complete check: a tag first seen up to it is no event
  std::function<std::optional<EventSide>(const Segment&)> describe;  ///< revision and KB behind a stretch
};

/// Oldest first. The first stretch inside the baseline makes no event, an unpullable one inside it neither.
std::vector<Event> events_of(const Timeline& timeline, const EventContext& context);

}  // namespace tagdb::query
