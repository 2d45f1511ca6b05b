#include "reference_files.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/lifecycle.hpp>

using namespace tagdb::windows;
using tagdb::base::parse_rfc3339;

TEST_CASE("the phase of support on a day; an end is the last supported day, whole") {
  struct Case {
    const char* name;
    std::string_view repository, tag, at, phase;
  };
  const Case cases[] = {
      {"before its release", "windows/servercore", "ltsc2022", "2021-08-17T23:59:59Z", "unreleased"},
      {"on the day of release", "windows/servercore", "ltsc2022", "2021-08-18T00:00:00Z", "mainstream"},
      {"last second of mainstream", "windows/servercore", "ltsc2022", "2026-10-13T23:59:59Z", "mainstream"},
      {"first second of extended", "windows/servercore", "ltsc2022", "2026-10-14T00:00:00Z", "extended"},
      {"in November 2026", "windows/servercore", "ltsc2022", "2026-11-23T12:00:00Z", "extended"},
      {"2016 has seven weeks left", "windows/servercore", "ltsc2016", "2027-01-12T23:59:59Z", "extended"},
      {"2016 has ended", "windows/servercore", "ltsc2016", "2027-01-13T00:00:00Z", "ended"},
      {"semi-annual: one end", "windows/servercore", "1803", "2019-11-13T00:00:00Z", "ended"},
      {"1809 outlives its host", "windows/nanoserver", "1809", "2021-01-01T00:00:00Z", "mainstream"},
      {"nano of 2016 ended early", "windows/nanoserver", "sac2016", "2018-10-10T00:00:00Z", "ended"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto* version = test_reference::knowledge().version_of_tag(each.repository, each.tag);
    REQUIRE(version);
    CHECK(to_string(support_phase(version->lifecycle, *parse_rfc3339(each.at))) == each.phase);
  }
}

TEST_CASE("without an end the phase is not known, and the end is the later one") {
  const Date day = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
  const Lifecycle open{day, std::nullopt, std::nullopt};
  CHECK(support_phase(open, day + std::chrono::hours(24)) == SupportPhase::unknown);
  CHECK(!end_of_support(open));
  const auto later = day + std::chrono::days(9);
  CHECK(end_of_support({day, day, std::nullopt}) == day);
  CHECK(end_of_support({day, day, later}) == later);
}
