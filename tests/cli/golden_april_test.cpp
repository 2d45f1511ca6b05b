// April 2025 as people and programs see it, byte for byte: golden-april/<name>.txt (see golden.hpp).
#include "april.hpp"
#include "golden.hpp"

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::GoldenCase;

namespace {

const GoldenCase k_cases[] = {
    {"status", {"status"}},
    {"status-json", {"status", "--format", "json"}},
    {"status-prometheus", {"status", "--format", "prometheus", "--repo", "servercore"}},
    {"status-max-data-age", {"status", "--repo", "servercore", "--max-data-age", "1h"}},
    {"changes", {"changes"}},
    {"changes-json", {"changes", "--since", "2025-04-16", "--repo", "servercore", "--format", "json"}},
    {"changes-markdown", {"changes", "--since", "2025-04B", "--format", "markdown"}},
    {"history", {"history", "ltsc2025"}},
    {"history-json", {"history", "ltsc2025", "--format", "json"}},
    {"resolve-rollback", {"resolve", "ltsc2019", "--at", "2025-04-20"}},
    {"resolve-lag", {"resolve", "ltsc2025"}},
    {"resolve-lag-revision", {"resolve", "ltsc2025", "--format", "revision"}},
    {"help-status", {"status", "--help"}},
};

} // namespace

TEST_CASE("April 2025, every answer is the golden one") {
  const test::TempDir folder;
  CliRun run;
  run.now = test::after_april();
  run.environment = {{"HOME", folder.path().string()}};
  std::filesystem::create_directories(folder / ".local/share/tagdb");
  test::record_april(folder / ".local/share/tagdb/tagdb.sqlite");
  for (const auto& one : k_cases)
    check_golden("golden-april", one, run(one.arguments), folder.path().string());
}

TEST_CASE("no golden file of April 2025 is left over") {
  test::check_nothing_left_over("golden-april", k_cases);
}

TEST_CASE("status ends with 4 on stale data, and prints all the same") {
  const test::TempDir folder;
  CliRun run;
  run.environment = {{"HOME", folder.path().string()}};
  std::filesystem::create_directories(folder / ".local/share/tagdb");
  test::record_april(folder / ".local/share/tagdb/tagdb.sqlite");
  struct Case {
    const char *name, *now;
    std::vector<std::string> arguments;
    int code;
    bool warns;
  };
  const std::vector<Case> cases = {
      {"fresh", "2025-04-24T06:00:00Z", {"status"}, 0, false},
      {"eight days and a second", "2025-05-01T20:00:01Z", {"status", "--repo", "servercore"}, 4, true},
      {"one repository is enough", "2025-04-26T06:00:00Z", {"status"}, 4, true},
      {"a release has been due for three days", "2025-05-16T17:00:00Z", {"status"}, 4, true},
      {"warned", "2025-05-16T17:00:00Z", {"status", "--freshness", "warn"}, 0, true},
      {"ignored", "2025-05-16T17:00:00Z", {"status", "--freshness", "ignore"}, 0, false},
      {"a limit beats that",
       "2025-05-16T17:00:00Z",
       {"status", "--freshness", "ignore", "--max-data-age", "1d"},
       4,
       true},
      {"as JSON", "2025-05-16T17:00:00Z", {"status", "--format", "json"}, 4, true},
      {"for Prometheus", "2025-05-16T17:00:00Z", {"status", "--format", "prometheus"}, 4, true},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    run.now = test::instant(c.now);
    const auto ran = run(c.arguments);
    CHECK(ran.code == c.code);
    CHECK(!ran.out.empty());
    CHECK(test::contains(ran.err, "is stale") == c.warns);
  }
}

TEST_CASE("status without a database, or without a crawl") {
  const test::TempDir folder;
  CliRun run;
  run.environment = {{"HOME", folder.path().string()}};
  auto ran = run({"status"});
  CHECK(ran.code == 3);
  CHECK(ran.out.empty());
  CHECK(test::contains(ran.err, "no database yet: run tagdb sync"));
  ran = run({"status", "--db", (folder / "x.sqlite").string()});
  CHECK(ran.code == 3);
  CHECK(test::contains(ran.err, "there is no database"));
}
