#include "notifier.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/query/history.hpp>

#include <deque>

namespace {

using namespace tagdb;
using namespace tagdb::test;

const std::string k_core = "windows/servercore";
const TestImage k_a("10.0.17763.7009"), k_b("10.0.17763.7136");

/// Keeps what it gets; does what the script says, and then succeeds.
class ScriptedCourier final : public remote::Courier {
 public:
  struct Memory {
    std::vector<std::vector<std::string>> got; ///< ids of each document
    std::deque<base::Status> answers;
    std::function<void()> on_delivery;
  };
  explicit ScriptedCourier(Memory& memory) : m_memory(memory) {}
  base::Status deliver(std::string_view document) override {
    const auto parsed = must(base::JsonDocument::parse(document));
    const auto events = parsed.root().find("events").value();
    auto& ids = m_memory.got.emplace_back();
    for (std::size_t i = 0; i < events.size(); ++i)
      ids.emplace_back(events.at(i).string_at("id").value());
    if (m_memory.on_delivery)
      m_memory.on_delivery();
    if (m_memory.answers.empty())
      return {};
    auto answer = std::move(m_memory.answers.front());
    m_memory.answers.pop_front();
    return answer;
  }

 private:
  Memory& m_memory;
};

class NoPause final : public remote::Pause {
 public:
  void sleep(std::chrono::nanoseconds) override { ++slept; }
  int slept = 0;
};

base::Error refused() {
  return base::Error(base::ErrorKind::network, "the answer was HTTP 500");
}

class NotifierFixture {
 public:
  remote::Notifier notifier(const std::string& secret = "notify") {
    std::vector<remote::Recipient> recipients;
    if (!secret.empty())
      recipients.push_back({store::TargetKind::command, base::Secret(secret), "somebody",
                            std::make_unique<ScriptedCourier>(told[secret])});
    return {std::move(recipients), "amd64", clock, log, pause};
  }

  enum class Die { never, before_record };
  /// A run: one look that shows the tag at this image.
  void run(const std::string& at, const TestImage& image, Die die = Die::never,
           const std::string& secret = "notify") {
    clock.set(instant(at));
    auto own = notifier(secret);
    std::vector<query::Change> events;
    {
      RecordBuilder record(path, clock, "registry.test");
      must(own.begin(record.writer(), path));
      record.check(k_core, at).present("ltsc2019", image);
      record.flush();
      if (die == Die::before_record)
        return;
      const auto reader = must(store::Reader::open(path)).value();
      const query::Scope scope{.now = instant(at), .registry = std::nullopt};
      events = must(query::changes(
          reader, scope, {.since = instant(at) - std::chrono::seconds(1), .until = {}, .repository = {}}));
      must(own.record(record.writer(), events));
      record.close();
    }
    own.deliver(path);
  }
  std::string id(const std::string& at, const std::string& what = "moved") {
    return "registry.test/windows/servercore:ltsc2019@" + at + "/" + what;
  }

  TempDir dir;
  std::filesystem::path path = dir / "t.sqlite";
  ManualClock clock;
  std::vector<std::string> warnings;
  base::Log log{base::LogLevel::warning,
                [this](base::LogLevel, std::string_view line) { warnings.emplace_back(line); }};
  NoPause pause;
  std::map<std::string, ScriptedCourier::Memory> told;
  const std::string day1 = "2025-04-07T06:00:00Z", day2 = "2025-04-08T20:00:00Z",
                    day3 = "2025-04-09T20:00:00Z", day4 = "2025-04-10T20:00:00Z";
  using Documents = std::vector<std::vector<std::string>>;
};

} // namespace

TEST_CASE_METHOD(NotifierFixture, "what a look made known is told once") {
  run(day1, k_a);
  run(day2, k_b);
  run(day3, k_b);
  CHECK(told["notify"].got == Documents{{id(day2)}});
  CHECK(warnings.empty());
}

TEST_CASE_METHOD(NotifierFixture, "a failure is a warning, and the next run tells all in order") {
  run(day1, k_a);
  told["notify"].answers = {refused()};
  run(day2, k_b);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("somebody was not told: the answer was HTTP 500") == 0);
  run(day3, k_a);
  CHECK(told["notify"].got == Documents{{id(day2)}, {id(day2), id(day3, "rollback")}});
}

TEST_CASE_METHOD(NotifierFixture, "killed between the look and the outbox") {
  run(day1, k_a);
  run(day2, k_b, Die::before_record);
  CHECK(told["notify"].got.empty());
  // The next run's look shows nothing new.
  run(day3, k_b);
  CHECK(told["notify"].got == Documents{{id(day2)}});
  run(day4, k_b);
  CHECK(told["notify"].got.size() == 1);
}

TEST_CASE_METHOD(NotifierFixture, "killed twice in a row") {
  run(day1, k_a);
  run(day2, k_b, Die::before_record);
  run(day3, k_a, Die::before_record);
  run(day4, k_a);
  CHECK(told["notify"].got == Documents{{id(day2), id(day3, "rollback")}});
}

TEST_CASE_METHOD(NotifierFixture, "what a killed run saw is no news to a target of a later run") {
  run(day1, k_a);
  run(day2, k_b, Die::before_record);
  run(day3, k_b, Die::never, "late");
  CHECK(told["late"].got.empty());
  run(day4, k_a, Die::never, "late");
  CHECK(told["late"].got == Documents{{id(day4, "rollback")}});
  // And the one that was known has all of it, in order.
  run("2025-04-11T20:00:00Z", k_a);
  CHECK(told["notify"].got == Documents{{id(day2), id(day4, "rollback")}});
}

TEST_CASE_METHOD(NotifierFixture, "the database is free while somebody is told") {
  run(day1, k_a);
  bool free = false;
  told["notify"].on_delivery = [&] { free = store::Writer::open(path, clock).has_value(); };
  run(day2, k_b);
  CHECK(free);
}

TEST_CASE_METHOD(NotifierFixture, "another writer keeps it from confirming: it is told again") {
  run(day1, k_a);
  std::optional<store::Writer> other;
  told["notify"].on_delivery = [&] {
    if (!other)
      other.emplace(must(store::Writer::open(path, clock)));
  };
  run(day2, k_b);
  CHECK(pause.slept > 10);
  told["notify"].on_delivery = nullptr;
  must(other->close());
  run(day3, k_b);
  CHECK(told["notify"].got == Documents{{id(day2)}, {id(day2)}});
  run(day4, k_b);
  CHECK(told["notify"].got.size() == 2);
}

TEST_CASE_METHOD(NotifierFixture, "a target that is forgotten is said") {
  run(day1, k_a);
  run("2025-08-01T06:00:00Z", k_b, Die::never, "other");
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0] ==
        "somebody was not named since 2025-04-07 and is forgotten; 0 events it never had are dropped");
}

TEST_CASE_METHOD(NotifierFixture, "many events come in several documents, each of one registry") {
  std::vector<store::OutboxEvent> events;
  for (int i = 0; i < 1200; ++i)
    events.push_back(
        {0, std::to_string(i), i < 700 ? "a.test" : "b.test", R"({"id":")" + std::to_string(i) + R"("})"});
  auto own = notifier();
  {
    auto writer = must(store::Writer::open(path, clock));
    must(own.begin(writer, path));
    CHECK(must(store::Outbox(writer).enqueue(events, clock.now())) == 1200);
    must(writer.close());
  }
  own.deliver(path);
  std::vector<std::size_t> sizes;
  std::size_t next = 0;
  for (const auto& document : told["notify"].got) {
    sizes.push_back(document.size());
    for (const auto& each : document)
      CHECK(each == std::to_string(next++));
  }
  CHECK(sizes == std::vector<std::size_t>{500, 200, 500});
}

TEST_CASE("the document that is told") {
  const std::vector<store::OutboxEvent> events = {{1, "a", "r\"x", R"({"id":"a"})"},
                                                  {2, "b", "r\"x", R"({"id":"b"})"}};
  CHECK(remote::events_document(instant("2025-04-08T20:00:00Z"), events) ==
        R"({"schema":1,"asOf":"2025-04-08T20:00:00Z","registry":"r\"x","events":[{"id":"a"},{"id":"b"}]})"
        "\n");
}
