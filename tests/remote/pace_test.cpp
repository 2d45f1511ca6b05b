#include "pace.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace tagdb;
using namespace std::chrono_literals;
using remote::Pace;

TEST_CASE("pauses grow up to a quarter of an hour") {
  Pace pace(60s, [] { return 0.5; });
  CHECK(pace.next() == 60s);
  CHECK(pace.next() == 90s);
  CHECK(pace.next() == 135s);
  for (int i = 0; i < 20; ++i)
    pace.next();
  CHECK(pace.next() == 15min);
  pace.restart();
  CHECK(pace.next() == 60s);
}

TEST_CASE("no two waits keep step") {
  double chance = 0;
  Pace pace(100s, [&] { return chance; });
  CHECK(pace.next() == 80s);
  chance = 0.999999;
  pace.restart();
  CHECK(pace.next() > 119s);
}

TEST_CASE("a day of waiting is some hundred looks") {
  Pace pace(60s, [] { return 0.5; });
  int looks = 0;
  for (std::chrono::milliseconds passed{0}; passed < 24h; passed += pace.next())
    ++looks;
  CHECK(looks > 90);
  CHECK(looks < 110);
}

TEST_CASE("who asks for long pauses gets them, and none is shorter than a second") {
  Pace slow(1h, [] { return 0.5; });
  CHECK(slow.next() == 1h);
  CHECK(slow.next() == 1h);
  Pace fast(0s, [] { return 0.5; });
  CHECK(fast.next() == 1s);
}
