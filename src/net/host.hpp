#pragma once

#include "exchange.hpp"
#include <tagdb/net/host_limiter.hpp>

#include <deque>
#include <string>

namespace tagdb::net {

/// One origin: its limit, its queues, its hold.
struct Host {
  Host(std::string name, unsigned ceiling) : origin(std::move(name)), limiter(ceiling) {}

  std::string origin;
  HostLimiter limiter;
  std::deque<std::uint32_t> urgent, normal; ///< exchanges that wait for their turn
  unsigned in_flight = 0;
  int http_version = 0; ///< of the last answer; 0: none yet

  Moment held_until{0};
  std::chrono::milliseconds held{0}; ///< in all, in this run
  int refusals_in_a_row = 0;         ///< requests to wait, without an answer between them
  int refusal_status = 0;            ///< of the last one
  std::uint64_t answers = 0;
  bool exhausted = false; ///< has used up max_total_hold
  bool touched = false;   ///< is on the list of hosts that may have room

  /// What the host said: "HTTP 429".
  std::string refusal() const {
    return refusal_status == 0 ? "ENHANCE_YOUR_CALM" : "HTTP " + std::to_string(refusal_status);
  }
  bool idle() const { return urgent.empty() && normal.empty(); }
};

} // namespace tagdb::net
