#pragma once

#include <tagdb/base/result.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tagdb::windows {

/// A Microsoft Knowledge Base article number: KB4546852. The number names an update, but does not order
/// updates (January 2022's out-of-band KB5010796 is older than February's KB5010354).
class Kb {
 public:
  /// "KB4546852": the letters in any case, then 6 or 7 digits that do not begin with 0.
  static base::Result<Kb> parse(std::string_view text);

  std::uint32_t number() const { return m_number; }
  std::string to_string() const;
  auto operator<=>(const Kb&) const = default;

 private:
  explicit Kb(std::uint32_t number) : m_number(number) {}
  std::uint32_t m_number;
};

} // namespace tagdb::windows
