#pragma once

#include <tagdb/base/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::base {

/// A moment, UTC, whole seconds: what is recorded and printed. Observations in the same second are ordered by
/// the check that made them.
using Instant = std::chrono::sys_seconds;

/// "2020-02-19T02:11:09Z". Years 0000 to 9999; always UTC, always whole seconds, so text order is time order.
std::string format_rfc3339(Instant instant);

/// "2020-02-19", the UTC day.
std::string format_date(Instant instant);

/// Parses RFC 3339 as people and configs write it: "T" or a space between, a fraction of any length (cut off,
/// not rounded), "Z" or an offset. Calendar-checked: 2021-02-29 is refused. Leap second 60 counts as 59.
Result<Instant> parse_rfc3339(std::string_view text);

/// Parses "2020-02-20" to 00:00:00Z of that day.
Result<Instant> parse_date(std::string_view text);

/// Parses an HTTP date (RFC 9110 section 5.6.7): IMF-fixdate and the two obsolete forms; nothing for anything
/// else.
std::optional<Instant> parse_http_date(std::string_view text);

/// Parses a duration as tools write it: "90s", "15m", "2h30m", "35d", "1w"; a bare number is refused.
Result<std::chrono::seconds> parse_duration(std::string_view text);

/// "3 days", "5 hours", "12 minutes", "40 seconds": the largest unit that is at least one; singular where it
/// is one.
std::string format_age(std::chrono::seconds age);

} // namespace tagdb::base
