#include "extend_calendar.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <vector>

namespace {

using namespace tagdb;
using namespace tagdb::test;

std::vector<windows::ReleaseInstant> instants_of(store::Writer& writer) {
  return must(writer.knowledge()).tables().instants;
}

base::Result<windows::PacificTime> no_time_zones() {
  return base::Error(base::ErrorKind::internal, "no time zone data for America/Los_Angeles",
                     "install tzdata");
}

struct Fixture {
  TempDir dir;
  ManualClock clock;
  store::Writer writer = must(store::Writer::open(dir / "t.sqlite", clock));
  std::vector<std::string> warnings;
  base::Log log{base::LogLevel::warning,
                [this](base::LogLevel, std::string_view line) { warnings.emplace_back(line); }};
  base::Instant last = instants_of(writer).back().instant;
};

} // namespace

TEST_CASE_METHOD(Fixture, "the calendar is extended to two years ahead") {
  const auto before = instants_of(writer);
  // Two months after the table stopped reaching far enough.
  const auto now = last - std::chrono::years(2) + std::chrono::days(60);
  must(remote::extend_calendar(writer, now, log));
  const auto after = instants_of(writer);
  REQUIRE(after.size() > before.size());
  CHECK(std::equal(before.begin(), before.end(), after.begin(), [](const auto& a, const auto& b) {
    return a.date == b.date && a.released == b.released;
  }));
  CHECK(after.back().instant > now + std::chrono::days(700));
  for (auto row = after.begin() + static_cast<std::ptrdiff_t>(before.size()); row != after.end(); ++row) {
    CHECK(row->patch_tuesday);
    CHECK_FALSE(row->released);
    CHECK(row->instant == row->date + std::chrono::hours(row->zone == "PDT" ? 17 : 18));
  }
  CHECK(warnings.empty());
  // Once more in the same month there is nothing to do.
  must(remote::extend_calendar(writer, now, log, no_time_zones));
  CHECK(instants_of(writer).size() == after.size());
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Fixture, "no time zone is loaded while the calendar reaches far enough") {
  bool loaded = false;
  must(remote::extend_calendar(writer, instant("2026-09-08T00:00:00Z"), log, [&] {
    loaded = true;
    return no_time_zones();
  }));
  CHECK_FALSE(loaded);
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(Fixture, "without time zone data the crawl goes on with a warning") {
  const auto before = instants_of(writer).size();
  must(remote::extend_calendar(writer, last, log, no_time_zones));
  CHECK(instants_of(writer).size() == before);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("America/Los_Angeles") != std::string::npos);
  must(writer.checkpoint());
}
