#include "support/catch.hpp"
#include <tagdb/report/changes_markdown.hpp>

#include <string>
#include <vector>

using namespace tagdb;
using Catch::Matchers::Contains;
using query::EventKind;

namespace {

base::Instant at(std::string_view text) {
  return *base::parse_rfc3339(text);
}

query::EventSide side(std::uint32_t revision, std::string_view kb = "") {
  query::EventSide side{oci::Digest::of(std::to_string(revision)), windows::OsVersion(10, 0, 17763, revision),
                        std::nullopt};
  if (!kb.empty())
    side.kb = *windows::Kb::parse(kb);
  return side;
}

query::Change change(std::string tag, EventKind kind, std::string_view when,
                     std::optional<query::EventSide> from, std::optional<query::EventSide> to,
                     std::string use = "") {
  query::Change change{"mcr.microsoft.com", "windows/servercore", std::move(tag), {}};
  change.event.kind = kind;
  change.event.at = at(when);
  change.event.from = std::move(from);
  change.event.to = std::move(to);
  change.event.use = std::move(use);
  return change;
}

windows::Knowledge knowledge() {
  windows::KnowledgeTables tables;
  windows::Version version;
  version.name = "Windows Server 2019";
  version.floating_tags = {"ltsc2019", "1809"};
  version.build = 17763;
  version.lifecycle.released = windows::Date(std::chrono::year(2018) / 11 / 13);
  version.lifecycle.mainstream_end = windows::Date(std::chrono::year(2024) / 1 / 9);
  version.lifecycle.extended_end = windows::Date(std::chrono::year(2029) / 1 / 9);
  version.repositories = {"windows/servercore"};
  tables.versions.push_back(version);
  return windows::Knowledge(std::move(tables));
}

std::string markdown(const std::vector<query::Change>& changes,
                     std::string_view until = "2025-04-24T06:00:00Z") {
  return report::changes_markdown(changes, knowledge(), {at("2025-04-01T00:00:00Z"), at(until)});
}

} // namespace

TEST_CASE("one row for a tag, from where it was to where it is") {
  const auto text = markdown({
      change("ltsc2019", EventKind::moved, "2025-04-08T20:00:00Z", side(7009), side(7136, "KB5055519")),
      change("ltsc2019", EventKind::rollback, "2025-04-09T20:00:00Z", side(7136), side(7009),
             "10.0.17763.7136"),
      change("ltsc2019", EventKind::moved, "2025-04-23T20:00:00Z", side(7009), side(7249, "KB5059091")),
  });
  CHECK_THAT(text, Contains("| image | from | to | KB | support | warnings |\n|---|---|---|---|---|---|\n"));
  CHECK_THAT(text, Contains("| `mcr.microsoft.com/windows/servercore:ltsc2019` | `10.0.17763.7009` | "
                            "`10.0.17763.7249` | [KB5059091](https://support.microsoft.com/help/5059091) | "
                            "extended until 2029-01-09 | went back from `10.0.17763.7136` to "
                            "`10.0.17763.7009` on 2025-04-09: use `10.0.17763.7136` |\n"));
}

TEST_CASE("warnings say what to do") {
  struct Case {
    EventKind kind;
    std::string words;
  };
  const std::vector<Case> cases = {
      {EventKind::lag, "lags behind `10.0.17763.7136` since 2025-04-08: use `10.0.17763.7136`"},
      {EventKind::lag_ended, "caught up on 2025-04-08"},
      {EventKind::alias_differs, "differs since 2025-04-08 from `1809`, which is at `10.0.17763.7136`: use"},
      {EventKind::republished, "the same revision, published again on 2025-04-08"},
      {EventKind::vanished, "vanished on 2025-04-08: use"},
      {EventKind::unpullable, "refused by the registry since 2025-04-08: use"},
      {EventKind::reappeared, "there again since 2025-04-08"},
  };
  for (const auto& c : cases) {
    auto one = change("ltsc2019", c.kind, "2025-04-08T20:00:00Z", side(7009), side(7136), "10.0.17763.7136");
    one.event.other = "1809";
    INFO(query::to_string(c.kind));
    CHECK_THAT(markdown({one}), Contains("| " + c.words));
  }
}

TEST_CASE("what only compares two tags moves neither") {
  const auto text = markdown({change("ltsc2019", EventKind::lag, "2025-04-08T20:00:00Z", side(7009),
                                     side(7136), "10.0.17763.7136")});
  CHECK_THAT(text, Contains("| `10.0.17763.7009` | `10.0.17763.7009` |"));
}

TEST_CASE("floating tags first, new tags in a list of their own") {
  const auto text = markdown({
      change("10.0.17763.7136", EventKind::first, "2025-04-08T20:00:00Z", {}, side(7136, "KB5055519")),
      change("1809-amd64", EventKind::moved, "2025-04-08T20:00:00Z", side(7009), side(7136)),
      change("ltsc2019", EventKind::moved, "2025-04-08T20:00:00Z", side(7009), side(7136)),
  });
  CHECK(text.find(":ltsc2019`") < text.find(":1809-amd64`"));
  CHECK_THAT(text, Contains("### New tags\n\n- `mcr.microsoft.com/windows/servercore:10.0.17763.7136` "
                            "[KB5055519](https://support.microsoft.com/help/5055519)\n"));
}

TEST_CASE("a product whose support has ended says so") {
  CHECK_THAT(markdown({change("ltsc2019", EventKind::moved, "2029-02-01T00:00:00Z", side(7009), side(7136))},
                      "2029-02-02T00:00:00Z"),
             Contains("| **ended** 2029-01-09 |"));
}

TEST_CASE("names from outside are no markup") {
  const auto text = markdown(
      {change("a|b`c\n@someone", EventKind::vanished, "2025-04-08T20:00:00Z", side(7009), std::nullopt)});
  CHECK_THAT(text, Contains("`` mcr.microsoft.com/windows/servercore:a\\|b`c @someone ``"));
}

TEST_CASE("nothing happened") {
  CHECK(markdown({}) == "## Windows base images\n\nWhat changed from 2025-04-01T00:00:00Z to "
                        "2025-04-24T06:00:00Z.\n\nNothing.\n");
}
