#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/query/history.hpp>

#include <string>
#include <vector>

namespace tagdb::cli {

/// One event as an element of `items` or `events` (cli.md section 5): for changes, history, sync and wait.
void write_event(base::JsonWriter& json, const query::Change& change);

/// Events as aligned lines for people; empty text for none.
std::string format_events(const std::vector<query::Change>& changes);

} // namespace tagdb::cli
