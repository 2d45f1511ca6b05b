#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/history.hpp>
#include <tagdb/query/truth.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

constexpr const char* k_nano = "windows/nanoserver";

/// Even revisions are images for amd64, odd ones for arm: two numbers of which one is odd were compared
/// across architectures.
class World {
 public:
  explicit World(unsigned seed) : m_random(seed) {}

  int pick(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(m_random); }

  const TestImage& image(int revision) {
    auto found = m_images.find(revision);
    if (found == m_images.end()) {
      TestImage image("10.0.17763." + std::to_string(revision), "2025-03-06T02:00:00Z");
      image.add("arm");
      found = m_images.emplace(revision, std::move(image)).first;
    }
    return found->second;
  }

  /// What the registry shows: names to revisions.
  void change() {
    const int parity = pick(2);
    auto& newest = m_newest[parity];
    switch (pick(5)) {
    case 0: // a new image, by explicit tag
    case 1: {
      newest += 2;
      tags["10.0.17763." + std::to_string(newest) + (parity == 0 ? "" : "-arm32v7")] = newest;
      break;
    }
    case 2: // a floating tag goes somewhere
    case 3: {
      const auto name = m_floats[parity][static_cast<std::size_t>(pick(2))];
      const int somewhere = 100 + parity + 2 * pick((newest - 100) / 2 + 1);
      tags[name] = somewhere;
      break;
    }
    default: // an explicit tag is withdrawn
      for (auto tag = tags.begin(); tag != tags.end(); ++tag)
        if (tag->first.starts_with("10.") && pick(4) == 0) {
          tags.erase(tag);
          break;
        }
    }
  }

  std::map<std::string, int> tags{
      {"1809", 100}, {"ltsc2019", 100}, {"1809-arm32v7", 101}, {"ltsc2019-arm32v7", 101}};

 private:
  std::mt19937 m_random;
  int m_newest[2] = {100, 101};
  const std::vector<std::string> m_floats[2] = {{"1809", "ltsc2019"}, {"1809-arm32v7", "ltsc2019-arm32v7"}};
  std::map<int, TestImage> m_images;
};

std::string name_of(const Change& change) {
  return change.event.id;
}

} // namespace

TEST_CASE("random stories: nothing compared across architectures, and each check tells its part once") {
  std::size_t compared = 0;
  for (unsigned seed = 1; seed <= 25; ++seed) {
    World world(seed);
    const tagdb::test::TempDir folder;
    const auto path = folder / "tagdb.sqlite";
    const tagdb::test::ManualClock clock(t("2025-01-01"));
    RecordBuilder record(path, clock);
    const Scope scope{t("2026-11-20"), std::nullopt, "amd64"};
    std::map<std::string, int> before;
    std::map<std::string, int> gone; // how many looks did not find them
    std::vector<std::string> told;
    auto now = t("2025-02-01");
    for (int day = 0; day < 12; ++day) {
      for (int i = world.pick(4); i > 0; --i)
        world.change();
      now += std::chrono::hours(24);
      record.check(k_nano, base::format_rfc3339(now));
      const auto check = record.current_check();
      std::vector<std::string> changed;
      auto second = now;
      for (const auto& [name, revision] : world.tags) {
        record.at(base::format_rfc3339(second += std::chrono::seconds(world.pick(3))));
        record.present_bare(name, world.image(revision), revision % 2 == 0 ? "amd64" : "arm");
        if (const auto known = before.find(name); known == before.end() || known->second != revision)
          changed.push_back(name);
        gone.erase(name);
      }
      for (const auto& [name, revision] : before)
        if (world.tags.count(name) == 0)
          gone.try_emplace(name, 0);
      for (auto& [name, looks] : gone) {
        record.absent(name);
        if (looks++ < 2)
          changed.push_back(name);
      }
      before = world.tags;
      const bool killed = day > 0 && world.pick(6) == 0;
      if (killed)
        record.abandon();
      record.flush();
      const auto reader = *must(store::Reader::open(path));
      if (day > 0)
        for (const auto& change : must(events_of_check(reader, scope, check, changed)))
          told.push_back(name_of(change));
    }
    // A last whole look, so that nothing waits to be judged.
    now += std::chrono::hours(24);
    record.check(k_nano, base::format_rfc3339(now));
    const auto last = record.current_check();
    for (const auto& [name, revision] : world.tags)
      record.present_bare(name, world.image(revision), revision % 2 == 0 ? "amd64" : "arm");
    std::vector<std::string> changed;
    for (auto& [name, looks] : gone) {
      record.absent(name);
      if (looks < 2)
        changed.push_back(name);
    }
    record.flush();
    const auto reader = *must(store::Reader::open(path));
    for (const auto& change : must(events_of_check(reader, scope, last, changed)))
      told.push_back(name_of(change));

    std::vector<std::string> all;
    for (const auto& change : must(changes(reader, scope, {}))) {
      INFO("seed " << seed << " " << change.event.id);
      all.push_back(name_of(change));
      if (change.event.kind != EventKind::lag && change.event.kind != EventKind::lag_ended &&
          change.event.kind != EventKind::alias_differs)
        continue;
      ++compared;
      REQUIRE(change.event.from);
      REQUIRE(change.event.to);
      CHECK(change.event.from->revision->revision() % 2 == change.event.to->revision->revision() % 2);
      const bool arm = change.tag.find("arm32v7") != std::string::npos;
      if (!change.event.use.empty())
        CHECK(arm == (change.event.use.find("arm32v7") != std::string::npos));
    }
    // Every event is told by exactly one check. An absence is told when it is sure, dated from when it began.
    std::sort(told.begin(), told.end());
    std::sort(all.begin(), all.end());
    INFO("seed " << seed);
    CHECK(told == all);
  }
  CHECK(compared > 50);
}

TEST_CASE("random stories: a tag asked now and the sweep over all agree") {
  for (unsigned seed = 101; seed <= 125; ++seed) {
    World world(seed);
    const Record record([&](RecordBuilder& r) {
      auto now = t("2025-02-01");
      for (int day = 0; day < 8; ++day) {
        for (int i = world.pick(4); i > 0; --i)
          world.change();
        r.check(k_nano, base::format_rfc3339(now += std::chrono::hours(24)));
        for (const auto& [name, revision] : world.tags)
          r.present_bare(name, world.image(revision), revision % 2 == 0 ? "amd64" : "arm");
      }
    });
    const Scope scope{t("2026-11-20"), std::nullopt, "amd64"};
    const auto repository = must(record.reader().repositories()).front();
    const auto knowledge = must(record.reader().knowledge());
    const auto truths = must(truths_of(record.reader(), repository, scope, knowledge));
    CHECK(truths.size() == 4);
    for (const auto& swept : truths) {
      INFO("seed " << seed << " " << swept.tag.name);
      const auto asked = must(truth_of(record.reader(), repository, swept.tag, scope, scope.now));
      REQUIRE(asked);
      CHECK(to_string(asked->state) == to_string(swept.state));
      CHECK(asked->revision == swept.revision);
      if (asked->newest) {
        CHECK(asked->newest == swept.newest);
        CHECK(asked->newest_tag == swept.newest_tag);
      }
      if (asked->state == FloatingState::rollback && swept.since)
        CHECK(asked->since.has_value());
    }
  }
}
