#include "store_fixture.hpp"
#include <tagdb/base/file.hpp>
#include <tagdb/store/outbox.hpp>

using namespace tagdb;
using namespace tagdb::test;
using namespace std::chrono_literals;
using store::Outbox;
using store::TargetKind;

namespace {

const base::Instant k_now = instant("2025-04-08T18:00:00Z");
constexpr auto k_day = 24h;

store::OutboxEvent event(const std::string& id) {
  return {0, id, "mcr.microsoft.com", R"({"id":")" + id + R"("})"};
}

std::vector<std::string> ids(const std::vector<store::OutboxEvent>& events) {
  std::vector<std::string> names;
  for (const auto& one : events)
    names.push_back(one.id);
  return names;
}

using Ids = std::vector<std::string>;

class OutboxFixture {
 public:
  std::size_t put(const Ids& names, base::Instant at = k_now) {
    std::vector<store::OutboxEvent> events;
    for (const auto& name : names)
      events.push_back(event(name));
    return must(outbox.enqueue(events, at));
  }
  store::TargetId name(std::string_view secret, base::Instant at = k_now) {
    return must(outbox.name_target(TargetKind::command, secret, "a command", at));
  }
  std::vector<store::OutboxEvent> pending(store::TargetId target) {
    return must(outbox.pending(target, 100));
  }
  Ids waiting(store::TargetId target) { return ids(pending(target)); }
  void confirm(store::TargetId target, std::size_t events, base::Instant at = k_now) {
    must(outbox.confirm(target, pending(target).at(events - 1).number, at));
  }

  TempDir dir;
  std::filesystem::path path = dir / "t.sqlite";
  ManualClock clock;
  store::Writer writer = must(store::Writer::open(path, clock));
  Outbox outbox{writer};
};

} // namespace

TEST_CASE_METHOD(OutboxFixture, "nothing is kept while there is nobody to tell", "[store]") {
  CHECK(put({"a"}) == 0);
  const auto target = name("notify");
  CHECK(waiting(target).empty());
}

TEST_CASE_METHOD(OutboxFixture, "events wait in their order until they are confirmed", "[store]") {
  const auto target = name("notify");
  CHECK(put({"c", "a"}) == 2);
  CHECK(put({"b"}) == 1);
  CHECK(waiting(target) == Ids{"c", "a", "b"});
  CHECK(ids(must(outbox.pending(target, 2))) == Ids{"c", "a"});
  confirm(target, 2);
  CHECK(waiting(target) == Ids{"b"});
  CHECK(pending(target).front().document == R"({"id":"b"})");
}

TEST_CASE_METHOD(OutboxFixture, "an id is put in once, also after it was confirmed", "[store]") {
  const auto target = name("notify");
  CHECK(put({"a", "a"}) == 1);
  confirm(target, 1);
  CHECK(put({"a", "b"}) == 1);
  CHECK(waiting(target) == Ids{"b"});
}

TEST_CASE_METHOD(OutboxFixture, "one target does not wait for another", "[store]") {
  const auto one = name("one");
  const auto other = name("other");
  REQUIRE(one != other);
  put({"a", "b"});
  confirm(one, 2);
  CHECK(waiting(one).empty());
  CHECK(waiting(other) == Ids{"a", "b"});
  // What was confirmed stays so, whoever comes late with an older number.
  must(outbox.confirm(one, 1, k_now));
  CHECK(waiting(one).empty());
}

TEST_CASE_METHOD(OutboxFixture, "a target is told from its first run on", "[store]") {
  const auto one = name("one");
  put({"a"});
  const auto late = name("late");
  put({"b"});
  CHECK(waiting(one) == Ids{"a", "b"});
  CHECK(waiting(late) == Ids{"b"});
  CHECK(name("late") == late);
  CHECK(waiting(late) == Ids{"b"});
}

TEST_CASE_METHOD(OutboxFixture, "the same words for another kind are another target", "[store]") {
  const auto command = name("https://hooks.test/");
  CHECK(must(outbox.name_target(TargetKind::webhook, "https://hooks.test/", "x", k_now)) != command);
}

TEST_CASE_METHOD(OutboxFixture, "what everybody has confirmed goes, and its id later", "[store]") {
  const auto one = name("one");
  const auto other = name("other");
  put({"a", "b"});
  confirm(one, 2);
  confirm(other, 1);
  CHECK(waiting(other) == Ids{"b"});
  confirm(other, 1);
  must(writer.checkpoint());
  const auto rows = [&](const char* sql) {
    const auto db = must(store::Connection::open(path.string(), SQLITE_OPEN_READONLY, path.string()));
    return must(db->integer(sql));
  };
  CHECK(rows("SELECT count(*) FROM outbox_event") == 2);
  CHECK(rows("SELECT count(*) FROM outbox_event WHERE document IS NOT NULL") == 0);
  // Ninety days on the ids are no longer needed; numbers go on, so that nobody misses the next.
  must(outbox.confirm(one, 2, k_now + 91 * k_day));
  must(writer.checkpoint());
  CHECK(rows("SELECT count(*) FROM outbox_event") == 0);
  put({"c"}, k_now + 91 * k_day);
  CHECK(waiting(one) == Ids{"c"});
  CHECK(waiting(other) == Ids{"c"});
}

TEST_CASE_METHOD(OutboxFixture, "a target that nobody names any more is forgotten", "[store]") {
  const auto gone = name("gone");
  put({"a", "b"});
  const auto kept = name("kept", k_now + 89 * k_day);
  confirm(gone, 1);
  CHECK(must(outbox.forget_targets(k_now + 89 * k_day)).empty());
  const auto forgotten = must(outbox.forget_targets(k_now + 91 * k_day));
  REQUIRE(forgotten.size() == 1);
  CHECK(forgotten[0].id == gone);
  CHECK(forgotten[0].waiting == 1);
  CHECK(forgotten[0].label == "a command");
  const auto left = must(outbox.targets());
  REQUIRE(left.size() == 1);
  CHECK(left[0].id == kept);
  CHECK(left[0].waiting == 0);
}

TEST_CASE_METHOD(OutboxFixture, "naming a target again keeps it", "[store]") {
  name("notify");
  name("notify", k_now + 60 * k_day);
  CHECK(must(outbox.forget_targets(k_now + 100 * k_day)).empty());
  CHECK(must(outbox.targets()).front().added == k_now);
}

TEST_CASE_METHOD(OutboxFixture, "secrets are not in the file", "[store]") {
  const std::string secret = "curl -H 'X-Key: 0af7651916cd43dd8448eb211c80319c' https://hooks.test/T0";
  name(secret);
  put({"a"});
  must(writer.close());
  const auto bytes = must(base::read_file(path, 16u << 20)).value();
  CHECK(bytes.find("a command") != std::string::npos);
  CHECK(bytes.find("0af7651916cd43dd8448eb211c80319c") == std::string::npos);
  CHECK(bytes.find("hooks.test") == std::string::npos);
}

TEST_CASE_METHOD(OutboxFixture, "the mark of a look that is under way", "[store]") {
  CHECK_FALSE(must(outbox.dirty()).has_value());
  must(outbox.mark_dirty(k_now));
  must(outbox.mark_dirty(k_now + k_day)); // killed, and begun again: the first one counts
  const auto mark = must(outbox.dirty());
  REQUIRE(mark.has_value());
  CHECK(mark->marked == k_now);
  CHECK(mark->since == k_now);
  must(outbox.clear_dirty());
  CHECK_FALSE(must(outbox.dirty()).has_value());
}

TEST_CASE_METHOD(OutboxFixture, "what is not durable was never put in", "[store]") {
  const auto target = name("notify");
  must(outbox.mark_dirty(k_now));
  must(writer.checkpoint());
  put({"a"});
  must(outbox.clear_dirty());
  writer = must([&]() -> base::Result<store::Writer> {
    { const auto killed = std::move(writer); } // dropped without a checkpoint
    return store::Writer::open(path, clock);
  }());
  CHECK(waiting(target).empty());
  CHECK(must(outbox.dirty()).has_value());
}

TEST_CASE("events of a look can be dated before it", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = dir / "t.sqlite";
  {
    RecordBuilder record(path, clock);
    record.check(k_core, "2025-04-01T00:00:00Z");
    record.present("ltsc2019", TestImage("10.0.17763.7009"));
    record.present("1809", TestImage("10.0.17763.7009"));
    record.check(k_core, "2025-04-05T00:00:00Z");
    record.absent("1809");
    record.present("ltsc2019", TestImage("10.0.17763.7009"));
    record.close();
  }
  auto writer = must(store::Writer::open(path, clock));
  Outbox outbox(writer);
  must(outbox.mark_dirty(k_now));
  // A second look without 1809 would make it vanish on the fifth.
  CHECK(must(outbox.dirty())->since <= instant("2025-04-05T00:00:00Z"));
  CHECK(must(outbox.dirty())->since >= instant("2025-04-01T00:00:00Z"));
}
