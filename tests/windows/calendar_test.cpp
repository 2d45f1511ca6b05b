#include "reference_files.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/calendar.hpp>
#include <tagdb/windows/pacific_time.hpp>

using namespace tagdb::windows;
using namespace std::chrono_literals;
using tagdb::base::format_rfc3339;
using tagdb::base::parse_rfc3339;

namespace {

const PacificTime& pacific() {
  static const auto instance = PacificTime::load();
  REQUIRE(instance);
  return *instance;
}

} // namespace

TEST_CASE("release days of the documentation's months") {
  const auto rows = test_reference::cases("cadence_cases.csv");
  CHECK(rows.size() == 29);
  for (const auto& row : rows) {
    INFO(row.at("month"));
    const auto label = ReleaseLabel::parse(row.at("release_info_label"));
    REQUIRE(label);
    const auto day = release_day(label->month(), pacific());
    CHECK(day.label == *label);
    CHECK(day.label.to_short_string() == row.at("docs_label"));
    CHECK(format_day(day.date) == row.at("b_date"));
    CHECK(day.zone == row.at("zone"));
    const auto instant = format_rfc3339(day.publishes);
    CHECK(instant.substr(0, 16) + "Z" == row.at("publish_utc_at_10_local"));
    CHECK(format_day(day.marketplace) == row.at("marketplace_plus5_weekdays"));
  }
}

TEST_CASE("release days past 2037, where 32-bit transition tables end") {
  struct Case {
    std::chrono::year_month month;
    std::string_view instant, zone;
  };
  const Case cases[] = {
      {2037y / 7, "2037-07-14T17:00:00Z", "PDT"}, {2038y / 1, "2038-01-12T18:00:00Z", "PST"},
      {2038y / 7, "2038-07-13T17:00:00Z", "PDT"}, {2040y / 1, "2040-01-10T18:00:00Z", "PST"},
      {2050y / 7, "2050-07-12T17:00:00Z", "PDT"},
  };
  for (const auto& each : cases) {
    const auto day = release_day(each.month, pacific());
    INFO(day.label.to_string());
    CHECK(format_rfc3339(day.publishes) == each.instant);
    CHECK(day.zone == each.zone);
  }
}

TEST_CASE("a Patch Tuesday is a Tuesday from the 8th to the 14th, in every month") {
  for (auto month = 1990y / 1; month < 2100y / 1; month += std::chrono::months(1)) {
    const auto date = patch_tuesday(month);
    const std::chrono::year_month_day day(date);
    CHECK(std::chrono::weekday(date) == std::chrono::Tuesday);
    CHECK(day.month() == month.month());
    CHECK((day.day() >= std::chrono::day(8) && day.day() <= std::chrono::day(14)));
  }
}

TEST_CASE("the marketplace estimate steps over weekends") {
  struct Case {
    const char* name;
    std::chrono::year_month_day release, estimate;
  };
  const Case cases[] = {
      {"Tuesday", 2020y / 2 / 11, 2020y / 2 / 18}, {"Wednesday", 2018y / 1 / 3, 2018y / 1 / 10},
      {"Friday", 2020y / 2 / 14, 2020y / 2 / 21},  {"Saturday", 2020y / 2 / 15, 2020y / 2 / 21},
      {"Sunday", 2020y / 2 / 16, 2020y / 2 / 21},  {"over a year's end", 2026y / 12 / 29, 2027y / 1 / 5},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(marketplace_estimate(each.release) == Date(each.estimate));
  }
}

TEST_CASE("next and previous release day, to the second") {
  struct Case {
    const char* name;
    std::string_view now, previous, next;
  };
  const Case cases[] = {
      {"today", "2026-11-23T00:00:00Z", "2026-11B", "2026-12B"},
      {"a second before", "2026-12-08T17:59:59Z", "2026-11B", "2026-12B"},
      {"at it", "2026-12-08T18:00:00Z", "2026-12B", "2027-01B"},
      {"early in the month", "2020-03-01T00:00:00Z", "2020-02B", "2020-03B"},
      {"over the new year", "2020-01-01T00:00:00Z", "2019-12B", "2020-01B"},
  };
  const auto& rows = test_reference::knowledge().tables().instants;
  for (const auto& each : cases) {
    INFO(each.name);
    const auto now = *parse_rfc3339(each.now);
    CHECK(previous_release_day(now, pacific()).label.to_string() == each.previous);
    CHECK(next_release_day(now, pacific()).label.to_string() == each.next);
    // The same from data, which is what an answer uses.
    const auto previous = previous_release_day(now, rows);
    const auto next = next_release_day(now, rows);
    REQUIRE((previous && next));
    CHECK(previous->label.to_string() == each.previous);
    CHECK(next->label.to_string() == each.next);
  }
  CHECK(!next_release_day(*parse_rfc3339("2029-06-01T00:00:00Z"), rows));
  CHECK(!previous_release_day(*parse_rfc3339("2015-06-01T00:00:00Z"), rows));
  CHECK(next_release_day(*parse_rfc3339("2038-07-01T00:00:00Z"), pacific()).label.to_string() == "2038-07B");
}

TEST_CASE("a year's release days from data are those of the calendar") {
  const auto days = release_days_of(2027y, test_reference::knowledge().tables().instants);
  REQUIRE(days.size() == 12);
  for (unsigned month = 1; month <= 12; ++month) {
    const auto wanted = release_day(2027y / month, pacific());
    CHECK(days[month - 1].label == wanted.label);
    CHECK(days[month - 1].publishes == wanted.publishes);
    CHECK(days[month - 1].zone == wanted.zone);
    CHECK(days[month - 1].marketplace == wanted.marketplace);
  }
}

TEST_CASE("release_instants.csv is what the calendar makes of releases.csv") {
  const auto texts = test_reference::texts();
  const auto releases = parse_releases(texts.at("releases.csv"));
  REQUIRE(releases);
  KnowledgeTables tables;
  tables.instants = make_release_instants(*releases, k_first_instant_month, 2028y / 12, pacific());
  for (const auto& table : print_tables(tables))
    if (table.name == "release_instants.csv") // else run tagdb_make_release_instants
      CHECK((table.text == texts.at("release_instants.csv")));
}
