#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/query/history.hpp>

#include <string>
#include <vector>

namespace tagdb::cli {

/// One event as an element of `items` or `events` (cli.md section 5): for changes, history, sync and wait.
void write_event(base::JsonWriter& json, const query::Change& change);

/// What an event did, for people: "10.0.17763.973 (KB4534273) -> 10.0.17763.1040 (KB4546852)", with the tag
/// to use where the event is trouble.
std::string what_happened(const query::Event& event);

/// Events as aligned lines for people; empty text for none.
std::string format_events(const std::vector<query::Change>& changes);

} // namespace tagdb::cli
