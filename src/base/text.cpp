#include "utf8.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

namespace tagdb::base {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Edit distance with swapped neighbours counted as one edit (optimal string alignment), or anything above
/// `bound` once it is sure to exceed it.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t bound) {
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t shorter = std::min(a.size(), b.size());
  if (longer - shorter > bound)
    return bound + 1;
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t best = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      best = std::min(best, row[j]);
    }
    if (best > bound)
      return bound + 1;
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

} // namespace

std::string to_lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view k_spaces = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(k_spaces);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(k_spaces) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (;;) {
    const auto end = text.find(separator, begin);
    if (end == std::string_view::npos)
      break;
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0)
      text += separator;
    text += parts[i];
  }
  return text;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty())
    return std::nullopt;
  constexpr auto k_max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9')
      return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (k_max - digit) / 10)
      return std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

bool is_valid_utf8(std::string_view text) {
  return valid_utf8_prefix(text) == text.size();
}

std::string escape_untrusted(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string safe;
  safe.reserve(std::min(text.size(), max_bytes) + 3);
  while (!text.empty()) {
    const auto step = read_utf8(text);
    const bool escape = !step.valid || is_invisible(step.code_point);
    // A character is taken whole or not at all, so that the cut leaves valid UTF-8.
    if (safe.size() + step.length * (escape ? 4 : 1) > max_bytes) {
      safe += "\u2026";
      return safe;
    }
    for (const char c : text.substr(0, step.length)) {
      if (escape) {
        const auto byte = static_cast<unsigned char>(c);
        safe += "\\x";
        safe += k_digits[byte >> 4];
        safe += k_digits[byte & 15u];
      } else {
        safe += c;
      }
    }
    text.remove_prefix(step.length);
  }
  return safe;
}

std::vector<std::string> nearest(std::string_view wanted, std::span<const std::string> candidates,
                                 std::size_t limit) {
  // No tag is longer; a longer word is no typing error, and the distance costs its length squared.
  constexpr std::size_t k_longest = 256;
  if (wanted.size() > k_longest)
    return {};
  const std::string folded = to_lower(wanted);
  const std::size_t bound = std::max<std::size_t>(2, wanted.size() / 3);
  // By distance without case, then with it, then by name; "LTSC2019" is near "ltsc2019", though four letters
  // differ.
  std::vector<std::tuple<std::size_t, std::size_t, std::string_view>> found;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(folded, to_lower(candidate), bound);
    if (distance <= bound)
      found.emplace_back(distance, edit_distance(wanted, candidate, k_longest), candidate);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> names;
  for (const auto& [folded_distance, distance, name] : found) {
    if (names.size() == limit)
      break;
    if (names.empty() || names.back() != name)
      names.emplace_back(name);
  }
  return names;
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> k_units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000)
    return std::to_string(bytes) + " B";
  // In integers, and rounded once: 99,949 bytes are "99.9 kB", and 999,950 are "1.0 MB" and not "1000 kB".
  const auto rounded = [&](std::uint64_t unit) { return bytes / unit + (bytes % unit >= unit / 2 ? 1 : 0); };
  std::uint64_t unit = 1000;
  std::size_t name = 1;
  for (; rounded(unit) >= 1000; unit *= 1000)
    ++name;
  const auto tenths = rounded(unit / 10);
  const auto number = tenths < 1000 ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)
                                    : std::to_string(rounded(unit));
  return number + " " + std::string(k_units[name]);
}

} // namespace tagdb::base
