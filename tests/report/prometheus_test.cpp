#include "support/catch.hpp"
#include <tagdb/report/prometheus.hpp>

#include <set>
#include <string>

using namespace tagdb;
using Catch::Matchers::Contains;

namespace {

base::Instant at(std::string_view text) {
  return *base::parse_rfc3339(text);
}

query::Status sample() {
  query::Status status;
  status.as_of = at("2025-04-24T06:00:00Z");
  query::RepositoryStatus repository;
  repository.registry = "mcr.microsoft.com";
  repository.repository = "windows/servercore";
  repository.freshness.last_complete = at("2025-04-23T20:00:00Z");
  repository.freshness.stale = true;
  repository.outcome = store::CheckOutcome::complete;
  status.repositories.push_back(repository);
  query::VersionStatus version;
  version.registry = repository.registry;
  version.repository = repository.repository;
  version.truth.tag.name = "ltsc2019";
  version.truth.revision = windows::OsVersion(10, 0, 17763, 7009);
  version.truth.newest = windows::OsVersion(10, 0, 17763, 7136);
  version.truth.newest_tag = "10.0.17763.7136";
  version.state = query::VersionState::lag;
  version.behind = 1;
  version.landed = false;
  version.warnings = {{"lag", "it lags"}, {"endOfSupport", "soon"}};
  status.versions.push_back(version);
  return status;
}

} // namespace

TEST_CASE("a status in Prometheus' words") {
  const auto text = report::prometheus(sample());
  const std::string labels = R"({registry="mcr.microsoft.com",repository="windows/servercore")";
  for (const auto& line : {
           std::string("tagdb_status_timestamp_seconds 1745474400\n"),
           "tagdb_last_complete_check_timestamp_seconds" + labels + "} 1745438400\n",
           "tagdb_data_complete" + labels + "} 1\n",
           "tagdb_data_stale" + labels + "} 1\n",
           "tagdb_floating_tag_state" + labels + R"(,tag="ltsc2019",state="lag"} 1)" + "\n",
           "tagdb_floating_tag_state" + labels + R"(,tag="ltsc2019",state="current"} 0)" + "\n",
           "tagdb_releases_behind" + labels + R"(,tag="ltsc2019"} 1)" + "\n",
           "tagdb_release_landed" + labels + R"(,tag="ltsc2019"} 0)" + "\n",
           std::string("tagdb_floating_tags_in_trouble 1\n"),
       })
    CHECK_THAT(text, Contains(line));
}

TEST_CASE("what is not known has no series, and no metric without one") {
  query::Status status = sample();
  status.repositories[0].freshness.last_complete.reset();
  status.versions[0].landed.reset();
  const auto text = report::prometheus(status);
  for (const auto* metric : {"tagdb_last_complete_check", "tagdb_release_landed", "tagdb_support_end",
                             "tagdb_next_release", "tagdb_due_release"})
    CHECK_THAT(text, !Contains(metric));
}

TEST_CASE("labels are escaped") {
  query::Status status = sample();
  status.versions[0].support = query::SupportAnswer{"a \"quoted\" \\ name\nin two lines", {}, {}, {}};
  status.versions[0].support_end = windows::Date(std::chrono::year(2029) / 1 / 9);
  CHECK_THAT(report::prometheus(status),
             Contains(R"(,product="a \"quoted\" \\ name\nin two lines"} 1862697600)"));
}

TEST_CASE("each metric has one HELP and one TYPE, before its series, and each series one value") {
  query::Status status = sample();
  status.versions.push_back(status.versions[0]);
  status.versions[1].truth.tag.name = "1809";
  const auto text = report::prometheus(status);
  std::set<std::string> typed, series;
  std::string current;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const auto line = text.substr(begin, end - begin);
    begin = end + 1;
    INFO(line);
    if (line.starts_with("# TYPE ")) {
      current = line.substr(7, line.find(' ', 7) - 7);
      CHECK(typed.insert(current).second);
    } else if (!line.starts_with("# HELP ")) {
      CHECK(line.substr(0, line.find_first_of("{ ")) == current);
      CHECK(series.insert(line.substr(0, line.rfind(' '))).second);
    }
  }
  CHECK(series.size() == 1 + 3 + 2 * (4 + 1 + 1 + 1) + 1);
}
