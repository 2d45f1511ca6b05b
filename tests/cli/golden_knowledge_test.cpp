// What is answered from knowledge, byte for byte: golden-knowledge/<name>.txt (see golden.hpp).
#include "february.hpp"
#include "golden.hpp"

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::GoldenCase;

namespace {

const GoldenCase k_cases[] = {
    {"releases", {"releases", "--from", "2020-01", "--to", "2020-03"}},
    {"releases-json", {"releases", "--from", "2020-01", "--to", "2020-03", "--format", "json"}},
    {"releases-csv", {"releases", "--from", "2020-01", "--to", "2020-03", "--format", "csv"}},
    {"releases-markdown", {"releases", "--from", "2020-01", "--to", "2020-03", "--format", "markdown"}},
    {"releases-default", {"releases"}},
    {"releases-build", {"releases", "--from", "2019-10B", "--to", "2020-03B", "--build", "17134"}},
    {"releases-nanoserver", {"releases", "--repo", "nanoserver", "--from", "2018-09", "--to", "2018-11"}},
    {"releases-without-b", {"releases", "--from", "2017-01", "--to", "2017-03"}},
    {"calendar", {"calendar"}},
    {"calendar-2020", {"calendar", "2020"}},
    {"calendar-2018", {"calendar", "2018"}},
    {"calendar-json", {"calendar", "2017", "--format", "json"}},
    {"calendar-next", {"calendar", "--next"}},
    {"calendar-both-json", {"calendar", "--next", "--previous", "--format", "json"}},
    {"knowledge-show", {"knowledge", "show"}},
    {"knowledge-show-json", {"knowledge", "show", "--format", "json"}},
    {"explain", {"explain", "failed: (0xC0370101)"}},
    {"explain-several",
     {"explain", "no", "matching", "manifest", "for", "windows(10.0.26200)/amd64", "then", "3221225785"}},
    {"explain-json",
     {"explain", "a Windows version 10.0.16299-based image is incompatible with a 10.0.14393 host",
      "--format", "json"}},
    {"explain-nothing", {"explain", "No such container: x"}},
    {"help-releases", {"releases", "--help"}},
    {"help-calendar", {"calendar", "--help"}},
    {"help-knowledge", {"knowledge", "--help"}},
    {"help-explain", {"explain", "--help"}},
};

const GoldenCase k_recorded_cases[] = {
    {"recorded-releases", {"releases", "--from", "2020-01", "--to", "2020-03"}},
    {"recorded-releases-json", {"releases", "--from", "2020-02", "--to", "2020-02", "--format", "json"}},
    {"recorded-releases-observed", {"releases", "--from", "2020-01", "--evidence", "observed"}},
    {"recorded-knowledge-show", {"knowledge", "show"}},
};

} // namespace

TEST_CASE("without a database, every answer is the golden one") {
  const test::TempDir folder;
  CliRun run;
  run.now = test::instant("2026-11-20T06:00:00Z");
  run.environment = {{"HOME", folder.path().string()}};
  for (const auto& one : k_cases)
    check_golden("golden-knowledge", one, run(one.arguments), folder.path().string());
  CHECK(std::filesystem::is_empty(folder.path())); // no answer makes a database
}

TEST_CASE("with a database, every answer is the golden one") {
  const test::TempDir folder;
  CliRun run;
  run.now = test::after_february();
  run.environment = {{"HOME", folder.path().string()}};
  std::filesystem::create_directories(folder / ".local/share/tagdb");
  test::record_february(folder / ".local/share/tagdb/tagdb.sqlite");
  for (const auto& one : k_recorded_cases)
    check_golden("golden-knowledge", one, run(one.arguments), folder.path().string());
}

TEST_CASE("no golden file about knowledge is left over") {
  std::vector<GoldenCase> all(std::begin(k_cases), std::end(k_cases));
  all.insert(all.end(), std::begin(k_recorded_cases), std::end(k_recorded_cases));
  test::check_nothing_left_over("golden-knowledge", all);
}
