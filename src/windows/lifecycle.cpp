#include <tagdb/windows/lifecycle.hpp>

namespace tagdb::windows {

std::string_view to_string(SupportPhase phase) {
  switch (phase) {
  case SupportPhase::unreleased:
    return "unreleased";
  case SupportPhase::mainstream:
    return "mainstream";
  case SupportPhase::extended:
    return "extended";
  case SupportPhase::ended:
    return "ended";
  case SupportPhase::unknown:
    break;
  }
  return "unknown";
}

SupportPhase support_phase(const Lifecycle& lifecycle, base::Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  if (day < lifecycle.released)
    return SupportPhase::unreleased;
  if (!lifecycle.mainstream_end)
    return SupportPhase::unknown;
  if (day <= *lifecycle.mainstream_end)
    return SupportPhase::mainstream;
  if (lifecycle.extended_end && day <= *lifecycle.extended_end)
    return SupportPhase::extended;
  return SupportPhase::ended;
}

std::optional<Date> end_of_support(const Lifecycle& lifecycle) {
  return lifecycle.extended_end ? lifecycle.extended_end : lifecycle.mainstream_end;
}

} // namespace tagdb::windows
