#include "asking.hpp"
#include "support/catch.hpp"
#include "two_observers.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/history.hpp>
#include <tagdb/query/list.hpp>
#include <tagdb/query/truth.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

const TestImage k_march("10.0.17763.7009", "2025-03-06T02:00:00Z");
const TestImage k_april("10.0.17763.7136", "2025-04-03T02:00:00Z");
const TestImage k_repaired("10.0.17763.7249", "2025-04-12T02:00:00Z");
const TestImage k_march_2025("10.0.26100.3476", "2025-03-06T02:00:00Z");
const TestImage k_april_2025("10.0.26100.3775", "2025-04-03T02:00:00Z");
const TestImage k_oob_2025("10.0.26100.3781", "2025-04-12T02:00:00Z");

constexpr const char* k_core = "windows/servercore";
constexpr const char* k_nano = "windows/nanoserver";

/// April 2025 as a daily crawl saw it: facts of microsoft/Windows-Containers#583.
void april(RecordBuilder& record) {
  // Before.
  record.check(k_core, "2025-04-01T12:00:00Z")
      .present({"ltsc2019", "1809", "10.0.17763.7009", "1809-KB5053596"}, k_march)
      .present({"ltsc2025", "10.0.26100.3476"}, k_march_2025);
  record.check(k_nano, "2025-04-01T12:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, k_march);
  // Patch Tuesday: everything moves.
  record.check(k_core, "2025-04-08T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_april)
      .present("ltsc2025", k_april_2025)
      .at("2025-04-08T20:00:07Z")
      .present({"10.0.17763.7136", "1809-KB5055519"}, k_april)
      .present("10.0.26100.3775", k_april_2025);
  record.check(k_nano, "2025-04-08T20:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7136"}, k_april);
  // A day later the floating tags are back, and the explicit ones are not.
  record.check(k_core, "2025-04-09T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_march)
      .present("ltsc2025", k_march_2025);
  record.check(k_nano, "2025-04-09T20:05:00Z").present({"ltsc2019", "1809"}, k_march);
  // The out-of-band images: first only by explicit tag.
  record.check(k_core, "2025-04-16T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_march)
      .present("ltsc2025", k_march_2025)
      .present({"10.0.17763.7249", "1809-KB5059091"}, k_repaired)
      .present("10.0.26100.3781", k_oob_2025);
  record.check(k_nano, "2025-04-17T20:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7249"}, k_repaired);
  record.check(k_core, "2025-04-23T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_repaired)
      .present("ltsc2025", k_march_2025);
}

std::vector<Change> changes_of(const store::Reader& reader, const std::string& architecture = "amd64") {
  return must(changes(reader, Scope{t("2026-11-20"), std::nullopt, architecture}, {}));
}

/// "16T20:00:00 servercore:ltsc2019 lag 7009>7249 use 10.0.17763.7249": floating tags only.
std::string line_of(const Change& change) {
  const auto& event = change.event;
  const auto side = [](const std::optional<EventSide>& one) {
    return !one ? std::string("0") : one->revision ? std::to_string(one->revision->revision()) : "?";
  };
  std::string line = base::format_rfc3339(event.at).substr(8, 11) + " " +
                     change.repository.substr(change.repository.find('/') + 1) + ":" + change.tag + " " +
                     std::string(to_string(event.kind)) + " " + side(event.from) + ">" + side(event.to);
  if (!event.other.empty())
    line += " other " + event.other;
  if (!event.use.empty())
    line += " use " + event.use;
  return line;
}

std::vector<std::string> lines_of(const std::vector<Change>& changes) {
  std::vector<std::string> lines;
  for (const auto& change : changes)
    if (windows::parse_tag_name(change.tag).kind == windows::TagKind::floating)
      lines.push_back(line_of(change));
  return lines;
}

store::RepositoryRecord repository_of(const store::Reader& reader, std::string_view name = k_core) {
  for (auto& repository : must(reader.repositories()))
    if (repository.name == name)
      return repository;
  throw std::runtime_error("not crawled");
}

/// "lag 7009<7249 by 10.0.17763.7249 since 2025-04-16"; empty for none.
std::string words_of(const std::optional<FloatingTruth>& truth) {
  if (!truth)
    return "";
  std::string words =
      std::string(to_string(truth->state)) + " " + std::to_string(truth->revision->revision());
  if (truth->newest)
    words += "<" + std::to_string(truth->newest->revision()) + " by " + truth->newest_tag;
  if (truth->since)
    words += " since " + base::format_rfc3339(*truth->since).substr(0, 13);
  return words;
}

std::string truth_at(const store::Reader& reader, std::string_view tag, std::string_view at,
                     std::string_view repository = k_core, const std::string& architecture = "amd64") {
  const auto record = repository_of(reader, repository);
  const auto found = must(reader.find_tag(record.id, tag));
  const Scope scope{t("2026-11-20"), std::nullopt, architecture};
  return words_of(must(truth_of(reader, record, *found, scope, t(at))));
}

struct Story {
  std::string name;
  std::function<void(RecordBuilder&)> fill;
  std::vector<std::string> events;
  std::string truth; ///< of ltsc2019 now
};

const auto checked = [](RecordBuilder& record, std::string_view at) -> RecordBuilder& {
  return record.check(k_core, at);
};

} // namespace

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

TEST_CASE("lags, told from whole checks") {
  const std::vector<Story> stories = {
      {"an explicit tag comes first, the floating one follows",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .at("2025-04-08T20:00:05Z")
             .present("10.0.17763.7136", k_april);
         checked(r, "2025-04-09T20:00:00Z").present("ltsc2019", k_april);
       },
       {"08T20:00:05 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 moved 7009>7136",
        "09T20:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"one check asks the explicit tag first: no lag of four seconds",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("10.0.17763.7136", k_april)
             .at("2025-04-08T20:00:04Z")
             .present("ltsc2019", k_april);
       },
       {"08T20:00:04 servercore:ltsc2019 moved 7009>7136"},
       "current 7136"},
      {"a check that was killed between the two is judged by the next one",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.17763.7136", k_april)
             .abandon();
         checked(r, "2025-04-08T20:10:00Z").present("ltsc2019", k_april);
       },
       {"08T20:10:00 servercore:ltsc2019 moved 7009>7136"},
       "current 7136"},
      {"a killed check, and it lagged indeed",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("10.0.17763.7136", k_april).abandon();
         checked(r, "2025-04-08T20:10:00Z").present("ltsc2019", k_march);
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136"},
       "lag 7009<7136 by 10.0.17763.7136 since 2025-04-08T20"},
      {"the floating tag gave no answer: nothing is known of it then",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("10.0.17763.7136", k_april)
             .finish(store::CheckOutcome::partial);
       },
       {},
       "current 7009"},
      {"two newer ones: one lag, ended when the last is reached",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("10.0.17763.7136", k_april);
         checked(r, "2025-04-16T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.17763.7249", k_repaired);
         checked(r, "2025-04-17T20:00:00Z").present("ltsc2019", k_april);
         checked(r, "2025-04-18T20:00:00Z").present("ltsc2019", k_repaired);
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "17T20:00:00 servercore:ltsc2019 moved 7009>7136", "18T20:00:00 servercore:ltsc2019 moved 7136>7249",
        "18T20:00:00 servercore:ltsc2019 lagEnded 7009>7249"},
       "current 7249"},
      {"the explicit tag is withdrawn",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("10.0.17763.7136", k_april);
         checked(r, "2025-04-09T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
         checked(r, "2025-04-10T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 lagEnded 7009>7009"},
       "current 7009"},
      {"went back, and the explicit tag is withdrawn too: still a rollback",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present({"ltsc2019", "10.0.17763.7136"}, k_april);
         checked(r, "2025-04-09T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
         checked(r, "2025-04-10T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
       },
       {"08T20:00:00 servercore:ltsc2019 moved 7009>7136",
        "09T20:00:00 servercore:ltsc2019 rollback 7136>7009"},
       "rollback 7009 since 2025-04-09T20"},
      {"behind since the baseline: no event begins it, one ends it",
       [](RecordBuilder& r) {
         checked(r, "2025-04-10T12:00:00Z")
             .present({"ltsc2019", "10.0.17763.7009"}, k_march)
             .present("10.0.17763.7136", k_april);
         checked(r, "2025-04-11T12:00:00Z").present("ltsc2019", k_april);
       },
       {"11T12:00:00 servercore:ltsc2019 moved 7009>7136",
        "11T12:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"a rollback in the baseline, and out of it",
       [](RecordBuilder& r) {
         checked(r, "2025-04-10T12:00:00Z")
             .present("ltsc2019", k_april)
             .present("10.0.17763.7136", k_april)
             .abandon();
         checked(r, "2025-04-11T12:00:00Z").present("ltsc2019", k_march);
         checked(r, "2025-04-12T12:00:00Z").present("ltsc2019", k_repaired);
       },
       {"11T12:00:00 servercore:ltsc2019 rollback 7136>7009 use 10.0.17763.7136",
        "12T12:00:00 servercore:ltsc2019 moved 7009>7249"},
       "current 7249"},
      {"an explicit tag that cannot be had makes nothing lag",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).unpullable("10.0.17763.7136");
       },
       {},
       "current 7009"},
      {"one whose image is of another revision than its name says neither",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.17763.7136", TestImage(k_march).relisted());
       },
       {},
       "current 7009"},
      {"another build is another product",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.26100.3775", k_april_2025);
       },
       {},
       "current 7009"},
      {"a KB tag is no revision tag",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("1809-KB5055519", k_april);
       },
       {},
       "current 7009"},
      {"the other name of the product moves alone",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .at("2025-04-08T20:00:02Z")
             .present({"1809", "10.0.17763.7136"}, k_april);
         checked(r, "2025-04-09T20:00:00Z").present({"ltsc2019", "1809"}, k_april);
       },
       {"08T20:00:02 servercore:1809 moved 7009>7136",
        "08T20:00:02 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "08T20:00:02 servercore:ltsc2019 aliasDiffers 7009>7136 other 1809 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 moved 7009>7136",
        "09T20:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"two indexes of one revision do not differ",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present({"ltsc2019", "10.0.17763.7136"}, k_april)
             .present("1809", TestImage(k_april).relisted());
       },
       {"08T20:00:00 servercore:1809 moved 7009>7136", "08T20:00:00 servercore:ltsc2019 moved 7009>7136"},
       "current 7136"},
      {"it vanished while it lagged, and came back on the newest",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("10.0.17763.7136", k_april);
         checked(r, "2025-04-09T20:00:00Z").absent("ltsc2019");
         checked(r, "2025-04-10T20:00:00Z").absent("ltsc2019");
         checked(r, "2025-04-11T20:00:00Z").present("ltsc2019", k_april);
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 vanished 7009>0 use 10.0.17763.7009",
        "11T20:00:00 servercore:ltsc2019 reappeared 7009>7136",
        "11T20:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"published again: the explicit tag of the same revision",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", TestImage(k_march).relisted());
       },
       {"08T20:00:00 servercore:ltsc2019 republished 7009>7009 use 10.0.17763.7009"},
       "current 7009"},
  };
  for (const auto& story : stories) {
    INFO(story.name);
    const Record record(story.fill);
    CHECK(lines_of(changes_of(record.reader())) == story.events);
    CHECK(truth_at(record.reader(), "ltsc2019", "2026-01-01") == story.truth);
  }
}

TEST_CASE("what a second observer saw") {
  // The daily observer misses the rollback; the other one was there.
  const tagdb::test::TempDir folder;
  const auto path = folder / "tagdb.sqlite";
  const tagdb::test::ManualClock clock(t("2025-01-01"));
  {
    RecordBuilder own(path, clock);
    checked(own, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
    checked(own, "2025-04-08T20:00:00Z").present("ltsc2019", k_april).present("10.0.17763.7136", k_april);
    checked(own, "2025-04-23T20:00:00Z")
        .present("ltsc2019", k_repaired)
        .present("10.0.17763.7249", k_repaired);
    own.close();
  }
  const auto lines = [&] { return lines_of(changes_of(*must(store::Reader::open(path)))); };
  CHECK(lines() == std::vector<std::string>{"08T20:00:00 servercore:ltsc2019 moved 7009>7136",
                                            "23T20:00:00 servercore:ltsc2019 moved 7136>7249"});
  become_another_observer(path);
  {
    RecordBuilder other(path, clock);
    checked(other, "2025-04-09T20:00:00Z").present("ltsc2019", k_march);
    checked(other, "2025-04-17T20:00:00Z")
        .present("ltsc2019", k_march)
        .present("10.0.17763.7249", k_repaired);
    // A slow check of this observer, begun before the other one's and ended after it, had asked the floating
    // tag before it moved.
    checked(other, "2025-04-23T19:50:00Z")
        .present("ltsc2019", k_march)
        .at("2025-04-23T20:30:00Z")
        .present("10.0.17763.7249", k_repaired);
    other.close();
  }
  CHECK(lines() ==
        std::vector<std::string>{"08T20:00:00 servercore:ltsc2019 moved 7009>7136",
                                 "09T20:00:00 servercore:ltsc2019 rollback 7136>7009 use 10.0.17763.7136",
                                 "23T20:00:00 servercore:ltsc2019 moved 7009>7249"});
}

TEST_CASE("nothing is compared across architectures") {
  TestImage march("10.0.17763.7009", "2025-03-06T02:00:00Z", "multi");
  march.add("arm");
  TestImage april_arm_only = [] {
    TestImage image("10.0.17763.7136", "2025-04-03T02:00:00Z", "multi");
    image.add("arm");
    return image;
  }();
  const Record record([&](RecordBuilder& r) {
    r.check(k_nano, "2025-04-01T12:00:00Z")
        .present({"1809", "10.0.17763.7009"}, march)
        .present_bare("1809-amd64", march)
        .present_bare("1809-arm32v7", march, "arm")
        .present_bare("10.0.17763.7009-amd64", march)
        .present_bare("10.0.17763.7009-arm32v7", march, "arm");
    // Only the arm half of April is there, by a tag of its own.
    r.check(k_nano, "2025-04-08T20:00:00Z")
        .present("1809", march)
        .present_bare("1809-amd64", march)
        .present_bare("1809-arm32v7", march, "arm")
        .present_bare("10.0.17763.7136-arm32v7", april_arm_only, "arm");
  });
  CHECK(lines_of(changes_of(record.reader())) ==
        std::vector<std::string>{
            "08T20:00:00 nanoserver:1809-arm32v7 lag 7009>7136 use 10.0.17763.7136-arm32v7"});
  CHECK(lines_of(changes_of(record.reader(), "arm")) ==
        std::vector<std::string>{
            "08T20:00:00 nanoserver:1809 lag 7009>7136 use 10.0.17763.7136-arm32v7",
            "08T20:00:00 nanoserver:1809-arm32v7 lag 7009>7136 use 10.0.17763.7136-arm32v7"});
  CHECK(truth_at(record.reader(), "1809", "2025-05-01", k_nano) == "current 7009");
  CHECK(truth_at(record.reader(), "1809", "2025-05-01", k_nano, "arm") ==
        "lag 7009<7136 by 10.0.17763.7136-arm32v7 since 2025-04-08T20");
  CHECK(truth_at(record.reader(), "1809-amd64", "2025-05-01", k_nano) == "current 7009");
  CHECK(truth_at(record.reader(), "1809-arm32v7", "2025-05-01", k_nano) ==
        "lag 7009<7136 by 10.0.17763.7136-arm32v7 since 2025-04-08T20");
}
