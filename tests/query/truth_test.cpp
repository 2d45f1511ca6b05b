#include "support/catch.hpp"
#include "truth_words.hpp"
#include <tagdb/query/list.hpp>

#include <algorithm>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

TEST_CASE("April 2025, event by event") {
  const Record record(april);
  CHECK(lines_of(changes_of(record.reader())) ==
        std::vector<std::string>{
            "08T20:00:00 servercore:1809 moved 7009>7136",
            "08T20:00:00 servercore:ltsc2019 moved 7009>7136",
            "08T20:00:00 servercore:ltsc2025 moved 3476>3775",
            "08T20:05:00 nanoserver:1809 moved 7009>7136",
            "08T20:05:00 nanoserver:ltsc2019 moved 7009>7136",
            "09T20:00:00 servercore:1809 rollback 7136>7009 use 10.0.17763.7136",
            "09T20:00:00 servercore:ltsc2019 rollback 7136>7009 use 10.0.17763.7136",
            "09T20:00:00 servercore:ltsc2025 rollback 3775>3476 use 10.0.26100.3775",
            "09T20:05:00 nanoserver:1809 rollback 7136>7009 use 10.0.17763.7136",
            "09T20:05:00 nanoserver:ltsc2019 rollback 7136>7009 use 10.0.17763.7136",
            "17T20:05:00 nanoserver:1809 moved 7009>7249",
            "17T20:05:00 nanoserver:ltsc2019 moved 7009>7249",
            "23T20:00:00 servercore:1809 moved 7009>7249",
            "23T20:00:00 servercore:ltsc2019 moved 7009>7249",
        });
}

TEST_CASE("April 2025, what a floating tag was at an instant") {
  const Record record(april);
  struct Case {
    std::string name, repository, tag, at, truth;
  };
  const std::vector<Case> cases = {
      {"before", k_core, "ltsc2019", "2025-04-02", "current 7009"},
      {"between two looks nothing is known to lag", k_core, "ltsc2019", "2025-04-05", "current 7009"},
      {"inside the check that saw it move", k_core, "ltsc2019", "2025-04-08T20:00:03Z", "current 7136"},
      {"on April's image", k_core, "ltsc2019", "2025-04-08T21", "current 7136"},
      {"back", k_core, "ltsc2019", "2025-04-10", "rollback 7009<7136 by 10.0.17763.7136 since 2025-04-09T20"},
      {"still back when the repaired image is there", k_core, "1809", "2025-04-20",
       "rollback 7009<7249 by 10.0.17763.7249 since 2025-04-09T20"},
      {"on again", k_core, "ltsc2019", "2025-04-24", "current 7249"},
      {"nanoserver is on a week earlier", k_nano, "ltsc2019", "2025-04-18", "current 7249"},
      {"ltsc2025 stays back", k_core, "ltsc2025", "2025-05-01",
       "rollback 3476<3781 by 10.0.26100.3781 since 2025-04-09T20"},
      {"before anyone looked", k_core, "ltsc2019", "2025-03-01", ""},
      {"no floating tag", k_core, "10.0.17763.7009", "2025-05-01", ""},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK(truth_at(record.reader(), c.tag, c.at, c.repository) == c.truth);
  }
}

TEST_CASE("truths of all floating tags now") {
  const Record record(april);
  const Scope scope{t("2026-11-20"), std::nullopt, "amd64"};
  const auto knowledge = must(record.reader().knowledge());
  std::vector<std::string> lines;
  for (const auto& truth : must(truths_of(record.reader(), repository_of(record.reader()), scope, knowledge)))
    lines.push_back(truth.tag.name + ": " + words_of(truth));
  CHECK(lines == std::vector<std::string>{
                     "1809: current 7249<7249 by 10.0.17763.7249",
                     "ltsc2019: current 7249<7249 by 10.0.17763.7249",
                     "ltsc2025: rollback 3476<3781 by 10.0.26100.3781 since 2025-04-09T20",
                 });
}

TEST_CASE("list and resolve warn of the same, and name the explicit tag") {
  const Record record(april);
  struct Case {
    std::string name, tag, at, code, use;
  };
  const std::vector<Case> cases = {
      {"went back", "ltsc2019", "2025-04-10", "rollback", "10.0.17763.7136"},
      {"is well", "ltsc2019", "2025-04-24", "", ""},
      {"went back and stays", "ltsc2025", "2025-04-24", "rollback", "10.0.26100.3781"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    ListOptions options;
    options.at = t(c.at);
    options.repository = must(oci::RepositoryName::parse(k_core));
    std::vector<Warning> listed;
    for (const auto& item :
         must(list(record.reader(), Scope{t("2026-11-20"), std::nullopt, "amd64"}, options)))
      if (item.tag.name == c.tag)
        listed = item.warnings;
    REQUIRE(listed.size() == (c.code.empty() ? 0U : 1U));
    if (c.code.empty())
      continue;
    CHECK(listed[0].code == c.code);
    CHECK(listed[0].message.find("tag " + c.use) != std::string::npos);
    const auto answer = record.answer(c.tag, c.at);
    CHECK(std::any_of(answer.warnings.begin(), answer.warnings.end(),
                      [&](const Warning& warning) { return warning.message == listed[0].message; }));
  }
}
