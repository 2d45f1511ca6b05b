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
    std::optional<base::Instant> due_before;
    std::string reason; ///< empty: fresh
  };
  const std::vector<Case> cases = {
      {"young", "2020-02-11T12:00:00Z", {}, {}, ""},
      {"eight days to the second", "2020-02-18T12:00:00Z", {}, {}, ""},
      {"and a second more; a partial check does not help",
       "2020-02-18T12:00:01Z",
       {},
       {},
       "8 days old, the limit is 8 days; run `tagdb sync`"},
      {"a limit of its own", "2020-02-11T12:00:00Z", 3600s, {}, "1 day old, the limit is 1 hour"},
      {"a longer limit", "2020-03-01T12:00:00Z", std::chrono::hours(24 * 35), {}, ""},
      {"from before a release that was due",
       "2020-02-14T18:00:00Z",
       {},
       t("2020-02-11T18"),
       "from before the release that was due at 2020-02-11T18:00:00Z"},
      {"also within a longer limit", "2020-02-14T18:00:00Z", std::chrono::hours(24 * 35), t("2020-02-11T18"),
       "from before the release"},
      {"from after it", "2020-02-14T18:00:00Z", {}, t("2020-01-14T18"), ""},
      {"a clock that was set back", "2020-02-01T12:00:00Z", {}, {}, ""},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto fresh =
        must(freshness(record.reader(), id_of("windows/servercore"), t(c.now), c.limit, c.due_before));
    CHECK(fresh.last_complete == t("2020-02-10T12"));
    REQUIRE(fresh.age);
    CHECK(*fresh.age >= 0s);
    CHECK(fresh.stale == !c.reason.empty());
    if (c.reason.empty())
      CHECK(fresh.reason.empty());
    else
      CHECK_THAT(fresh.reason, Contains(c.reason));
  }
  const auto never =
      must(freshness(record.reader(), id_of("windows/nanoserver"), t("2020-02-20T13"), {}, {}));
  CHECK(never.stale);
  CHECK_FALSE(never.age);
  CHECK_THAT(never.reason, Contains("no check of this repository was ever complete"));
}
