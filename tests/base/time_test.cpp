#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include <tagdb/base/clock.hpp>
#include <tagdb/base/time.hpp>

#include <random>

using namespace tagdb::base;
using namespace std::chrono;

namespace {

Instant at(std::int64_t since_epoch) {
  return Instant(seconds(since_epoch));
}

} // namespace

TEST_CASE("RFC 3339 as people and configs write it") {
  struct Case {
    const char* name;
    std::string_view text;
    std::string_view instant; ///< empty where refused
  };
  const Case cases[] = {
      {"canonical", "2020-02-19T02:11:09Z", "2020-02-19T02:11:09Z"},
      {"old Windows config", "2021-05-04T21:22:59.1234567+00:00", "2021-05-04T21:22:59Z"},
      {"fraction is cut, not rounded", "2020-02-19T02:11:09.999999999Z", "2020-02-19T02:11:09Z"},
      {"east", "2020-02-19T01:00:00+02:00", "2020-02-18T23:00:00Z"},
      {"west", "2020-02-18T18:00:00-08:00", "2020-02-19T02:00:00Z"},
      {"half an hour", "2020-02-19T05:30:00+05:30", "2020-02-19T00:00:00Z"},
      {"space and lower case", "2020-02-19 02:11:09z", "2020-02-19T02:11:09Z"},
      {"leap second", "2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"},
      {"leap day", "2020-02-29T00:00:00Z", "2020-02-29T00:00:00Z"},
      {"Go's zero time", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
      {"before 1970", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
      {"last", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
      {"beyond the last", "9999-12-31T23:59:59-01:00", ""},
      {"before the first", "0000-01-01T00:00:00+01:00", ""},
      {"no leap day", "2021-02-29T00:00:00Z", ""},
      {"century", "1900-02-29T00:00:00Z", ""},
      {"month 13", "2020-13-01T00:00:00Z", ""},
      {"hour 24", "2020-02-19T24:00:00Z", ""},
      {"minute 60", "2020-02-19T00:60:00Z", ""},
      {"no offset", "2020-02-19T02:11:09", ""},
      {"empty fraction", "2020-02-19T02:11:09.Z", ""},
      {"offset without colon", "2020-02-19T02:11:09+0100", ""},
      {"offset of a day", "2020-02-19T02:11:09+24:00", ""},
      {"text behind", "2020-02-19T02:11:09Z ", ""},
      {"date only", "2020-02-19", ""},
      {"sign", "+020-02-19T02:11:09Z", ""},
      {"empty", "", ""}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto instant = parse_rfc3339(each.text);
    if (each.instant.empty()) {
      REQUIRE_FALSE(instant);
      CHECK(instant.error().kind() == ErrorKind::usage);
    } else {
      REQUIRE(instant);
      CHECK(format_rfc3339(*instant) == each.instant);
    }
  }
}

TEST_CASE("text order is time order, and every instant survives the round trip") {
  std::mt19937_64 random(3);
  std::uniform_int_distribution<std::int64_t> pick(-62167219200, 253402300799); // years 0000 to 9999
  for (int i = 0; i < 2000; ++i) {
    const auto a = at(pick(random));
    const auto b = at(pick(random));
    REQUIRE(parse_rfc3339(format_rfc3339(a)).value() == a);
    REQUIRE((a < b) == (format_rfc3339(a) < format_rfc3339(b)));
  }
  CHECK(format_rfc3339(at(-99999999999999)) == "0000-01-01T00:00:00Z");
  CHECK(format_rfc3339(at(99999999999999)) == "9999-12-31T23:59:59Z");
}

TEST_CASE("dates") {
  CHECK(parse_date("2020-02-20").value() == at(1582156800));
  CHECK(format_date(at(1582156800 + 86399)) == "2020-02-20");
  for (const auto* bad : {"2020-2-20", "2020-02-30", "20200220", "2020-02-20Z", "2020/02/20", ""}) {
    INFO(bad);
    CHECK_FALSE(parse_date(bad));
  }
}

TEST_CASE("HTTP dates in their three forms") {
  struct Case {
    const char* name;
    std::string_view text;
    std::string_view instant; ///< empty where refused
  };
  const Case cases[] = {
      {"IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"RFC 850 in this century", "Tuesday, 18-Feb-20 18:00:00 GMT", "2020-02-18T18:00:00Z"},
      {"asctime", "Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"},
      {"asctime, two digits", "Tue Feb 18 18:00:00 2020", "2020-02-18T18:00:00Z"},
      {"wrong day name", "Mon, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"other zone", "Sun, 06 Nov 1994 08:49:37 CET", ""},
      {"no zone", "Sun, 06 Nov 1994 08:49:37", ""},
      {"one digit", "Sun, 6 Nov 1994 08:49:37 GMT", ""},
      {"no such day", "Sun, 31 Feb 1994 08:49:37 GMT", ""},
      {"seconds", "120", ""},
      {"RFC 3339", "2020-02-19T02:11:09Z", ""},
      {"text behind", "Sun, 06 Nov 1994 08:49:37 GMT x", ""},
      {"empty", "", ""}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto instant = parse_http_date(each.text);
    CHECK((instant ? format_rfc3339(*instant) : "") == each.instant);
  }
}

TEST_CASE("durations") {
  struct Case {
    std::string_view text;
    std::optional<std::int64_t> seconds;
  };
  const Case cases[] = {{"90s", 90},
                        {"15m", 900},
                        {"2h30m", 9000},
                        {"35d", 35 * 86400},
                        {"1w", 604800},
                        {"1w1d1h1m1s", 604800 + 86400 + 3600 + 60 + 1},
                        {"0s", 0},
                        {"24855d", 24855LL * 86400},
                        {"24856d", std::nullopt},
                        {"99999999999999999999h", std::nullopt},
                        {"2147483647w", std::nullopt},
                        {"30", std::nullopt},
                        {"30m2h", std::nullopt},
                        {"1h1h", std::nullopt},
                        {"2h30", std::nullopt},
                        {"-5m", std::nullopt},
                        {"1.5h", std::nullopt},
                        {"5 m", std::nullopt},
                        {"h", std::nullopt},
                        {"", std::nullopt}};
  for (const auto& each : cases) {
    INFO(each.text);
    const auto duration = parse_duration(each.text);
    REQUIRE(duration.has_value() == each.seconds.has_value());
    if (duration)
      CHECK(duration->count() == *each.seconds);
  }
}

TEST_CASE("ages") {
  CHECK(format_age(seconds(0)) == "0 seconds");
  CHECK(format_age(seconds(-5)) == "0 seconds");
  CHECK(format_age(seconds(1)) == "1 second");
  CHECK(format_age(seconds(59)) == "59 seconds");
  CHECK(format_age(seconds(60)) == "1 minute");
  CHECK(format_age(seconds(3599)) == "59 minutes");
  CHECK(format_age(hours(5)) == "5 hours");
  CHECK(format_age(hours(24)) == "1 day");
  CHECK(format_age(hours(24 * 400)) == "400 days");
}

TEST_CASE("the system's clock runs forward, and today is after this was written") {
  const SystemClock clock;
  const auto before = clock.monotonic();
  CHECK(clock.monotonic() >= before);
  CHECK(clock.now().time_since_epoch().count() != 0);
}

TEST_CASE("the manual clock moves only when told") {
  tagdb::test::ManualClock clock;
  const auto start = clock.now();
  const auto tick = clock.monotonic();
  CHECK(format_rfc3339(start) == "2020-02-20T00:00:00Z");
  for (int i = 0; i < 4; ++i)
    clock.advance(milliseconds(500));
  CHECK(clock.now() - start == seconds(2));
  CHECK(clock.monotonic() - tick == seconds(2));
  clock.set(start);
  CHECK(clock.now() == start);
  CHECK(clock.monotonic() - tick == seconds(2));
}
