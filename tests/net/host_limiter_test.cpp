#include "support/catch.hpp"
#include <tagdb/net/host_limiter.hpp>

using std::chrono::milliseconds;
using tagdb::net::HostLimiter;

namespace {

/// A round trip: as many successes as are allowed, each after `latency`.
void round_trip(HostLimiter& limiter, milliseconds latency) {
  for (unsigned left = limiter.allowed(); left > 0; --left)
    limiter.succeeded(latency);
}

} // namespace

TEST_CASE("begins at 8 and doubles per clean round trip up to the ceiling") {
  HostLimiter limiter(100);
  for (const unsigned expected : {8u, 16u, 32u, 64u, 100u, 100u}) {
    CHECK(limiter.allowed() == expected);
    round_trip(limiter, milliseconds(20));
  }
}

TEST_CASE("a round is clean only when it is whole") {
  HostLimiter limiter(128);
  for (int i = 0; i < 7; ++i)
    limiter.succeeded(milliseconds(20));
  CHECK(limiter.allowed() == 8);
  limiter.succeeded(milliseconds(20));
  CHECK(limiter.allowed() == 16);
}

TEST_CASE("a refusal halves, and growth is by one from then on") {
  HostLimiter limiter(128);
  round_trip(limiter, milliseconds(20));
  round_trip(limiter, milliseconds(20));
  REQUIRE(limiter.allowed() == 32);
  limiter.throttled();
  CHECK(limiter.allowed() == 16);
  // The rest of the crowd that was refused tells nothing new.
  for (int i = 0; i < 31; ++i)
    limiter.throttled();
  CHECK(limiter.allowed() == 16);
  limiter.throttled();
  CHECK(limiter.allowed() == 8);
  for (int i = 0; i < 8; ++i)
    limiter.succeeded(milliseconds(20));
  CHECK(limiter.allowed() == 9);
}

TEST_CASE("never below one") {
  HostLimiter limiter(4);
  CHECK(limiter.allowed() == 4);
  for (int i = 0; i < 20; ++i)
    limiter.throttled();
  CHECK(limiter.allowed() == 1);
  HostLimiter none(0);
  CHECK(none.allowed() == 1);
}

TEST_CASE("a round more than twice as slow with more in flight ends the doubling") {
  HostLimiter limiter(128);
  round_trip(limiter, milliseconds(20));
  REQUIRE(limiter.allowed() == 16);
  round_trip(limiter, milliseconds(41));
  CHECK(limiter.allowed() == 16);
  round_trip(limiter, milliseconds(20));
  CHECK(limiter.allowed() == 17);
}

TEST_CASE("a slow server is not a slowdown") {
  HostLimiter limiter(64);
  round_trip(limiter, milliseconds(500));
  round_trip(limiter, milliseconds(900));
  CHECK(limiter.allowed() == 32);
}

TEST_CASE("single stragglers do not count") {
  HostLimiter limiter(64);
  round_trip(limiter, milliseconds(20));
  for (int i = 0; i < 12; ++i)
    limiter.succeeded(milliseconds(20));
  for (int i = 0; i < 4; ++i)
    limiter.succeeded(milliseconds(2000));
  CHECK(limiter.allowed() == 32);
}

TEST_CASE("an old best does not hold growth back for ever") {
  HostLimiter limiter(128);
  round_trip(limiter, milliseconds(20));
  int rounds = 0;
  while (limiter.allowed() == 16 && rounds < 50) {
    round_trip(limiter, milliseconds(60));
    ++rounds;
  }
  CHECK(limiter.allowed() == 17);
  CHECK(rounds > 1);
}

TEST_CASE("the ceiling may come down") {
  HostLimiter limiter(128);
  round_trip(limiter, milliseconds(20));
  round_trip(limiter, milliseconds(20));
  limiter.set_ceiling(16);
  CHECK(limiter.allowed() == 16);
  limiter.set_ceiling(128);
  round_trip(limiter, milliseconds(20));
  CHECK(limiter.allowed() == 32);
}
