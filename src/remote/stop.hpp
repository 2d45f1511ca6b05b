#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/terminal.hpp>

#include <chrono>
#include <optional>

namespace tagdb::remote {

/// Stops at a signal, or when the deadline has passed.
class Stop {
 public:
  Stop(const base::Clock& clock, std::optional<std::chrono::nanoseconds> deadline) : m_clock(clock) {
    if (deadline)
      m_until = clock.monotonic() + *deadline;
  }
  bool now() const { return base::stop_requested() || deadline_passed(); }
  bool deadline_passed() const { return m_until && m_clock.monotonic() >= *m_until; }
  /// Nothing where there is no deadline.
  std::optional<std::chrono::nanoseconds> left() const {
    return m_until ? std::optional(*m_until - m_clock.monotonic()) : std::nullopt;
  }

 private:
  const base::Clock& m_clock;
  std::optional<std::chrono::nanoseconds> m_until;
};

} // namespace tagdb::remote
