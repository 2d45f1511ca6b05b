#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/history.hpp>

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

constexpr const char* k_core = "windows/servercore";
const TestImage k_march("10.0.17763.7009", "2025-03-06T02:00:00Z");
const TestImage k_april("10.0.17763.7136", "2025-04-03T02:00:00Z");

/// Runs a story check by check, asking after each what it made known; in the end that is what changes tells.
class Story {
 public:
  RecordBuilder& check(std::string_view at) { return m_record.check(k_core, at); }
  RecordBuilder& record() { return m_record; }

  std::vector<std::string> events(store::CheckId check, const std::vector<std::string>& changed) {
    m_record.flush();
    const auto reader = *must(store::Reader::open(m_path));
    std::vector<std::string> lines;
    for (const auto& change : must(events_of_check(reader, m_scope, check, changed)))
      lines.push_back(change.tag + " " + std::string(to_string(change.event.kind)));
    return lines;
  }
  std::vector<std::string> all() {
    m_record.flush();
    const auto reader = *must(store::Reader::open(m_path));
    std::vector<std::string> lines;
    for (const auto& change : must(changes(reader, m_scope, {})))
      lines.push_back(change.tag + " " + std::string(to_string(change.event.kind)));
    return lines;
  }

 private:
  tagdb::test::TempDir m_folder;
  std::filesystem::path m_path = m_folder / "tagdb.sqlite";
  tagdb::test::ManualClock m_clock{t("2025-01-01")};
  RecordBuilder m_record{m_path, m_clock};
  Scope m_scope{t("2026-11-20"), std::nullopt, "amd64"};
};

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("the events of each check are those of the whole story") {
  Story story;
  auto& r = story.record();
  story.check("2025-04-01T12:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, k_march);
  const auto first = r.current_check();
  CHECK(story.events(first, {}) == Lines{});

  story.check("2025-04-08T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_march)
      .present("10.0.17763.7136", k_april);
  const auto second = r.current_check();
  CHECK(story.events(second, {"10.0.17763.7136"}) ==
        Lines{"10.0.17763.7136 first", "1809 lag", "ltsc2019 lag"});

  story.check("2025-04-09T20:00:00Z").present({"ltsc2019", "1809"}, k_march);
  const auto third = r.current_check();
  CHECK(story.events(third, {}) == Lines{});

  story.check("2025-04-10T20:00:00Z").present("ltsc2019", k_april).present("1809", k_march);
  const auto fourth = r.current_check();
  CHECK(story.events(fourth, {"ltsc2019"}) ==
        Lines{"1809 aliasDiffers", "ltsc2019 moved", "ltsc2019 lagEnded"});

  story.check("2025-04-11T20:00:00Z").present({"ltsc2019", "1809"}, k_april);
  const auto fifth = r.current_check();
  CHECK(story.events(fifth, {"1809"}) == Lines{"1809 moved", "1809 lagEnded"});

  CHECK(story.all() == Lines{"10.0.17763.7136 first", "1809 lag", "ltsc2019 lag", "1809 aliasDiffers",
                             "ltsc2019 moved", "ltsc2019 lagEnded", "1809 moved", "1809 lagEnded"});
  // Asked again, a check answers the same.
  CHECK(story.events(fourth, {"ltsc2019"}) ==
        Lines{"1809 aliasDiffers", "ltsc2019 moved", "ltsc2019 lagEnded"});
}

TEST_CASE("what a killed check had seen is told by the next whole one, once") {
  Story story;
  auto& r = story.record();
  story.check("2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
  story.check("2025-04-08T20:00:00Z").present("10.0.17763.7136", k_april).abandon();
  story.check("2025-04-08T21:00:00Z").present("ltsc2019", k_march);
  const auto next = r.current_check();
  CHECK(story.events(next, {}) == Lines{"ltsc2019 lag"});
  story.check("2025-04-08T22:00:00Z").present("ltsc2019", k_march);
  CHECK(story.events(r.current_check(), {}) == Lines{});
}

TEST_CASE("a floating tag that gave no answer is judged when it does") {
  Story story;
  auto& r = story.record();
  story.check("2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
  story.check("2025-04-08T20:00:00Z").present("10.0.17763.7136", k_april);
  const auto partial = r.current_check();
  must(r.writer().add_failure(
      partial, {"windows/servercore:ltsc2019", "resolve", "SERVER", "it broke", "", 500, 5, false}));
  r.finish(store::CheckOutcome::partial);
  CHECK(story.events(partial, {"10.0.17763.7136"}) == Lines{"10.0.17763.7136 first"});
  story.check("2025-04-08T21:00:00Z").present("ltsc2019", k_march);
  CHECK(story.events(r.current_check(), {}) == Lines{"ltsc2019 lag"});
  story.check("2025-04-08T22:00:00Z").present("ltsc2019", k_march);
  CHECK(story.events(r.current_check(), {}) == Lines{});
}

TEST_CASE("an absence is told when it is sure") {
  Story story;
  auto& r = story.record();
  story.check("2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
  story.check("2025-04-02T12:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7009");
  CHECK(story.events(r.current_check(), {"10.0.17763.7009"}) == Lines{});
  story.check("2025-04-03T12:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7009");
  CHECK(story.events(r.current_check(), {"10.0.17763.7009"}) == Lines{"10.0.17763.7009 vanished"});
}

TEST_CASE("the ids of a check's events are those of changes") {
  Story story;
  story.check("2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
  story.check("2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("10.0.17763.7136", k_april);
  const auto check = story.record().current_check();
  CHECK(story.events(check, {"10.0.17763.7136", "ltsc2019"}).size() == 2);
  CHECK(story.all().size() == 2);
}
