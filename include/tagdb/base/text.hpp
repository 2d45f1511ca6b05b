#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::base {

// ASCII only and locale-free: registries, tags and configuration are ASCII protocols.

std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
/// Splits at every `separator`; "a,,b" has three parts, "" has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// The whole text as a decimal number; nothing for a sign, a space, an empty text or an overflow.
std::optional<std::uint64_t> parse_number(std::string_view text);

bool is_valid_utf8(std::string_view text);

/// Text from outside made fit for a terminal or a log: control characters, escape sequences, bidirectional
/// controls and invalid UTF-8 become \xNN, and what is longer than `max_bytes` is cut with an ellipsis.
std::string escape_untrusted(std::string_view text, std::size_t max_bytes = 200);

/// The candidates nearest to `wanted` by edit distance, nearest first, at most `limit`, none farther than a
/// third of its length (at least 2 edits): for "did you mean".
std::vector<std::string> nearest(std::string_view wanted, std::span<const std::string> candidates,
                                 std::size_t limit = 3);

/// "1.7 GB", "912 kB", "17 B": decimal units, as registries and docker print them.
std::string format_bytes(std::uint64_t bytes);

} // namespace tagdb::base
