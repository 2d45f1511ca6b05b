#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/windows/calendar.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tagdb::windows {

/// From when to when something is supported. An end is the last supported day, whole, in UTC.
struct Lifecycle {
  Date released;
  std::optional<Date> mainstream_end;
  std::optional<Date> extended_end; ///< nothing for a semi-annual release: it has one end
};

enum class SupportPhase : std::uint8_t {
  unreleased, ///< before its release
  mainstream,
  extended, ///< security fixes only
  ended,
  unknown, ///< the reference has no dates
};
/// "mainstream", "extended", "ended", …
std::string_view to_string(SupportPhase phase);

SupportPhase support_phase(const Lifecycle& lifecycle, base::Instant at);

/// The last supported day of all: the extended end, else the mainstream end.
std::optional<Date> end_of_support(const Lifecycle& lifecycle);

} // namespace tagdb::windows
