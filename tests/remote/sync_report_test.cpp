#include "support/catch.hpp"
#include "support/record_builder.hpp"
#include "sync_report.hpp"
#include <tagdb/base/json.hpp>

using namespace tagdb;
using store::CheckOutcome;

namespace {

sync::RepositoryReport report(std::string name, CheckOutcome outcome, std::uint64_t failed = 0,
                              std::uint64_t known = 0) {
  sync::RepositoryReport r{.repository = test::must(oci::RepositoryName::parse(name)),
                           .check = store::CheckId{7},
                           .outcome = outcome,
                           .counts = {},
                           .failures = {},
                           .error = {}};
  for (std::uint64_t i = 0; i < failed + known; ++i)
    r.failures.push_back({.reference = name + ":t" + std::to_string(i),
                          .stage = "resolve",
                          .code = "MANIFEST_UNKNOWN",
                          .message = "not there",
                          .advice = i == 0 ? "look elsewhere" : "",
                          .status = 404,
                          .tries = 1,
                          .known = i >= failed});
  r.counts.failed = failed;
  r.counts.known = known;
  if (outcome == CheckOutcome::failed)
    r.error = base::Error(base::ErrorKind::network, "no way there");
  return r;
}

remote::SyncResult result(std::vector<sync::RepositoryReport> reports, bool deadline = false) {
  return {.as_of = test::instant("2020-02-20T01:02:03Z"),
          .registry = "registry.test",
          .database = "/data/tagdb.sqlite",
          .repositories = std::move(reports),
          .events = {},
          .deadline_passed = deadline};
}

} // namespace

TEST_CASE("how a sync ends") {
  struct Case {
    std::string name;
    std::vector<sync::RepositoryReport> reports;
    bool strict, deadline;
    CheckOutcome outcome;
    int code;
  };
  const auto complete = report("a", CheckOutcome::complete);
  const std::vector<Case> cases = {
      {"all well", {complete, complete}, false, false, CheckOutcome::complete, 0},
      {"a new failure",
       {complete, report("b", CheckOutcome::complete, 1)},
       false,
       false,
       CheckOutcome::complete,
       8},
      {"a known failure",
       {report("b", CheckOutcome::complete, 0, 3)},
       false,
       false,
       CheckOutcome::complete,
       0},
      {"a known failure, strictly",
       {report("b", CheckOutcome::complete, 0, 3)},
       true,
       false,
       CheckOutcome::complete,
       8},
      {"some got no answer",
       {complete, report("b", CheckOutcome::partial, 1)},
       false,
       false,
       CheckOutcome::partial,
       8},
      {"one list of two failed",
       {report("a", CheckOutcome::failed), complete},
       false,
       false,
       CheckOutcome::partial,
       8},
      {"all lists failed", {report("a", CheckOutcome::failed)}, false, false, CheckOutcome::failed, 8},
      {"stopped",
       {complete, report("b", CheckOutcome::interrupted)},
       false,
       false,
       CheckOutcome::interrupted,
       130},
      {"stopped after a failure",
       {report("a", CheckOutcome::failed), report("b", CheckOutcome::interrupted)},
       false,
       false,
       CheckOutcome::interrupted,
       130},
      {"the deadline", {report("b", CheckOutcome::interrupted)}, false, true, CheckOutcome::interrupted, 8},
      {"done just before the deadline", {complete}, false, true, CheckOutcome::complete, 0},
  };
  for (const auto& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const auto r = result(c.reports, c.deadline);
      CHECK(remote::outcome_of(r) == c.outcome);
      CHECK(remote::exit_code_of(r, c.strict) == c.code);
      CHECK(remote::interruption_line(r).has_value() == (c.outcome == CheckOutcome::interrupted));
    }
  }
}

TEST_CASE("the document of a sync") {
  auto r = result({report("windows/servercore", CheckOutcome::complete, 1, 1)});
  r.repositories[0].counts.listed = 808;
  r.repositories[0].counts.bytes = 12'345'678'901;
  const auto text = remote::sync_document(r);
  const auto document = base::JsonDocument::parse(text);
  REQUIRE(document);
  const auto root = document->root();
  CHECK(text.rfind(R"({"schema":1,"asOf":"2020-02-20T01:02:03Z",)", 0) == 0);
  CHECK(root.string_at("outcome") == "complete");
  const auto checks = *root.find("checks");
  REQUIRE(checks.size() == 1);
  CHECK(checks.at(0).string_at("repository") == "windows/servercore");
  CHECK(checks.at(0).integer_at("listed") == 808);
  CHECK(checks.at(0).integer_at("bytes") == 12'345'678'901);
  CHECK(checks.at(0).integer_at("failed") == 1);
  CHECK(checks.at(0).integer_at("known") == 1);
  CHECK(root.find("events")->size() == 0);
  const auto failures = *root.find("failures");
  REQUIRE(failures.size() == 2);
  CHECK(failures.at(0).string_at("reference") == "windows/servercore:t0");
  CHECK(failures.at(0).string_at("stage") == "resolve");
  CHECK(failures.at(0).string_at("code") == "MANIFEST_UNKNOWN");
  CHECK(failures.at(0).integer_at("status") == 404);
  CHECK(failures.at(0).integer_at("tries") == 1);
  CHECK(failures.at(0).string_at("advice") == "look elsewhere");
  CHECK(failures.at(0).find("known")->boolean() == false);
  CHECK(failures.at(1).find("known")->boolean() == true);
  CHECK(failures.at(1).find("advice")->is_null());
}

TEST_CASE("what failed, for people") {
  CHECK(remote::failure_lines(result({report("a", CheckOutcome::complete)})).empty());
  auto r = result({report("a", CheckOutcome::complete, 3, 2)});
  auto lines = remote::failure_lines(r, 2);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "a:t0: not there; look elsewhere");
  CHECK(lines[1] == "a:t1: not there");
  CHECK_THAT(lines[2], Catch::Contains("1 more") && Catch::Contains("/data/tagdb.sqlite"));
  CHECK_THAT(lines[3], Catch::Contains("2 things are refused"));

  r.repositories[0].failures[0].message = "\x1b[2J\nboo";
  lines = remote::failure_lines(r, 2);
  CHECK(lines[0].find('\x1b') == std::string::npos);
  CHECK(lines[0].find('\n') == std::string::npos);
}

TEST_CASE("a sync, for people") {
  auto r = result({report("windows/servercore", CheckOutcome::partial, 1, 2),
                   report("windows/nothing", CheckOutcome::failed)});
  auto& first = r.repositories[0];
  first.asked = 41;
  first.fresh = 3;
  first.moved = 2;
  first.counts.listed = 808;
  first.counts.fetched = 7;
  first.counts.requests = 57;
  first.counts.bytes = 31'000;
  first.took = std::chrono::milliseconds(1240);
  CHECK(remote::sync_text(r) ==
        "registry.test\n"
        "  windows/servercore: 808 tags listed, 41 asked, 3 new, 2 moved, 3 failed (2 of them known); "
        "7 fetched, 57 requests, 31.0 kB, 1.2 s (partial)\n"
        "  windows/nothing: its tags could not be listed\n");
}

TEST_CASE("what a dry run says") {
  sync::Plan plan;
  plan.asks = {{"ltsc2019", sync::AskReason::floating}, {"1809-KB1", sync::AskReason::fresh}};
  for (int i = 0; i < 20; ++i)
    plan.asks.push_back({"s" + std::to_string(i), sync::AskReason::sample});
  plan.skipped = 99;
  const std::vector<remote::PlannedRepository> planned = {
      {test::must(oci::RepositoryName::parse("windows/servercore")), plan}};
  const auto document = base::JsonDocument::parse(
      remote::plan_document(test::instant("2020-02-20T00:00:00Z"), "registry.test", planned));
  REQUIRE(document);
  const auto item = document->root().find("items")->at(0);
  CHECK(item.find("asks")->size() == 22);
  CHECK(item.find("asks")->at(1).string_at("reason") == "new");
  CHECK(item.integer_at("skipped") == 99);

  const auto text = remote::plan_text("registry.test", planned);
  CHECK_THAT(text, Catch::Contains("would ask for 22 tags, 99 not due"));
  CHECK_THAT(text, Catch::Contains("floating        1  ltsc2019"));
  CHECK_THAT(text, Catch::Contains("s11 ...") && !Catch::Contains("s12"));
}
