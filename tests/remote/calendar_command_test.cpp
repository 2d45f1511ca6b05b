#include "calendar_command.hpp"
#include "support/catch.hpp"
#include "support/record_builder.hpp"

using namespace tagdb;
using tagdb::test::instant;
using tagdb::test::must;

namespace {

std::string words_of(const cli::CalendarDay& line) {
  return line.day.label.to_string() + " " + windows::format_day(line.day.date) + " " +
         base::format_rfc3339(line.day.publishes) + " " + line.day.zone + " " +
         windows::format_day(line.day.marketplace);
}

std::vector<cli::CalendarDay> of_year(int year) {
  return remote::calendar_days({.year = std::chrono::year(year)}, instant("2026-11-20T00:00:00Z"),
                               must(windows::PacificTime::load()));
}

} // namespace

TEST_CASE("Patch Tuesdays of years that no knowledge reaches") {
  struct Case {
    const char* name;
    int year;
    std::size_t month;
    const char* words;
  };
  const Case cases[] = {
      {"summer past 32 bits", 2038, 7, "2038-07B 2038-07-13 2038-07-13T17:00:00Z PDT 2038-07-20"},
      {"winter past 32 bits", 2040, 1, "2040-01B 2040-01-10 2040-01-10T18:00:00Z PST 2040-01-17"},
      {"a summer long after", 2050, 7, "2050-07B 2050-07-12 2050-07-12T17:00:00Z PDT 2050-07-19"},
      {"the clock changed earlier in the year then", 2006, 3,
       "2006-03B 2006-03-14 2006-03-14T18:00:00Z PST 2006-03-21"},
      {"the last year", 9999, 12, "9999-12B 9999-12-14 9999-12-14T18:00:00Z PST 9999-12-21"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto days = of_year(each.year);
    REQUIRE(days.size() == 12);
    CHECK(words_of(days[each.month - 1]) == each.words);
    CHECK_FALSE(days[each.month - 1].released);
  }
}

TEST_CASE("the first year begins in October") {
  const auto days = of_year(2003);
  REQUIRE(days.size() == 3);
  CHECK(words_of(days.front()) == "2003-10B 2003-10-14 2003-10-14T17:00:00Z PDT 2003-10-21");
}

TEST_CASE("the next and the last release day far ahead") {
  const auto pacific = must(windows::PacificTime::load());
  const auto now = instant("2045-02-14T18:00:00Z"); // the very moment of a release
  const auto both = remote::calendar_days({.year = {}, .next = true, .previous = true}, now, pacific);
  REQUIRE(both.size() == 2);
  CHECK(both[0].day.publishes == now);
  CHECK(both[1].day.label.to_string() == "2045-03B");
  const auto year = remote::calendar_days({}, now, pacific);
  CHECK(year.front().day.label.to_string() == "2045-01B");
}
