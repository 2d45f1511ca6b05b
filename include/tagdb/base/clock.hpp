#pragma once

#include <tagdb/base/time.hpp>

#include <chrono>

namespace tagdb::base {

/// Where time comes from. Passed in everywhere, so that a test can move it.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The wall clock, UTC. May jump.
  virtual Instant now() const = 0;
  /// Time since some fixed moment; never goes back. For waits, rates and durations.
  virtual std::chrono::nanoseconds monotonic() const = 0;
};

/// The system's clock.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
  std::chrono::nanoseconds monotonic() const override;
};

} // namespace tagdb::base
