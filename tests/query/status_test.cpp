#include "asking.hpp"
#include "support/catch.hpp"
#include "two_observers.hpp"
#include <tagdb/query/status.hpp>

#include <algorithm>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* k_core = "windows/servercore";
constexpr const char* k_nano = "windows/nanoserver";

Status status_of(const store::Reader& reader, std::string_view now, const StatusOptions& options = {}) {
  return must(status(reader, Scope{t(now), std::nullopt, "amd64"}, options));
}

/// "ltsc2019 lag 7009<7136 behind 1 landed no": one line for each version.
std::vector<std::string> lines_of(const Status& status) {
  std::vector<std::string> lines;
  for (const auto& version : status.versions) {
    std::string line = version.truth.tag.name + " " + std::string(to_string(version.state)) + " " +
                       std::to_string(version.truth.revision->revision());
    if (version.truth.newest && *version.truth.revision < *version.truth.newest)
      line += "<" + std::to_string(version.truth.newest->revision());
    line += " behind " + std::to_string(version.behind);
    if (version.landed)
      line += *version.landed ? " landed" : " not landed";
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> codes_of(const Status& status) {
  std::vector<std::string> codes;
  for (const auto& warning : status.warnings)
    codes.push_back(warning.code);
  for (const auto& version : status.versions)
    for (const auto& warning : version.warnings)
      codes.push_back(version.truth.tag.name + " " + warning.code);
  return codes;
}

TestImage image(const std::string& version, const std::string& created) {
  return TestImage(version, created + "T02:00:00Z");
}

const TestImage k_march = image("10.0.17763.7009", "2025-03-06");
const TestImage k_april = image("10.0.17763.7136", "2025-04-03");
const TestImage k_repaired = image("10.0.17763.7249", "2025-04-12");

} // namespace

TEST_CASE("how floating tags stand") {
  struct Case {
    std::string name;
    std::function<void(RecordBuilder&)> fill;
    std::string now;
    std::vector<std::string> lines, codes;
  };
  const std::vector<Case> cases = {
      {"all is well",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-08T20:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7136"}, k_april);
       },
       "2025-04-09",
       {"1809 current 7136 behind 0 landed", "ltsc2019 current 7136 behind 0 landed"},
       {}},
      {"the minute before the release is due nothing is awaited",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-07T20:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
       },
       "2025-04-08T16:59:59Z",
       {"ltsc2019 current 7009 behind 0 landed"},
       {}},
      {"due, and nobody has it",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-08T17:30:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
       },
       "2025-04-08T18:00:00Z",
       {"ltsc2019 pending 7009 behind 1 not landed"},
       {}},
      {"there by explicit tag only",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-07T20:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         r.check(k_core, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.17763.7136", k_april);
       },
       "2025-04-09",
       {"ltsc2019 lag 7009<7136 behind 1 not landed"},
       {"ltsc2019 lag"}},
      {"went back",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-08T20:00:00Z").present({"ltsc2019", "10.0.17763.7136"}, k_april);
         r.check(k_core, "2025-04-09T20:00:00Z").present("ltsc2019", k_march);
       },
       "2025-04-10",
       {"ltsc2019 rollback 7009<7136 behind 1 not landed"},
       {"ltsc2019 rollback"}},
      {"two releases behind: the regular one and the out-of-band one",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-17T20:00:00Z")
             .present({"ltsc2019", "10.0.17763.7009"}, k_march)
             .present("10.0.17763.7249", k_repaired);
       },
       "2025-04-18",
       {"ltsc2019 lag 7009<7249 behind 2 not landed"},
       {"ltsc2019 lag"}},
      {"the out-of-band image has the B release in it",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-17T20:00:00Z").present({"ltsc2019", "10.0.17763.7249"}, k_repaired);
       },
       "2025-04-18",
       {"ltsc2019 current 7249 behind 0 landed"},
       {}},
      {"beyond the reference: a B release became due twice since",
       [](RecordBuilder& r) {
         r.check(k_core, "2026-11-19T20:00:00Z")
             .present({"ltsc2022", "10.0.20348.5622"}, image("10.0.20348.5622", "2026-09-03"));
       },
       "2026-11-20",
       {"ltsc2022 pending 5622 behind 2 not landed"},
       {}},
      {"of the day of its edition the reference may lack images",
       [](RecordBuilder& r) {
         r.check(k_core, "2026-09-09T20:00:00Z")
             .present({"ltsc2019", "10.0.17763.9121"}, image("10.0.17763.9121", "2026-08-06"));
       },
       "2026-09-10",
       {"ltsc2019 pending 9121 behind 1 not landed"},
       {}},
      {"beyond the reference: the registry has what it does not list",
       [](RecordBuilder& r) {
         const auto september = image("10.0.20348.5622", "2026-09-03");
         r.check(k_core, "2026-10-01T20:00:00Z").present({"ltsc2022", "10.0.20348.5622"}, september);
         r.check(k_core, "2026-10-14T20:00:00Z")
             .present("ltsc2022", september)
             .present("10.0.20348.5700", image("10.0.20348.5700", "2026-10-08"));
         r.check(k_core, "2026-11-11T20:00:00Z")
             .present("ltsc2022", september)
             .present("10.0.20348.5800", image("10.0.20348.5800", "2026-11-05"));
       },
       "2026-11-12",
       {"ltsc2022 lag 5622<5800 behind 2 not landed"},
       {"ltsc2022 lag"}},
      {"a product whose support has ended is left out, one whose support ends soon is named",
       [](RecordBuilder& r) {
         r.check(k_core, "2026-08-12T20:00:00Z")
             .present("20H2", image("10.0.19042.1889", "2022-08-04"))
             .present({"ltsc2016", "1607"}, image("10.0.14393.9418", "2026-08-06"));
       },
       "2026-08-13",
       {"1607 current 9418 behind 0 landed", "ltsc2016 current 9418 behind 0 landed"},
       {"1607 endOfSupport", "ltsc2016 endOfSupport"}},
      {"two names of one product at two revisions",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-09T20:00:00Z").present("ltsc2019", k_march).present("1809", k_april);
       },
       "2025-04-10",
       {"1809 current 7136 behind 0 landed", "ltsc2019 pending 7009 behind 1 not landed"},
       {"1809 aliasDiffers", "ltsc2019 aliasDiffers"}},
      {"published again",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-08T20:00:00Z").present({"ltsc2019", "10.0.17763.7136"}, k_april);
         r.check(k_core, "2025-04-09T20:00:00Z").present("ltsc2019", TestImage(k_april).relisted());
       },
       "2025-04-10",
       {"ltsc2019 current 7136 behind 0 landed"},
       {"ltsc2019 republished"}},
      {"gone, and refused",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-08T20:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7136"}, k_april);
         r.check(k_core, "2025-04-09T20:00:00Z").absent("ltsc2019").unpullable("1809");
         r.check(k_core, "2025-04-10T20:00:00Z").absent("ltsc2019").unpullable("1809");
       },
       "2025-04-11",
       {},
       {"unpullable", "vanished"}},
      {"a name the reference does not know is shown all the same",
       [](RecordBuilder& r) {
         r.check(k_core, "2025-04-08T20:00:00Z").present("ltsc2028", image("10.0.30000.1", "2025-04-03"));
       },
       "2025-04-09",
       {"ltsc2028 current 1 behind 0"},
       {}},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const Record record(c.fill);
    const auto now = status_of(record.reader(), c.now);
    CHECK(lines_of(now) == c.lines);
    CHECK(codes_of(now) == c.codes);
  }
}

TEST_CASE("what is amiss names the explicit tag") {
  const Record record([](RecordBuilder& r) {
    r.check(k_core, "2025-04-08T20:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7136"}, k_april);
    r.check(k_core, "2025-04-09T20:00:00Z").absent("1809").present("ltsc2019", k_march);
    r.check(k_core, "2025-04-10T20:00:00Z").absent("1809").present("ltsc2019", k_march);
  });
  const auto now = status_of(record.reader(), "2025-04-11");
  REQUIRE(now.warnings.size() == 1);
  CHECK_THAT(now.warnings[0].message,
             Contains("windows/servercore:1809 is gone since 2025-04-09T20:00:00Z") &&
                 Contains("use the tag 10.0.17763.7136"));
  REQUIRE(now.versions.size() == 1);
  REQUIRE(now.versions[0].warnings.size() == 1);
  CHECK_THAT(now.versions[0].warnings[0].message, Contains("use the tag 10.0.17763.7136"));
}

TEST_CASE("age and completeness, of several repositories") {
  const Record record([](RecordBuilder& r) {
    r.check(k_core, "2025-04-10T12:00:00Z").present("ltsc2019", k_april);
    r.check(k_nano, "2025-04-09T12:00:00Z").present("1809", k_april);
    r.check(k_nano, "2025-04-10T12:00:00Z").present("1809", k_april).finish(store::CheckOutcome::partial);
    r.check(k_nano, "2025-04-10T13:00:00Z").present("1809", k_april).abandon();
  });
  const auto now = status_of(record.reader(), "2025-04-10T14");
  REQUIRE(now.repositories.size() == 2);
  CHECK(now.repositories[0].repository == k_nano);
  CHECK_FALSE(now.repositories[0].complete());
  CHECK(now.repositories[0].outcome == store::CheckOutcome::partial);
  CHECK(now.repositories[0].freshness.last_complete == t("2025-04-09T12"));
  CHECK(now.repositories[1].complete());
  CHECK(now.age() == std::chrono::hours(26));
  CHECK_FALSE(now.complete());
  CHECK_FALSE(now.stale());
  REQUIRE(now.due);
  CHECK(now.due->instant == t("2025-04-08T17"));
  REQUIRE(now.next);
  CHECK(now.next->instant == t("2025-05-13T17"));
  StatusOptions only_core;
  only_core.repository = must(oci::RepositoryName::parse(k_core));
  const auto core = status_of(record.reader(), "2025-04-10T14", only_core);
  CHECK(core.repositories.size() == 1);
  CHECK(core.complete());
}

TEST_CASE("both rules of stale data") {
  const Record record(
      [](RecordBuilder& r) { r.check(k_core, "2025-04-08T12:00:00Z").present("ltsc2019", k_march); });
  CHECK_FALSE(status_of(record.reader(), "2025-04-11T16:59:59Z").stale());
  CHECK(status_of(record.reader(), "2025-04-11T17:00:00Z").stale()); // due for three days, and from before
  const Record after(
      [](RecordBuilder& r) { r.check(k_core, "2025-04-09T12:00:00Z").present("ltsc2019", k_april); });
  CHECK_FALSE(status_of(after.reader(), "2025-04-17T12:00:00Z").stale());
  CHECK(status_of(after.reader(), "2025-04-17T12:00:01Z").stale()); // eight days
  StatusOptions hour;
  hour.limit = std::chrono::hours(1);
  CHECK(status_of(after.reader(), "2025-04-09T14", hour).stale());
}

TEST_CASE("a record of somebody else is as old as the checks in it") {
  const tagdb::test::TempDir folder;
  const auto path = folder / "tagdb.sqlite";
  const tagdb::test::ManualClock clock(t("2025-01-01"));
  {
    RecordBuilder theirs(path, clock);
    theirs.check(k_core, "2025-04-09T12:00:00Z").present("ltsc2019", k_april);
    theirs.close();
  }
  become_another_observer(path); // who imported it, and looked at nothing
  const auto reader = *must(store::Reader::open(path));
  const auto now = status_of(reader, "2025-04-12T12");
  CHECK(now.age() == std::chrono::hours(72));
  CHECK(now.complete());
  CHECK_FALSE(now.stale());
  CHECK(status_of(reader, "2025-04-18T12").stale());
}

TEST_CASE("never checked completely") {
  const Record record([](RecordBuilder& r) {
    r.check(k_core, "2025-04-09T12:00:00Z").present("ltsc2019", k_april).abandon();
  });
  const auto now = status_of(record.reader(), "2025-04-09T13");
  CHECK_FALSE(now.age());
  CHECK_FALSE(now.complete());
  CHECK(now.stale());
}

TEST_CASE("status of nothing") {
  const Record empty([](RecordBuilder&) {});
  const auto refused = status(empty.reader(), Scope{t("2025-04-09"), std::nullopt, "amd64"}, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == base::ErrorKind::not_found);
  CHECK_THAT(refused.error().hint(), Contains("tagdb sync"));
}
