#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/release.hpp>

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

/// "2026-10B derived" with " created" where that decided, " KB5100001", " superseded by …", " out of band".
std::string words_of(const std::optional<ReleaseAnswer>& release) {
  if (!release)
    return "-";
  std::string text = release->label.to_string();
  text += release->source == ReleaseAnswer::Source::derived ? " derived" : " reference";
  if (release->kb)
    text += " " + release->kb->to_string();
  if (release->published)
    text += " " + windows::format_day(*release->published);
  if (release->out_of_band)
    text += " out of band";
  if (release->superseded_by)
    text += " superseded by " + release->superseded_by->to_string();
  if (release->from_created)
    text += " created";
  return text;
}

std::string release_in(const Record& record, std::string_view revision,
                       std::string_view architecture = "amd64") {
  const auto version = must(windows::OsVersion::parse_lenient(revision));
  const auto knowledge = must(record.reader().knowledge(version.build()));
  return words_of(must(release_of_revision(
      record.reader(), knowledge, must(record.reader().repositories()).front().id, version, architecture)));
}

TestImage next(const std::string& revision, const std::string& created) {
  return TestImage("10.0.17763." + revision, created);
}

/// The autumn after the reference ends (2026-09-08): a regular release each month, and more in October.
void autumn(RecordBuilder& record) {
  const auto look = [&](std::string_view at) -> RecordBuilder& {
    return record.check("windows/servercore", at)
        .present({"ltsc2019", "10.0.17763.9020"}, TestImage("10.0.17763.9020", "2026-06-30T02:00:00Z"));
  };
  look("2026-10-10T12:00:00Z");
  look("2026-10-13T16:59:59Z").present("10.0.17763.9300", next("9300", "2026-10-06T02:00:00Z"));
  look("2026-10-14T02:00:00Z")
      .present({"10.0.17763.9310", "1809-KB5100001"}, next("9310", "2026-10-07T02:00:00Z"));
  look("2026-10-24T02:00:00Z").present("10.0.17763.9320", next("9320", "2026-10-22T02:00:00Z"));
  look("2026-10-30T02:00:00Z").present("10.0.17763.9330", next("9330", "2026-10-28T02:00:00Z"));
  look("2026-11-11T02:00:00Z")
      .present_bare("10.0.17763.9400-amd64", next("9400", "2026-11-04T02:00:00Z"))
      .present("1809-KB5100002", next("9400", "2026-11-04T02:00:00Z"));
}

} // namespace

TEST_CASE("the release of a revision that the reference does not list") {
  const Record record(autumn);
  struct Case {
    std::string name, revision, expected;
  };
  const std::vector<Case> cases = {
      {"seen a second before the release: of the one before", "17763.9300", "2026-09B derived"},
      {"seen after the release", "17763.9310", "2026-10B derived KB5100001"},
      {"a further one of the month", "17763.9320", "2026-10 OOB derived out of band"},
      {"and one more", "17763.9330", "2026-10 OOB derived out of band"},
      {"the next month, by a tag with an architecture", "17763.9400", "2026-11B derived KB5100002"},
      {"no image of it", "17763.9410", "-"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK(release_in(record, c.revision) == c.expected);
  }
  CHECK(release_in(record, "17763.9310", "arm64") == "-");
}

TEST_CASE("the reference speaks first") {
  const Record record(autumn);
  struct Case {
    std::string revision, expected;
  };
  const std::vector<Case> cases = {
      {"17763.1040", "2020-02B reference KB4546852 2020-02-18 out of band"},
      {"17763.1039", "2020-02B reference KB4532691 2020-02-11 superseded by 10.0.17763.1040"},
      {"14393.2972", "2019-05 OOB reference KB4505052 2019-05-19 out of band"},
      {"17763.973", "2020-01B reference KB4534273 2020-01-14"},
      {"17763.1554", "-"}, // hosts alone have it
  };
  for (const auto& c : cases) {
    INFO(c.revision);
    CHECK(release_in(record, c.revision) == c.expected);
  }
}

TEST_CASE("on a first crawl the creation date decides, and is said to") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2026-11-20T12:00:00Z")
        .present("10.0.17763.9300", next("9300", "2026-10-06T02:00:00Z"))
        .present("10.0.17763.9310", next("9310", "2026-10-13T17:00:00Z"))
        .present("10.0.17763.9400", next("9400", "2026-10-13T17:00:01Z"))
        .present("10.0.17763.9500", next("9500", "2099-01-01T00:00:00Z"))
        .present("10.0.17763.9600", TestImage("10.0.17763.9600", ""));
  });
  CHECK(release_in(record, "17763.9300") == "2026-10B derived created");
  CHECK(release_in(record, "17763.9310") == "2026-10 OOB derived out of band created");
  CHECK(release_in(record, "17763.9400") == "2026-11B derived created");
  CHECK(release_in(record, "17763.9500") == "-"); // no release that far is known
  CHECK(release_in(record, "17763.9600") == "-"); // and nothing is guessed without a date
}

TEST_CASE("where several releases fell due between two checks the creation date tells them apart") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2026-09-20T12:00:00Z")
        .present("ltsc2019", next("9020", "2026-06-30T02:00:00Z"));
    r.check("windows/servercore", "2026-11-20T12:00:00Z")
        .present("10.0.17763.9300", next("9300", "2026-10-06T02:00:00Z"))
        .present("10.0.17763.9400", next("9400", "2026-11-04T02:00:00Z"))
        .present("10.0.17763.9500", TestImage("10.0.17763.9500", ""));
  });
  CHECK(release_in(record, "17763.9300") == "2026-10B derived created");
  CHECK(release_in(record, "17763.9400") == "2026-11B derived created");
  CHECK(release_in(record, "17763.9500") == "2026-11 OOB derived out of band"); // the last one due
}

TEST_CASE("a check that was killed saw no list") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2026-10-10T12:00:00Z").abandon();
    r.check("windows/servercore", "2026-11-20T12:00:00Z")
        .present("10.0.17763.9300", next("9300", "2026-10-06T02:00:00Z"));
  });
  CHECK(release_in(record, "17763.9300") == "2026-10B derived created");
}

TEST_CASE("without a repository only the reference is asked") {
  const auto reader = must(store::Reader::built_in());
  const auto knowledge = must(reader.knowledge(17763));
  const auto ask = [&](std::uint32_t revision) {
    return words_of(must(release_of_revision(reader, knowledge, std::nullopt,
                                             windows::OsVersion(10, 0, 17763, revision), "amd64")));
  };
  CHECK(ask(1098) == "2020-03B reference KB4538461 2020-03-10");
  CHECK(ask(9300) == "-");
}

TEST_CASE("single rows tell what the tables tell") {
  const auto reader = must(store::Reader::built_in());
  const auto whole = must(reader.knowledge());
  const auto version_of = [](const auto& row) { return row ? row->version.to_string() : std::string("-"); };
  for (const std::uint32_t build : {14393u, 17134u, 17763u, 18363u, 26100u, 99999u}) {
    INFO(build);
    for (auto at = t("2016-06-01"); at < t("2026-12-01"); at += std::chrono::hours(1001)) {
      const auto row = must(reader.newest_release(build, at));
      const auto* known = whole.newest_release(build, at);
      CHECK(version_of(row) == version_of(known));
    }
    const auto rows = whole.releases_of_build(build);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const windows::Release* after = nullptr;
      for (std::size_t j = rows.size(); j-- > i + 1;)
        after = rows[j].superseded_by ? after : &rows[j];
      CHECK(version_of(must(reader.release_after(rows[i].version))) == version_of(after));
      const windows::Release* below = nullptr;
      for (std::size_t j = 0; j < i; ++j)
        below = rows[j].label == rows[i].label ? &rows[j] : below;
      CHECK(version_of(must(reader.release_below(rows[i].version, rows[i].label))) == version_of(below));
    }
  }
  for (auto at = t("2016-06-01"); at < t("2029-02-01"); at += std::chrono::hours(501)) {
    INFO(base::format_rfc3339(at));
    const auto row = must(reader.release_next(at));
    const auto* known = whole.first_at_or_after(at, windows::Knowledge::Which::b);
    REQUIRE(row.has_value() == (known != nullptr));
    if (row)
      CHECK(row->date == known->date);
  }
  const auto* some = whole.first_at_or_after(t("2020-02-11T18"), windows::Knowledge::Which::b);
  CHECK(must(reader.release_next(some->instant))->date == some->date); // at the instant itself
}

TEST_CASE("the revision tags above and below a revision, by number") {
  const Record record([](RecordBuilder& r) {
    auto& check = r.check("windows/servercore", "2020-02-19T12:00:00Z");
    for (const std::string revision : {"9", "97", "973", "1040", "1098", "10000"})
      check.present("10.0.17763." + revision, next(revision, "2020-01-08T02:00:00Z"));
    check.present_bare("10.0.17763.1040-amd64", next("1040", "2020-01-08T02:00:00Z"))
        .present("10.0.17763.1041_de-de", next("1041", "2020-01-08T02:00:00Z"))
        .present("10.0.1776.5000", TestImage("10.0.1776.5000"))
        .present("1809-KB4546852", next("1040", "2020-01-08T02:00:00Z"));
  });
  const auto id = must(record.reader().repositories()).front().id;
  const auto names = [](const std::vector<store::TagRecord>& tags) {
    std::string text;
    for (const auto& tag : tags)
      text += (text.empty() ? "" : " ") + tag.name.substr(5);
    return text;
  };
  const auto below = [&](std::uint32_t revision, std::size_t limit) {
    return names(must(record.reader().revision_tags_below(id, {10, 0, 17763, revision}, limit)));
  };
  const auto above = [&](std::uint32_t revision, std::size_t limit) {
    return names(must(record.reader().revision_tags_above(id, {10, 0, 17763, revision}, limit)));
  };
  CHECK(below(1098, 1) == "17763.1040");
  CHECK(below(1098, 9) == "17763.1040 17763.1040-amd64 17763.973 17763.97 17763.9");
  CHECK(below(973, 1) == "17763.97");
  CHECK(below(9, 1).empty());
  CHECK(above(973, 2) == "17763.10000 17763.1098");
  CHECK(above(973, 9) == "17763.10000 17763.1098 17763.1040 17763.1040-amd64");
  CHECK(above(10000, 9).empty());
}
