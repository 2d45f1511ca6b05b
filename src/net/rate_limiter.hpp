#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tagdb::net {

/// A token bucket of bytes. A piece is let through while there are tokens and may overdraw them, because
/// libcurl says how large a piece is only when it is there; the debt is waited for. Pure: time is handed in.
class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  RateLimiter(std::uint64_t bytes_per_second, Time now)
      : m_rate(static_cast<double>(std::max<std::uint64_t>(bytes_per_second, 1))),
        m_burst(m_rate / 8),
        m_tokens(m_burst),
        m_filled(now) {}

  bool may_move(Time now) {
    fill(now);
    return m_tokens > 0;
  }
  void moved(std::size_t bytes) { m_tokens -= static_cast<double>(bytes); }
  /// When who had to wait may go on: not at the first token, which would be a wake-up for each piece.
  Time resume_at(Time now) {
    fill(now);
    const double missing = std::max(m_burst / 2 - m_tokens, 0.0);
    return now + std::chrono::nanoseconds(static_cast<std::int64_t>(missing / m_rate * 1e9));
  }

 private:
  void fill(Time now) {
    const double passed = std::chrono::duration<double>(now - m_filled).count();
    m_tokens = std::min(m_burst, m_tokens + passed * m_rate);
    m_filled = now;
  }

  double m_rate, m_burst, m_tokens;
  Time m_filled;
};

} // namespace tagdb::net
