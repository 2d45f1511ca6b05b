#include "cli_run.hpp"
#include "support/catch.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/json.hpp>

#include <fstream>

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::contains;

namespace {

/// The months of a year, from JSON, as "date publishes zone marketplace".
std::vector<std::string> months_of(const std::string& out) {
  const auto document = base::JsonDocument::parse(out);
  REQUIRE(document);
  const auto items = document->root().find("items");
  REQUIRE(items);
  std::vector<std::string> months;
  for (std::size_t i = 0; i < items->size(); ++i) {
    std::string words;
    for (const auto* key : {"date", "publishes", "zone", "marketplace"})
      words += (words.empty() ? "" : " ") + std::string(items->at(i).string_at(key).value_or("?"));
    months.push_back(std::move(words));
  }
  return months;
}

} // namespace

TEST_CASE("the calendar agrees with every cadence case") {
  const test::FreshHome fresh;
  std::ifstream file(TAGDB_SOURCE_DIR "/tests/windows/data/cadence_cases.csv");
  std::string line;
  REQUIRE(std::getline(file, line));
  std::size_t cases = 0;
  while (std::getline(file, line)) {
    // month,docs_label,release_info_label,b_date,zone,publish_utc_at_10_local,…literal…,marketplace,note
    const auto fields = base::split(base::trim(line), ',');
    REQUIRE(fields.size() >= 8);
    INFO(fields[0]);
    const auto year = std::string(fields[0].substr(0, 4));
    const auto ran = fresh.run({"calendar", year, "--format", "json"});
    REQUIRE(ran.code == 0);
    const auto months = months_of(ran.out);
    REQUIRE(months.size() == 12);
    const auto month = *base::parse_number(fields[0].substr(5));
    auto publishes = std::string(fields[5]);
    publishes.insert(publishes.size() - 1, ":00");
    CHECK(months[month - 1] == std::string(fields[3]) + " " + publishes + " " + std::string(fields[4]) + " " +
                                   std::string(fields[7]));
    ++cases;
  }
  CHECK(cases == 29);
}

TEST_CASE("next and previous, to the second") {
  struct Case {
    const char *name, *now, *previous, *next;
  };
  const Case cases[] = {
      {"a second before", "2026-11-10T17:59:59Z", "2026-10-13", "2026-11-10"},
      {"on the second", "2026-11-10T18:00:00Z", "2026-11-10", "2026-12-08"},
      {"across a year", "2026-12-31T23:59:59Z", "2026-12-08", "2027-01-12"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const test::FreshHome fresh(each.now);
    const auto months = months_of(fresh.run({"calendar", "--previous", "--next", "--format", "json"}).out);
    REQUIRE(months.size() == 2);
    CHECK(months[0].starts_with(each.previous));
    CHECK(months[1].starts_with(each.next));
  }
}

TEST_CASE("what the recorded instants do not reach is carried") {
  struct Case {
    const char *name, *now;
    std::vector<std::string> arguments;
    bool carried;
  };
  const Case cases[] = {
      {"the last year that is recorded", "2026-11-20T06:00:00Z", {"calendar", "2028"}, false},
      {"the year after it", "2026-11-20T06:00:00Z", {"calendar", "2029"}, true},
      {"the first year that is recorded", "2026-11-20T06:00:00Z", {"calendar", "2016"}, false},
      {"the year before it", "2026-11-20T06:00:00Z", {"calendar", "2015"}, true},
      {"the next one, from the last recorded on", "2028-12-12T18:00:00Z", {"calendar", "--next"}, true},
      {"the last one, before the first recorded", "2016-01-01T00:00:00Z", {"calendar", "--previous"}, true},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const test::FreshHome fresh(each.now);
    const auto ran = fresh.run(each.arguments);
    CHECK((ran.started == each.arguments) == each.carried);
    CHECK(ran.out.empty() == each.carried);

    // The program that carries is told what to work out, and starts nothing.
    auto carrying = fresh.run;
    std::optional<cli::CalendarOptions> told;
    carrying.carriers.calendar = [&](const cli::Session&, const cli::CalendarOptions& options) {
      told = options;
      return base::Result<int>(0);
    };
    CHECK(carrying(each.arguments).started.empty());
    REQUIRE(told.has_value() == each.carried);
    if (told) {
      CHECK(told->next == (each.arguments.back() == "--next"));
      CHECK(told->previous == (each.arguments.back() == "--previous"));
    }
  }
}

TEST_CASE("years that have no calendar") {
  const test::FreshHome fresh;
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"before the first", {"calendar", "2002"}, {"before October 2003"}},
      {"long before", {"calendar", "1"}, {"before October 2003"}},
      {"zero", {"calendar", "0"}, {"\"0\" is no year"}},
      {"five digits", {"calendar", "10000"}, {"\"10000\" is no year"}},
      {"a number that overflows", {"calendar", "99999999999999999999"}, {"is no year"}},
      {"a word", {"calendar", "next"}, {"\"next\" is no year"}},
      {"a sign", {"calendar", "+2026"}, {"is no year"}},
      {"escape sequences", {"calendar", "\033[2J"}, {"\\x1B[2J"}},
      {"two years", {"calendar", "2026", "2027"}, {"unexpected argument"}},
      {"a year and the next", {"calendar", "2026", "--next"}, {"do not go together"}},
      {"a format of another", {"calendar", "--format", "csv"}, {"text, json"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto ran = fresh.run(each.arguments);
    test::check_refused(ran, 2, each.words);
  }
}
