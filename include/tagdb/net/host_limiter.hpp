#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace tagdb::net {

/// How many requests one host gets at once. Begins at 8; doubles after each clean round trip (as many
/// successes in a row as were allowed in flight) until the first 429 or slowdown; from then on grows by one
/// per clean round trip; halves at a 429 or a lost connection. Never above the ceiling, never below 1. Pure:
/// time is handed in.
class HostLimiter {
 public:
  explicit HostLimiter(unsigned ceiling);

  unsigned allowed() const { return m_allowed; }
  /// The ceiling may change once the connection's protocol is known.
  void set_ceiling(unsigned ceiling);

  /// A request ended well after `latency`. A slowdown is a round trip whose median latency is more than twice
  /// the best seen AND grew with the number in flight.
  void succeeded(std::chrono::nanoseconds latency);
  /// The host asked for less, or lost a connection. Halves once per round trip: what was in flight at the
  /// time does not count again.
  void throttled();

 private:
  void end_round();

  unsigned m_ceiling;
  unsigned m_allowed;
  bool m_doubling = true;
  unsigned m_echoes = 0; ///< requests under way when we were last throttled: they tell nothing new
  std::vector<std::chrono::nanoseconds> m_latencies; ///< of the round so far
  std::chrono::nanoseconds m_best_latency{0};
  unsigned m_best_allowed = 0; ///< how many were allowed in the round of the best latency; 0: none yet
};

} // namespace tagdb::net
