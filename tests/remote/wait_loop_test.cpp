#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "sync/fake_registry.hpp"
#include "wait_loop.hpp"
#include "wait_report.hpp"
#include <tagdb/base/json.hpp>

namespace {

using namespace tagdb;
using namespace tagdb::test;
using namespace std::chrono_literals;
using query::LandingState;

/// Time goes by at once, and what is to happen in it happens.
class ScriptedPause final : public remote::Pause {
 public:
  explicit ScriptedPause(ManualClock& clock) : m_clock(clock) {}
  void sleep(std::chrono::nanoseconds longest) override {
    m_clock.advance(longest);
    while (!m_script.empty() && m_script.begin()->first <= m_clock.now()) {
      const auto work = std::move(m_script.begin()->second);
      m_script.erase(m_script.begin());
      work();
    }
  }
  void at(std::string_view when, std::function<void()> work) { m_script[instant(when)] = std::move(work); }

 private:
  ManualClock& m_clock;
  std::map<base::Instant, std::function<void()>> m_script;
};

const TestImage k_march("10.0.20348.3328"), k_april("10.0.20348.3453"), k_march25("10.0.26100.3476"),
    k_april25("10.0.26100.3775");

class WaitFixture {
 public:
  WaitFixture() {
    options.db = dir / "t.sqlite";
    registry.tag("ltsc2022", k_march);
    registry.tag("ltsc2025", k_march25);
    registry.tag("10.0.20348.3328", k_march);
    registry.on_request = [this] { asked_at.push_back(clock.now()); };
  }

  base::Result<remote::WaitResult> wait(std::vector<std::string> names,
                                        std::optional<std::chrono::seconds> deadline = 24h,
                                        std::string_view due = "2025-04-08T17:00:00Z") {
    std::vector<remote::AwaitedTag> tags;
    for (const auto& name : names)
      tags.push_back({must(oci::RepositoryName::parse("windows/servercore")), name});
    net::ClientOptions client_options;
    client_options.retry.max_tries = 2;
    client_options.random_seed = 7;
    net::Client http(registry, clock, log, client_options);
    const auto endpoint = must(registry::Endpoint::parse("http://registry.test"));
    registry::RegistryClient client(http, endpoint, {}, clock, log);
    const auto shown = remote::make_progress_lines([this](std::string_view text) { said += text; }, clock);
    const remote::Stop stop(clock, deadline);
    const sync::Crawl crawl{client, clock, log, *shown, [&] { return stop.now(); }};
    remote::Pace pace(60s, [] { return 0.5; });
    remote::Notifier notifier({}, "amd64", clock, log, pause);
    const cli::Session session{options, clock, log};
    return remote::wait_for_release({session, crawl, endpoint, *shown, pause, pace, stop, notifier},
                                    {must(windows::ReleaseLabel::parse("2025-04B")), instant(due)},
                                    std::move(tags));
  }
  std::size_t lists() const {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = said.find("\"started\"", at)) != std::string::npos; ++at)
      ++count;
    return count;
  }

  TempDir dir;
  ManualClock clock{instant("2025-04-08T12:00:00Z")};
  FakeRegistry registry{clock};
  ScriptedPause pause{clock};
  cli::GlobalOptions options;
  std::vector<std::string> warnings;
  base::Log log{base::LogLevel::warning,
                [this](base::LogLevel, std::string_view line) { warnings.emplace_back(line); }};
  std::string said;
  std::vector<base::Instant> asked_at;
};

} // namespace

TEST_CASE_METHOD(WaitFixture, "nobody is asked before the hour, and then until it is there") {
  pause.at("2025-04-08T19:24:00Z", [&] { registry.tag("ltsc2022", k_april); });
  const auto result = must(wait({"ltsc2022"}));
  REQUIRE(result.landed());
  REQUIRE_FALSE(asked_at.empty());
  CHECK(asked_at.front() >= instant("2025-04-08T17:00:30Z"));
  CHECK(result.tags[0].revision->to_string() == "10.0.20348.3453");
  CHECK(*result.tags[0].at < instant("2025-04-08T19:40:00Z"));
  CHECK_FALSE(result.deadline_passed);
  CHECK_FALSE(result.interrupted);
  CHECK(lists() < 20);
  CHECK(remote::exit_code_of(result) == 0);
  CHECK_FALSE(remote::unfinished_line(result).has_value());
}

TEST_CASE_METHOD(WaitFixture, "a day of nothing is some hundred looks and a no") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  const auto result = must(wait({"ltsc2022", "ltsc2025"}));
  CHECK(result.deadline_passed);
  CHECK(remote::exit_code_of(result) == 9);
  CHECK(clock.now() >= instant("2025-04-09T17:00:00Z"));
  CHECK(clock.now() < instant("2025-04-09T17:00:10Z"));
  CHECK(lists() > 60);
  CHECK(lists() < 110);
  CHECK(remote::unfinished_line(result)->find("the deadline has passed: 2 of 2 tags had not landed") == 0);
}

TEST_CASE_METHOD(WaitFixture, "after one has arrived it looks again soon") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  pause.at("2025-04-08T22:00:00Z", [&] { registry.tag("ltsc2022", k_april); });
  pause.at("2025-04-08T22:16:00Z", [&] { registry.tag("ltsc2025", k_april25); });
  const auto result = must(wait({"ltsc2022", "ltsc2025"}));
  REQUIRE(result.landed());
  // Else it would have been a pause of a quarter of an hour.
  const auto first = *result.tags[0].at;
  CHECK(std::any_of(asked_at.begin(), asked_at.end(),
                    [&](const auto at) { return at > first + 30s && at < first + 90s; }));
}

TEST_CASE_METHOD(WaitFixture, "looks are added up") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  pause.at("2025-04-08T17:30:00Z", [&] { registry.tag("ltsc2022", k_april); });
  const auto result = must(wait({"ltsc2022"}));
  REQUIRE(result.looks.repositories.size() == 1);
  const auto& all = result.looks.repositories.front();
  CHECK(all.moved == 1);
  CHECK(all.counts.listed == 3);
  CHECK(all.counts.requests > 3 * lists() - 1);
  CHECK(all.outcome == store::CheckOutcome::complete);
  const auto parsed = must(base::JsonDocument::parse(remote::wait_document(result)));
  CHECK(parsed.root().string_at("outcome") == "complete");
  CHECK(parsed.root().find("checks")->size() == 1);
  CHECK(parsed.root().find("tags")->at(0).string_at("state") == "landed");
}

TEST_CASE_METHOD(WaitFixture, "a registry that is down for an hour is asked again") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  registry.always("list", FakeRegistry::status(503));
  pause.at("2025-04-08T18:00:00Z", [&] {
    registry.always("list", [](FakeRegistry& self, const net::Request& request) {
      return FakeRegistry::body(R"({"name":"windows/servercore","tags":["ltsc2022"]})",
                                "application/json")(self, request);
    });
    registry.tag("ltsc2022", k_april);
  });
  const auto result = must(wait({"ltsc2022"}));
  CHECK(result.landed());
  CHECK_FALSE(result.error.has_value());
  CHECK(warnings.size() == 1); // once, not with each look
}

TEST_CASE_METHOD(WaitFixture, "a registry that is never there is the error that ends it") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  registry.always("list", FakeRegistry::status(503));
  const auto result = must(wait({"ltsc2022"}, 2h));
  REQUIRE(result.error.has_value());
  CHECK(result.error->kind() == base::ErrorKind::network);
}

TEST_CASE_METHOD(WaitFixture, "a refusal for good ends it at once") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  registry.always("list", FakeRegistry::status(404, "NAME_UNKNOWN"));
  const auto result = wait({"ltsc2022"});
  REQUIRE_FALSE(result.has_value());
  INFO(result.error().to_string());
  CHECK(base::format_rfc3339(clock.now()) == "2025-04-08T17:00:00Z");
}

TEST_CASE_METHOD(WaitFixture, "the wall clock is set forward while it waits for the hour") {
  pause.at("2025-04-08T12:05:00Z", [&] {
    clock.set(instant("2025-04-08T17:00:00Z"));
    registry.tag("ltsc2022", k_april);
  });
  CHECK(must(wait({"ltsc2022"})).landed());
  CHECK(clock.now() < instant("2025-04-08T17:20:00Z"));
}

TEST_CASE_METHOD(WaitFixture, "while another writes, what it records counts") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  std::optional<RecordBuilder> other(std::in_place, options.db, clock, "registry.test");
  pause.at("2025-04-08T17:10:00Z", [&] {
    other->check("windows/servercore", "2025-04-08T17:10:00Z").present("ltsc2022", k_april);
    other->close();
    other.reset();
  });
  CHECK(must(wait({"ltsc2022"})).landed());
  CHECK(asked_at.empty());
}

TEST_CASE_METHOD(WaitFixture, "progress says what is missing, once a pause") {
  clock.set(instant("2025-04-08T17:00:00Z"));
  pause.at("2025-04-08T17:00:30Z", [&] { registry.tag("ltsc2022", k_april); });
  must(wait({"ltsc2022", "ltsc2025"}, 100s));
  std::vector<std::string> lines;
  for (std::size_t at = 0; (at = said.find(R"({"progress":"waiting")", at)) != std::string::npos; ++at)
    lines.push_back(said.substr(at, said.find('\n', at) - at));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] ==
        R"({"progress":"waiting","release":"2025-04B","missing":["windows/servercore:ltsc2022",)"
        R"("windows/servercore:ltsc2025"],"awaited":2,"until":"2025-04-08T17:01:00Z","for":"look"})");
  CHECK(lines[1].find(R"("missing":["windows/servercore:ltsc2025"])") != std::string::npos);
}

TEST_CASE("the line of a wait on a terminal") {
  remote::Waiting state{.release = "2025-04B",
                        .missing = {"windows/servercore:ltsc2022", "windows/nanoserver:ltsc2022"},
                        .awaited = 6,
                        .until = {},
                        .left = 42s};
  CHECK(remote::draw_waiting(state, 200) == "waiting for 2025-04B: 2 of 6 missing, next look in 0:42: "
                                            "windows/servercore:ltsc2022 windows/nanoserver:ltsc2022");
  CHECK(remote::draw_waiting(state, 70) ==
        "waiting for 2025-04B: 2 of 6 missing, next look in 0:42: windows/se...");
  CHECK(remote::draw_waiting(state, 0).empty());
  state.release_hour = true;
  state.missing.clear();
  state.left = 5h;
  CHECK(remote::draw_waiting(state, 79) == "waiting for 2025-04B, due in 5:00:00");
}
