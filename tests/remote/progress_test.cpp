#include "progress.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include <tagdb/base/json.hpp>

using namespace tagdb;
using namespace std::chrono_literals;

namespace {

const auto k_repository = test::must(oci::RepositoryName::parse("windows/servercore"));

sync::ProgressState state(std::uint64_t done, std::uint64_t due, std::uint64_t failures = 0,
                          bool held = false) {
  sync::ProgressState s;
  s.tags_done = done;
  s.tags_due = due;
  s.failures = failures;
  s.held = held;
  return s;
}

} // namespace

TEST_CASE("what the bar shows") {
  struct Case {
    std::string name;
    sync::ProgressState state;
    std::optional<double> rate;
    int width;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"all of it", state(50, 100, 2), 25.0, 79,
       "r [====================>                   ] 50/100  2 failed  0:02 left  25/s"},
      {"no rate yet", state(0, 100), {}, 40, "r [>                             ] 0/100"},
      {"done", state(100, 100), 25.0, 40, "r [======================] 100/100  25/s"},
      {"nothing to do", state(0, 0), {}, 30, "r [======================] 0/0"},
      {"more done than due", state(7, 5), {}, 30, "r [======================] 7/5"},
      {"hours", state(0, 36'000), 2.0, 30, "r 0/36000  5:00:00 left  2/s"},
      {"a registry that asks to wait", state(5, 10, 0, true), 2.0, 40,
       "r 5/10  waiting, as the registry asks"},
      {"narrow: first the bar goes", state(50, 100, 2), 25.0, 37, "r 50/100  2 failed  0:02 left  25/s"},
      {"narrower: then the rate, then the title", state(50, 100, 2), 25.0, 30,
       "r 50/100  2 failed  0:02 left"},
      {"narrower still", state(50, 100, 2), 25.0, 11, "r 50/100"},
      {"too narrow for anything", state(50, 100, 2), 25.0, 3, "50/"},
      {"no room at all", state(50, 100), 25.0, 0, ""},
      {"a width that makes no sense", state(50, 100), 25.0, -1, ""},
  };
  for (const auto& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const auto text = remote::draw_bar("r", c.state, c.rate, c.width);
      CHECK(text == c.text);
      CHECK(text.size() <= static_cast<std::size_t>(std::max(c.width, 0)));
    }
  }
}

TEST_CASE("the rate follows what happens now") {
  remote::Rate rate;
  CHECK_FALSE(rate.per_second());
  rate.add(0, 0s);
  CHECK_FALSE(rate.per_second());
  rate.add(100, 1s);
  CHECK(*rate.per_second() == Approx(100));
  for (int i = 2; i < 40; ++i)
    rate.add(100, std::chrono::seconds(i));
  CHECK(*rate.per_second() < 1);
  for (int i = 40; i < 80; ++i)
    rate.add(100 + static_cast<std::uint64_t>(i - 39) * 10, std::chrono::seconds(i));
  CHECK(*rate.per_second() == Approx(10).epsilon(0.05));
}

TEST_CASE("the bar is drawn at most ten times a second, and goes away") {
  test::ManualClock clock;
  std::vector<std::string> shown;
  {
    const auto bar = remote::make_progress_bar([&](std::string_view text) { shown.emplace_back(text); },
                                               [] { return 60; }, clock);
    bar->repository_started(k_repository);
    REQUIRE(shown.size() == 1);
    CHECK_THAT(shown[0], Catch::Contains("windows/servercore: listing"));
    for (std::uint64_t i = 0; i <= 1000; ++i) {
      bar->update(state(i, 1000));
      clock.advance(1ms);
    }
    CHECK(shown.size() == 11);
    for (const auto& text : shown) {
      CHECK(text.substr(0, 1) == "\r");
      CHECK(text.find('\n') == std::string::npos);
    }
    bar->hide();
    CHECK(shown.back() == "\r\033[K");
    const auto before = shown.size();
    bar->hide();
    CHECK(shown.size() == before);
    bar->update(state(7, 1000)); // after a line of text it is drawn again at once
    CHECK(shown.size() == before + 1);
    bar->repository_finished(k_repository);
  }
  CHECK(shown.back() == "\r\033[K");
}

TEST_CASE("progress as lines of JSON") {
  test::ManualClock clock;
  std::string shown;
  const auto lines = remote::make_progress_lines([&](std::string_view text) { shown += text; }, clock);
  lines->repository_started(k_repository);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    lines->update(state(i, 2000));
    clock.advance(1ms);
  }
  lines->repository_finished(k_repository);
  std::vector<std::string> kinds;
  std::size_t begin = 0;
  for (auto end = shown.find('\n'); end != std::string::npos;
       begin = end + 1, end = shown.find('\n', begin)) {
    const auto document = base::JsonDocument::parse(std::string_view(shown).substr(begin, end - begin));
    REQUIRE(document);
    CHECK(document->root().string_at("repository") == "windows/servercore");
    CHECK(document->root().integer_at("tagsDone"));
    kinds.emplace_back(*document->root().string_at("progress"));
  }
  CHECK(begin == shown.size());
  CHECK(kinds == std::vector<std::string>{"started", "progress", "progress", "progress", "finished"});
}

TEST_CASE("silence is silent") {
  const auto none = remote::make_no_progress();
  none->repository_started(k_repository);
  none->update({});
  none->repository_finished(k_repository);
  none->hide();
}
