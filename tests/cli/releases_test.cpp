#include "cli_run.hpp"
#include "releases_print.hpp"
#include "support/catch.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::contains;
using tagdb::test::must;

namespace {

/// A table whose names are hostile, as imported knowledge may be.
query::Releases hostile() {
  const auto label = must(windows::ReleaseLabel::parse("2020-02B"));
  const std::string name = "Server, \"x\"|y\n\033[31m";
  query::SupportAnswer support{name, windows::SupportPhase::unknown, {}, {}};
  return {.as_of = test::instant("2020-03-01T00:00:00Z"),
          .repository = "windows/servercore",
          .crawled = {},
          .edition = {windows::Date(std::chrono::year(2020) / 2 / 20), 1, "somebody"},
          .rows = {{"ltsc2019", name, 17763, support}},
          .columns = {{label, std::nullopt}},
          .cells =
              {{0, 0, windows::OsVersion(10, 0, 17763, 1040), {}, {}, query::EvidenceLevel::observed, false}},
          .warnings = {}};
}

} // namespace

TEST_CASE("names from outside do no harm in any format") {
  const auto answer = hostile();
  for (const auto& text : {cli::releases_text(answer, std::nullopt, false), cli::releases_csv(answer),
                           cli::releases_markdown(answer), cli::releases_document(answer)}) {
    CHECK_FALSE(contains(text, "\033"));
    CHECK(contains(text, "10.0.17763.1040"));
  }
  CHECK(cli::releases_csv(answer) ==
        "name,floatingTag,build,2020-02B\r\n\"Server, \"\"x\"\"|y\\x0A\\x1B[31m\",ltsc2019,17763,"
        "10.0.17763.1040\r\n");
  CHECK(contains(cli::releases_markdown(answer), "\"x\"\\|y\\\\x0A"));
  const auto lines = cli::releases_markdown(answer);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
}

TEST_CASE("a table that is too wide is broken into blocks of columns") {
  const test::FreshHome fresh;
  const std::vector<std::string> year{"releases", "--from", "2020-01", "--to", "2020-12"};
  const auto wide = fresh.run(year);
  auto narrow_run = fresh.run;
  narrow_run.terminal = true;
  narrow_run.environment["NO_COLOR"] = "1";
  const auto longest = [](std::string_view text) {
    std::size_t most = 0;
    for (const auto line : base::split(text, '\n'))
      most = std::max(most, line.size());
    return most;
  };
  CHECK(longest(wide.out) > 300);
  // Where the test itself runs on a terminal that is wide, there is less to break.
  const auto answer = narrow_run(year);
  CHECK(longest(answer.out) < longest(wide.out) + 1);

  const auto table = query::releases(must(store::Reader::built_in()),
                                     {.now = fresh.run.now, .registry = {}, .architecture = "amd64"},
                                     {.repository = {},
                                      .from = std::chrono::year(2020) / std::chrono::January,
                                      .to = std::chrono::year(2020) / std::chrono::December,
                                      .build = {}});
  REQUIRE(table);
  for (const std::size_t width : {40u, 80u, 120u, 200u}) {
    INFO(width);
    const auto text = cli::releases_text(*table, width, false);
    CHECK(longest(text) <= std::max<std::size_t>(width, 80)); // the lines about support are as they are
    for (const auto& column : table->columns)
      CHECK(contains(text, column.label.to_string()));
  }
  // Not even one column fits: it is printed all the same.
  CHECK(contains(cli::releases_text(*table, 1, false), "10.0.17763.1040 (KB4546852)"));
}

TEST_CASE("releases without anything to say") {
  const test::FreshHome fresh;
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"a month that is none", {"releases", "--from", "2020-13"}, 2, {"--from", "2020-13", "2020-02B"}},
      {"a word", {"releases", "--to", "soon"}, 2, {"--to", "\"soon\" is neither a month nor a release"}},
      {"a day", {"releases", "--from", "2020-02-11"}, 2, {"--from"}},
      {"escape sequences", {"releases", "--from", "\033[31m"}, 2, {"\\x1B[31m"}},
      {"a label without its year", {"releases", "--from", "2B"}, 2, {"2B", "2020-02B", "2026-02B", "--from"}},
      {"a label that never was", {"releases", "--from", "2020-04 OOB"}, 3, {"2020-04 OOB"}},
      {"backwards", {"releases", "--from", "2020-03", "--to", "2020-01"}, 2, {"ends before it begins"}},
      {"the future", {"releases", "--from", "2027-01"}, 2, {"ends before it begins"}},
      {"a build without images", {"releases", "--build", "19045"}, 3, {"build 19045", "17763"}},
      {"a build that is none", {"releases", "--build", "x"}, 2, {"--build"}},
      {"a repository without base images", {"releases", "--repo", "dotnet/sdk"}, 3, {"windows/servercore"}},
      {"a repository that is none", {"releases", "--repo", "UPPER"}, 2, {"UPPER"}},
      {"before all",
       {"releases", "--from", "2010-01", "--to", "2010-06"},
       3,
       {"from 2010-01 to 2010-06", "reference as of"}},
      {"nothing observed", {"releases", "--evidence", "observed"}, 3, {"evidence observed"}},
      {"an argument", {"releases", "2020-01"}, 2, {"unexpected argument"}},
      {"a format of another", {"releases", "--format", "env"}, 2, {"text, json, csv, markdown"}},
      {"a named database that is not there", {"releases", "--db", "nowhere.sqlite"}, 3, {"nowhere.sqlite"}},
      {"older than allowed", {"releases", "--max-data-age", "7d"}, 4, {"2026-09-08"}},
      {"stale, and that is a failure", {"releases", "--freshness", "fail"}, 4, {"2026-09-08"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto ran = fresh.run(each.arguments);
    test::check_refused(ran, each.code, each.words);
  }
}

TEST_CASE("a past table does not age") {
  const test::FreshHome fresh;
  const auto ran = fresh.run({"releases", "--from", "2020-01", "--to", "2020-03", "--freshness", "fail"});
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
}
