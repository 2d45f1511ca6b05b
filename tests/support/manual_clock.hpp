#pragma once

#include <tagdb/base/clock.hpp>

#include <atomic>
#include <chrono>

namespace tagdb::test {

/// A clock that stands still until a test moves it. Thread-safe, because the crawl asks from two threads.
class ManualClock final : public base::Clock {
 public:
  /// Begins in a month that real data covers: 2020-02-20T00:00:00Z.
  ManualClock() : ManualClock(base::Instant(std::chrono::sys_days(std::chrono::year(2020) / 2 / 20))) {}
  explicit ManualClock(base::Instant now) : m_now(now.time_since_epoch().count()) {}

  base::Instant now() const override { return base::Instant(std::chrono::seconds(m_now.load())); }
  std::chrono::nanoseconds monotonic() const override { return std::chrono::nanoseconds(m_monotonic.load()); }

  /// Time passes, on both clocks.
  void advance(std::chrono::nanoseconds by) {
    m_monotonic += by.count();
    // Parts of a second add up instead of being lost with each call.
    m_now += (m_fraction + by.count()) / k_second;
    m_fraction = (m_fraction + by.count()) % k_second;
  }
  /// Somebody sets the wall clock, forward or back; the monotonic one does not notice.
  void set(base::Instant now) { m_now = now.time_since_epoch().count(); }

 private:
  static constexpr std::int64_t k_second = 1'000'000'000;
  std::atomic<std::int64_t> m_now;
  std::atomic<std::int64_t> m_monotonic{k_second};
  std::atomic<std::int64_t> m_fraction{0};
};

} // namespace tagdb::test
