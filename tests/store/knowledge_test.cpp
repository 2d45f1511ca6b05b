#include "knowledge_fixture.hpp"

#include <algorithm>

namespace {

using namespace tagdb;
using namespace tagdb::test;
namespace fs = std::filesystem;

windows::OsVersion version(std::string_view text) {
  return must(windows::OsVersion::parse(text));
}

fs::path make_empty(const TempDir& dir) {
  const ManualClock clock;
  must(must(store::Writer::open(dir / "t.sqlite", clock)).close());
  return dir / "t.sqlite";
}

/// The reference as a later edition says it.
windows::KnowledgeTables edition_of(std::string_view day, std::uint32_t revision) {
  auto tables = reference().tables();
  tables.edition.as_of = std::chrono::floor<std::chrono::days>(must(base::parse_date(day)));
  tables.edition.revision = revision;
  tables.edition.source = "made for the test";
  return tables;
}

} // namespace

TEST_CASE("a new database holds the built-in knowledge", "[store][knowledge]") {
  const TempDir dir;
  const auto path = make_empty(dir);
  const auto expected = print(reference());
  CHECK(knowledge_in(path) == expected);
  const auto built_in = must(store::Reader::built_in());
  CHECK(print(must(built_in.knowledge())) == expected);
  CHECK(must(built_in.repositories()).empty());
  const auto edition = must(open_reader(path).knowledge_edition());
  CHECK(edition.as_of == reference().edition().as_of);
  CHECK(edition.revision == reference().edition().revision);
  CHECK(damages_of(path).empty());
}

TEST_CASE("the knowledge of a build is that part of the whole", "[store][knowledge]") {
  const auto reader = must(store::Reader::built_in());
  const auto whole = reference().tables();
  auto builds = std::vector<std::uint32_t>{0, 17763, 14393, 20348, 26100, 25398, 19045, 4711};
  for (const auto& row : whole.versions)
    builds.push_back(row.build);
  for (const auto build : builds) {
    INFO("build " << build);
    auto part = whole;
    std::erase_if(part.releases, [&](const auto& row) { return row.version.build() != build; });
    std::erase_if(part.host_releases, [&](const auto& row) { return row.version.build() != build; });
    std::erase_if(part.baselines, [&](const auto& row) { return row.build != build; });
    std::erase_if(part.host_builds, [&](const auto& row) { return row.build != build; });
    CHECK(print(must(reader.knowledge(build))) == print(windows::Knowledge(part)));
    part.host_releases.clear();
    part.baselines.clear();
    part.host_builds.clear();
    CHECK(print(must(reader.knowledge(build, store::Reader::Part::images))) ==
          print(windows::Knowledge(part)));
  }
}

TEST_CASE("single rows are found by their key", "[store][knowledge]") {
  const auto reader = must(store::Reader::built_in());
  const auto whole = reference();
  const auto found = must(reader.release(version("10.0.17763.1039")));
  REQUIRE(found);
  CHECK(found->superseded_by == version("10.0.17763.1040"));
  CHECK(found->label.to_string() == "2020-02B");
  CHECK(found->source == whole.release(found->version)->source);
  CHECK_FALSE(must(reader.release(version("10.0.17763.1554"))));
  CHECK_FALSE(must(reader.release(version("6.3.17763.1039")))); // the whole version is the key
  const auto host = must(reader.host_release(version("10.0.17763.1554")));
  REQUIRE(host);
  CHECK(host->kb == whole.host_release(host->version)->kb);
  CHECK(host->server);
  CHECK_FALSE(must(reader.host_release(version("10.0.17763.1040"))));
  CHECK_FALSE(must(reader.host_release(version("6.3.17763.1554"))));
}

TEST_CASE("which B release was due", "[store][knowledge]") {
  struct Case {
    const char* name;
    const char* at;
    const char* label; ///< empty: none
  };
  const auto test = GENERATE(values<Case>({
      {"before the first", "2015-12-31T00:00:00Z", ""},
      {"months without images are no release", "2016-06-30T00:00:00Z", ""},
      {"a second before one", "2020-02-11T17:59:59Z", "2020-01B"},
      {"exactly at it", "2020-02-11T18:00:00Z", "2020-02B"},
      {"long after it", "2020-03-10T16:59:59Z", "2020-02B"},
      {"in summer an hour earlier", "2020-03-10T17:00:00Z", "2020-03B"},
      {"2017-02 was skipped", "2017-02-20T00:00:00Z", "2017-01B"},
      {"out of band is not B", "2021-07-07T12:00:00Z", "2021-06B"},
      {"beyond what the edition covers each Patch Tuesday counts", "2027-01-12T18:00:00Z", "2027-01B"},
      {"beyond all rows the last one", "2040-01-01T00:00:00Z", "2028-12B"},
  }));
  INFO(test.name);
  const auto reader = must(store::Reader::built_in());
  const auto due = must(reader.release_due(instant(test.at)));
  CHECK((due ? due->label.to_string() : "") == test.label);
  const auto whole = reference();
  const auto* expected = whole.last_at_or_before(instant(test.at), windows::Knowledge::Which::b);
  REQUIRE((expected != nullptr) == due.has_value());
  if (due) {
    CHECK(due->instant == expected->instant);
    CHECK(due->released == expected->released);
  }
}

TEST_CASE("the point query for what was due agrees with the knowledge every day", "[store][knowledge]") {
  const auto reader = must(store::Reader::built_in());
  const auto whole = reference();
  for (auto at = instant("2016-01-01T12:00:00Z"); at < instant("2029-01-01T00:00:00Z");
       at += std::chrono::days(3)) {
    const auto due = must(reader.release_due(at));
    const auto* expected = whole.last_at_or_before(at, windows::Knowledge::Which::b);
    if ((due ? due->instant : base::Instant()) != (expected ? expected->instant : base::Instant()))
      FAIL_CHECK(base::format_rfc3339(at));
  }
}

TEST_CASE("a newer edition replaces the knowledge, an older one is refused", "[store][knowledge]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = make_empty(dir);
  auto newer = edition_of("2030-01-01", 1);
  newer.incidents.clear();
  newer.releases[0].source = "another";
  {
    auto writer = must(store::Writer::open(path, clock));
    must(writer.replace_knowledge(newer));
    CHECK(print(must(writer.knowledge())) == print(windows::Knowledge(newer)));
    must(writer.close());
  }
  CHECK(knowledge_in(path) == print(windows::Knowledge(newer)));
  // Opening brings the built-in one in only where that is newer.
  must(must(store::Writer::open(path, clock)).close());
  CHECK(knowledge_in(path) == print(windows::Knowledge(newer)));

  auto writer = must(store::Writer::open(path, clock));
  for (const auto& older : {edition_of("2029-12-31", 7), reference().tables()}) {
    const auto refused = writer.replace_knowledge(older);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind() == base::ErrorKind::usage);
    CHECK(refused.error().message().find("2030-01-01") != std::string::npos);
  }
  CHECK(print(must(writer.knowledge())) == print(windows::Knowledge(newer)));
  // The writer goes on: the same edition again, and a later revision of its day.
  must(writer.replace_knowledge(newer));
  must(writer.replace_knowledge(edition_of("2030-01-01", 2)));
  CHECK_FALSE(writer.replace_knowledge(newer));
  must(writer.close());
  CHECK(knowledge_in(path) == print(windows::Knowledge(edition_of("2030-01-01", 2))));
}

TEST_CASE("opening a writer brings an older edition up to date", "[store][knowledge]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = make_empty(dir);
  tamper(path, "UPDATE knowledge_edition SET as_of = '2020-01-01'; DELETE FROM release; "
               "UPDATE incident SET kind = 'old'; DELETE FROM release_instant WHERE date < '2018-01-01'");
  must(must(store::Writer::open(path, clock)).close());
  CHECK(knowledge_in(path) == print(reference()));
}

TEST_CASE("release instants beyond an edition outlive it", "[store][knowledge]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = make_empty(dir);
  const auto last = reference().tables().instants.back();
  auto row = last;
  row.date = windows::patch_tuesday(std::chrono::year(2030) / std::chrono::June);
  row.label = windows::ReleaseLabel(std::chrono::year(2030) / std::chrono::June, windows::ReleaseLetter::b);
  row.zone = "PDT";
  row.instant = row.date + std::chrono::hours(17);
  row.released = std::nullopt;

  auto writer = must(store::Writer::open(path, clock));
  const auto count = must(writer.knowledge()).tables().instants.size();
  auto changed = last; // of a day that is there: not touched
  changed.source = "another";
  CHECK(must(writer.add_release_instants(std::vector{changed, row, row})) == 1);
  CHECK(must(writer.add_release_instants(std::vector{row})) == 0);
  // An edition that reaches less far takes nothing away beyond its end, and everything up to it.
  auto shorter = edition_of("2031-01-01", 1);
  std::erase_if(shorter.instants, [](const auto& each) {
    return each.label.month() > std::chrono::year(2027) / std::chrono::June ||
           each.label.month() == std::chrono::year(2017) / std::chrono::February;
  });
  must(writer.replace_knowledge(shorter));
  must(writer.close());
  const auto knowledge = must(open_reader(path).knowledge());
  CHECK(knowledge.tables().instants.size() == count - 1 + 1); // without 2017-02, with 2030-06
  REQUIRE(knowledge.instant_of(row.date, row.label) != nullptr);
  CHECK(knowledge.instant_of(row.date, row.label)->zone == "PDT");
  CHECK(knowledge.tables().instants.back().label == row.label);
  CHECK(knowledge.instant_of(last.date, last.label)->source == last.source);
  CHECK(damages_of(path).empty());
}

TEST_CASE("a replacement that fails, or is not finished, leaves the old knowledge whole",
          "[store][knowledge]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = make_empty(dir);
  const auto before = knowledge_in(path);

  SECTION("a row that the tables refuse") {
    auto tables = edition_of("2030-01-01", 1);
    tables.host_builds.push_back(tables.host_builds.front());
    auto writer = must(store::Writer::open(path, clock));
    CHECK_FALSE(writer.replace_knowledge(tables));
    // Half of something must not become durable by what follows.
    CHECK_FALSE(writer.checkpoint());
    CHECK_FALSE(writer.close());
  }
  SECTION("no checkpoint") {
    auto writer = must(store::Writer::open(path, clock));
    must(writer.replace_knowledge(edition_of("2030-01-01", 1)));
    CHECK(knowledge_in(path) == before); // a reader meanwhile
  }
  SECTION("killed") {
    Child child([&](int pipe) {
      auto writer = must(store::Writer::open(path, clock));
      must(writer.replace_knowledge(edition_of("2030-01-01", 1)));
      Child::say(pipe, "x");
      ::pause();
    });
    REQUIRE(child.wait_for_byte());
    child.kill();
  }
  CHECK(knowledge_in(path) == before);
  must(must(store::Writer::open(path, clock)).close());
  CHECK(knowledge_in(path) == before);
  CHECK(damages_of(path).empty());
}

TEST_CASE("a reader sees one edition, whatever is written meanwhile", "[store][knowledge]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = make_empty(dir);
  const auto reader = open_reader(path);
  const auto before = print(must(reader.knowledge()));
  auto writer = must(store::Writer::open(path, clock));
  must(writer.replace_knowledge(edition_of("2030-01-01", 1)));
  must(writer.close());
  CHECK(print(must(reader.knowledge())) == before);
  CHECK(knowledge_in(path) != before);
}

TEST_CASE("between the schema and its knowledge the built-in one answers", "[store][knowledge]") {
  const TempDir dir;
  const auto path = make_empty(dir);
  tamper(path, "DELETE FROM knowledge_edition; DELETE FROM release; DELETE FROM release_instant");
  const auto reader = open_reader(path);
  CHECK(must(reader.release_due(instant("2020-02-20T00:00:00Z")))->label.to_string() == "2020-02B");
  CHECK(print(must(reader.knowledge())) == print(reference()));
  CHECK(must(reader.knowledge_edition()).as_of == reference().edition().as_of);
}
