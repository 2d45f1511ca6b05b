#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/history.hpp>

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

const TestImage k_march("10.0.17763.7009", "2025-03-06T02:00:00Z");
const TestImage k_april("10.0.17763.7136", "2025-04-03T02:00:00Z");
const TestImage k_repaired("10.0.17763.7249", "2025-04-12T02:00:00Z");

/// April 2025: the floating tags went back within a day, the explicit ones were right all along.
void april(RecordBuilder& record) {
  record.check("windows/servercore", "2025-04-01T12:00:00Z")
      .present({"ltsc2019", "10.0.17763.7009", "1809-KB5053596"}, k_march);
  record.check("windows/servercore", "2025-04-08T20:00:00Z")
      .present({"ltsc2019", "10.0.17763.7136", "1809-KB5055519"}, k_april);
  record.check("windows/servercore", "2025-04-09T20:00:00Z").present("ltsc2019", k_march);
  record.check("windows/servercore", "2025-04-23T20:00:00Z")
      .present({"ltsc2019", "10.0.17763.7249", "1809-KB5059091"}, k_repaired);
  record.check("windows/nanoserver", "2025-04-02T12:00:00Z").present("1809", k_march);
  record.check("windows/nanoserver", "2025-04-17T20:00:00Z").present("1809", k_repaired);
}

std::vector<Change> changes_of(const Record& record, std::string_view since = "", std::string_view until = "",
                               std::string_view repository = "") {
  ChangesOptions options;
  if (!since.empty())
    options.since = t(since);
  if (!until.empty())
    options.until = t(until);
  if (!repository.empty())
    options.repository = must(oci::RepositoryName::parse(repository));
  return must(changes(record.reader(), Scope{t("2026-11-20"), std::nullopt, "amd64"}, options));
}

std::vector<std::string> lines_of(const std::vector<Change>& changes) {
  std::vector<std::string> lines;
  for (const auto& change : changes)
    lines.push_back(base::format_date(change.event.at) + " " + change.repository + ":" + change.tag + " " +
                    std::string(to_string(change.event.kind)));
  return lines;
}

base::Result<std::vector<HistoryItem>> history_of(const Record& record, std::string_view reference) {
  return history(record.reader(), Scope{t("2026-11-20"), std::nullopt, "amd64"},
                 must(parse_reference_query(reference)));
}

} // namespace

TEST_CASE("the history of a tag, newest first, with what moved it") {
  const Record record(april);
  const auto items = must(history_of(record, "ltsc2019"));
  REQUIRE(items.size() == 4);
  struct Expected {
    std::string first_seen, revision, kb, event;
  };
  const Expected expected[] = {{"2025-04-23T20", "10.0.17763.7249", "KB5059091", "moved"},
                               {"2025-04-09T20", "10.0.17763.7009", "KB5053596", "rollback"},
                               {"2025-04-08T20", "10.0.17763.7136", "KB5055519", "moved"},
                               {"2025-04-01T12", "10.0.17763.7009", "KB5053596", ""}};
  for (std::size_t i = 0; i < items.size(); ++i) {
    INFO(i);
    CHECK(items[i].repository == "windows/servercore");
    CHECK(items[i].tag == "ltsc2019");
    CHECK(items[i].segment.first_seen == t(expected[i].first_seen));
    REQUIRE(items[i].side);
    CHECK(items[i].side->revision->to_string() == expected[i].revision);
    CHECK(items[i].side->kb->to_string() == expected[i].kb);
    CHECK((items[i].event ? std::string(to_string(items[i].event->kind)) : "") == expected[i].event);
  }
  CHECK(items[1].event->id == "mcr.microsoft.com/windows/servercore:ltsc2019@2025-04-09T20:00:00Z/rollback");
}

TEST_CASE("history takes what names a tag, and nothing else") {
  const Record record(april);
  CHECK(must(history_of(record, "nanoserver:1809")).size() == 2);
  CHECK(must(history_of(record, "17763.7136")).front().tag == "10.0.17763.7136");
  CHECK(must(history_of(record, "KB5055519")).front().tag == "1809-KB5055519");
  const auto digest = history_of(record, k_march.digest().to_string());
  REQUIRE_FALSE(digest);
  CHECK(digest.error().kind() == base::ErrorKind::usage);
  const auto unknown = history_of(record, "ltsc2091");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind() == base::ErrorKind::not_found);
  CHECK_THAT(unknown.error().hint(), Contains("ltsc2019"));
}

TEST_CASE("changes of all tags, oldest first, without the baseline") {
  const Record record(april);
  const auto all = changes_of(record);
  CHECK(lines_of(all) == std::vector<std::string>{
                             "2025-04-08 windows/servercore:10.0.17763.7136 first",
                             "2025-04-08 windows/servercore:1809-KB5055519 first",
                             "2025-04-08 windows/servercore:ltsc2019 moved",
                             "2025-04-09 windows/servercore:ltsc2019 rollback",
                             "2025-04-17 windows/nanoserver:1809 moved",
                             "2025-04-23 windows/servercore:10.0.17763.7249 first",
                             "2025-04-23 windows/servercore:1809-KB5059091 first",
                             "2025-04-23 windows/servercore:ltsc2019 moved",
                         });
  const auto& rollback = all[3].event;
  CHECK(all[3].registry == "mcr.microsoft.com");
  CHECK(rollback.from->revision->to_string() == "10.0.17763.7136");
  CHECK(rollback.from->kb->to_string() == "KB5055519");
  CHECK(rollback.to->revision->to_string() == "10.0.17763.7009");
  CHECK(rollback.to->digest == k_march.digest());
  // nanoserver has no KB tags here, and servercore's do not speak for it.
  CHECK_FALSE(all[4].event.to->kb);
}

TEST_CASE("changes between two times: since is outside, until inside") {
  const Record record(april);
  CHECK(lines_of(changes_of(record, "2025-04-08T20", "2025-04-17T20")) ==
        std::vector<std::string>{"2025-04-09 windows/servercore:ltsc2019 rollback",
                                 "2025-04-17 windows/nanoserver:1809 moved"});
  CHECK(lines_of(changes_of(record, "", "2025-04-30", "nanoserver")) ==
        std::vector<std::string>{"2025-04-17 windows/nanoserver:1809 moved"});
  CHECK(changes_of(record, "2025-04-24").empty());
}

TEST_CASE("a first crawl that was killed and a second one together are the baseline") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2025-04-01T12:00:00Z").present("ltsc2019", k_march).abandon();
    r.check("windows/servercore", "2025-04-02T12:00:00Z")
        .present("ltsc2019", k_march)
        .present("10.0.17763.7009", k_march)
        .unpullable("1709")
        .at("2025-04-02T12:00:30Z")
        .present("1809", k_march);
    r.check("windows/servercore", "2025-04-03T12:00:00Z").present("1903", k_march).unpullable("1803");
  });
  CHECK(lines_of(changes_of(record)) == std::vector<std::string>{
                                            "2025-04-03 windows/servercore:1803 unpullable",
                                            "2025-04-03 windows/servercore:1903 first",
                                        });
}

TEST_CASE("before any check was complete there is no news") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2025-04-01T12:00:00Z").present("ltsc2019", k_march).abandon();
    r.check("windows/servercore", "2025-04-02T12:00:00Z").present("1809", k_march).abandon();
  });
  CHECK(changes_of(record).empty());
}

TEST_CASE("changes of a repository that was not crawled") {
  const Record record(april);
  ChangesOptions options;
  options.repository = must(oci::RepositoryName::parse("windows/server"));
  const auto refused = changes(record.reader(), Scope{t("2026-11-20"), std::nullopt, "amd64"}, options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == base::ErrorKind::not_found);
  CHECK_THAT(refused.error().hint(), Contains("tagdb sync windows/server"));
}
