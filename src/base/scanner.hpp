#pragma once

#include <tagdb/base/text.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tagdb::base {

/// Reads a fixed format from left to right. Each call takes what it names, or takes nothing and says so.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : m_rest(text) {}

  bool at_end() const { return m_rest.empty(); }

  bool skip(char wanted) {
    if (m_rest.empty() || m_rest.front() != wanted)
      return false;
    m_rest.remove_prefix(1);
    return true;
  }

  bool skip(std::string_view wanted) {
    if (!m_rest.starts_with(wanted))
      return false;
    m_rest.remove_prefix(wanted.size());
    return true;
  }

  /// Exactly `count` decimal digits; at most 9, so that they fit.
  std::optional<unsigned> digits(std::size_t count) {
    if (m_rest.size() < count)
      return std::nullopt;
    // Here and not in parse_number(): an answer reads a thousand days and instants.
    unsigned number = 0;
    for (const char c : m_rest.substr(0, count)) {
      if (c < '0' || c > '9')
        return std::nullopt;
      number = number * 10 + static_cast<unsigned>(c - '0');
    }
    m_rest.remove_prefix(count);
    return number;
  }

  /// As many digits as there are, but at least one, and no value above `max`.
  std::optional<std::uint64_t> number(std::uint64_t max) {
    const auto length = digits_ahead();
    const auto number = parse_number(m_rest.substr(0, length));
    if (!number || *number > max)
      return std::nullopt;
    m_rest.remove_prefix(length);
    return number;
  }

  /// All digits that follow; false where there is none.
  bool skip_digits() {
    const auto length = digits_ahead();
    m_rest.remove_prefix(length);
    return length > 0;
  }

 private:
  std::size_t digits_ahead() const {
    const auto end = m_rest.find_first_not_of("0123456789");
    return end == std::string_view::npos ? m_rest.size() : end;
  }

  std::string_view m_rest;
};

} // namespace tagdb::base
