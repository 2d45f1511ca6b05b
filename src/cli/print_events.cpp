#include "documents.hpp"
#include "open_database.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/cli/print_events.hpp>

namespace tagdb::cli {

std::string side_for_people(const std::optional<query::EventSide>& side) {
  if (!side)
    return "nothing";
  std::string text = side->revision ? side->revision->to_string() : side->digest.abbreviated();
  if (side->kb)
    text += " (" + side->kb->to_string() + ")";
  return text;
}

void write_event(base::JsonWriter& json, const query::Change& change) {
  const auto& event = change.event;
  json.begin_object();
  json.member("repository", change.repository);
  json.member("registry", change.registry);
  json.member("tag", change.tag);
  json.member("event", query::to_string(event.kind));
  json.member("at", base::format_rfc3339(event.at));
  write_side(json, "from", event.from);
  write_side(json, "to", event.to);
  json.member("firstSeen", base::format_rfc3339(event.first_seen));
  json.member("lastSeen", base::format_rfc3339(event.last_seen));
  json.member("id", event.id);
  write_known(json, "use", event.use);
  write_known(json, "other", event.other);
  json.end_object();
}

std::string what_happened(const query::Event& event) {
  std::string what = side_for_people(event.to);
  switch (event.kind) {
  case query::EventKind::lag:
    what = "at " + side_for_people(event.from) + ", newest " + what;
    break;
  case query::EventKind::alias_differs:
    what = "at " + side_for_people(event.from) + ", " + base::escape_untrusted(event.other) + " at " + what;
    break;
  case query::EventKind::republished:
    // The same revision under another digest: only the digests tell the sides apart.
    if (event.from && event.to)
      what += ": " + event.from->digest.abbreviated() + " -> " + event.to->digest.abbreviated();
    break;
  default:
    if (event.from && event.to)
      what = side_for_people(event.from) + " -> " + what;
    else if (event.from)
      what = "was " + side_for_people(event.from);
  }
  return event.use.empty() ? what : what + "; use the tag " + base::escape_untrusted(event.use);
}

std::string format_events(const std::vector<query::Change>& changes) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& change : changes)
    rows.push_back(
        {base::format_rfc3339(change.event.at),
         base::escape_untrusted(repository_for_people(change.registry, change.repository) + ":" + change.tag),
         std::string(query::to_string(change.event.kind)), what_happened(change.event)});
  return table(rows, false);
}

} // namespace tagdb::cli
