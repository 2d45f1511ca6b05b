#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/freshness.hpp>

#include <chrono>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

TEST_CASE("how old is too old") {
  const TestImage image("10.0.17763.1040");
  const Record record([&](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-10T12:00:00Z").present("ltsc2019", image);
    r.check("windows/servercore", "2020-02-20T12:00:00Z")
        .present("ltsc2019", image)
        .finish(store::CheckOutcome::partial);
    r.check("windows/nanoserver", "2020-02-20T12:00:00Z").present("ltsc2019", image).abandon();
  });
  const auto repositories = must(record.reader().repositories());
  const auto id_of = [&](std::string_view name) {
    for (const auto& repository : repositories)
      if (repository.name == name)
        return repository.id;
    throw std::runtime_error("not crawled");
  };
  struct Case {
    std::string name, now;
    std::optional<std::chrono::seconds> limit;
    std::string reason; ///< empty: fresh
  };
  const std::vector<Case> cases = {
      {"young", "2020-02-11T12:00:00Z", {}, ""},
      {"a release was due less than three days ago", "2020-02-14T17:59:59Z", {}, ""},
      {"three days to the second",
       "2020-02-14T18:00:00Z",
       {},
       "4 days old, from before the release that was due at 2020-02-11T18:00:00Z (2020-02B); run `tagdb "
       "sync`"},
      {"also within a longer limit", "2020-02-14T18:00:00Z", std::chrono::hours(24 * 35),
       "from before the release"},
      {"eight days to the second", "2020-02-18T12:00:00Z", {}, "from before the release"},
      {"and a second more; a partial check does not help",
       "2020-02-18T12:00:01Z",
       {},
       "8 days old, the limit is 8 days; run `tagdb sync`"},
      {"a limit of its own", "2020-02-11T12:00:00Z", 3600s, "1 day old, the limit is 1 hour"},
      {"a clock that was set back", "2020-02-01T12:00:00Z", {}, ""},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto fresh = must(freshness(record.reader(), id_of("windows/servercore"), t(c.now), c.limit));
    CHECK(fresh.last_complete == t("2020-02-10T12"));
    REQUIRE(fresh.age);
    CHECK(*fresh.age >= 0s);
    CHECK(fresh.stale == !c.reason.empty());
    if (c.reason.empty())
      CHECK(fresh.reason.empty());
    else
      CHECK_THAT(fresh.reason, Contains(c.reason));
  }
  const auto never = must(freshness(record.reader(), id_of("windows/nanoserver"), t("2020-02-20T13"), {}));
  CHECK(never.stale);
  CHECK_FALSE(never.age);
  CHECK_THAT(never.reason, Contains("no check of this repository was ever complete"));
}

TEST_CASE("a check from after the last release is fresh for eight days") {
  const TestImage image("10.0.17763.1040");
  const Record record([&](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-11T18:00:00Z").present("ltsc2019", image);
  });
  const auto id = must(record.reader().repositories()).front().id;
  CHECK_FALSE(must(freshness(record.reader(), id, t("2020-02-14T18"), {})).stale);
  CHECK_FALSE(must(freshness(record.reader(), id, t("2020-02-19T18"), {})).stale);
  CHECK(must(freshness(record.reader(), id, t("2020-02-19T18:00:01Z"), {})).stale);
}

TEST_CASE("knowledge is as old as its edition, and stale once it lacks a release") {
  const auto reader = must(store::Reader::built_in());
  const auto edition = must(reader.knowledge_edition());
  const base::Instant end = edition.as_of + std::chrono::days(1) - 1s;
  const auto next = must(reader.release_due(end + std::chrono::days(40)));
  REQUIRE(next);
  REQUIRE(next->instant > end);
  struct Case {
    std::string name;
    base::Instant now, at;
    std::optional<std::chrono::seconds> limit;
    bool stale;
  };
  const auto due = next->instant;
  const std::vector<Case> cases = {
      {"on its last day", end, end, {}, false},
      {"the next release is due since less than three days",
       due + std::chrono::hours(71),
       due + 1s,
       {},
       false},
      {"since three days", due + std::chrono::hours(72), due + std::chrono::hours(72), {}, true},
      {"but the question is about an earlier time", due + std::chrono::hours(72), due - 1s, {}, false},
      {"within a limit", end + 3600s, end, 3600s, false},
      {"beyond it, whatever was asked", end + 3601s, t("2020-02-20"), 3600s, true},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto fresh = must(knowledge_freshness(reader, c.now, c.at, c.limit));
    CHECK(fresh.last_complete == end);
    CHECK(fresh.stale == c.stale);
    CHECK(fresh.reason.empty() != c.stale);
  }
}
