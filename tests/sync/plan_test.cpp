#include "support/catch.hpp"
#include <tagdb/sync/plan.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace tagdb;
using namespace std::chrono_literals;
using sync::AskReason;

namespace {

constexpr base::Instant k_now = base::Instant(std::chrono::sys_days(std::chrono::year(2020) / 3 / 20)) + 6h;
constexpr auto k_day = 24h;

store::KnownTag known(std::string name, std::chrono::seconds looked_at_ago = k_day,
                      std::chrono::seconds first_seen_ago = 100 * k_day) {
  store::KnownTag tag{};
  tag.kind = windows::parse_tag_name(name).kind;
  tag.name = std::move(name);
  tag.digest = oci::Digest::of(tag.name);
  tag.first_seen = k_now - first_seen_ago;
  tag.last_seen = k_now - looked_at_ago;
  return tag;
}

store::KnownTag absent(std::string name) {
  auto tag = known(std::move(name));
  tag.state = store::SpanState::absent;
  tag.digest.reset();
  return tag;
}

store::KnownTag unpullable(std::string name) {
  auto tag = known(std::move(name));
  tag.state = store::SpanState::unpullable;
  tag.digest.reset();
  return tag;
}

store::KnownTag incomplete(std::string name) {
  auto tag = known(std::move(name));
  tag.incomplete = true;
  return tag;
}

std::string to_text(AskReason reason) {
  switch (reason) {
  case AskReason::fresh:
    return "fresh";
  case AskReason::floating:
    return "floating";
  case AskReason::incomplete:
    return "incomplete";
  case AskReason::sample:
    return "sample";
  case AskReason::full:
    return "full";
  case AskReason::unlisted:
    return "unlisted";
  }
  return "?";
}

std::vector<std::string> asked(const sync::Plan& plan) {
  std::vector<std::string> asks;
  for (const auto& ask : plan.asks)
    asks.push_back(ask.tag + " " + to_text(ask.reason));
  return asks;
}

std::string revision(int number) {
  return "10.0.17763." + std::to_string(number);
}

} // namespace

TEST_CASE("what one look asks") {
  struct Case {
    std::string name;
    std::vector<std::string> listed;
    std::vector<store::KnownTag> known;
    store::CheckScope scope;
    std::optional<base::Instant> carry_on_from;
    std::vector<std::string> asks, still_absent;
    std::uint64_t skipped;
  };
  constexpr auto quiet = store::CheckScope::quiet;
  constexpr auto full = store::CheckScope::full;
  const std::vector<Case> cases = {
      {"nothing listed, nothing known", {}, {}, quiet, {}, {}, {}, 0},
      {"a first crawl asks everything, floating tags first",
       {"10.0.17763.1040", "1809", "1809-KB4546852", "ltsc2019-amd64"},
       {},
       quiet,
       {},
       {"1809 fresh", "ltsc2019-amd64 fresh", "10.0.17763.1040 fresh", "1809-KB4546852 fresh"},
       {},
       0},
      {"floating tags are asked, in every spelling",
       {"1809", "1809-amd64", "ltsc2019_amd64"},
       {known("1809", 1min), known("1809-amd64", 1min), known("ltsc2019_amd64", 1min)},
       quiet,
       {},
       {"1809 floating", "1809-amd64 floating", "ltsc2019_amd64 floating"},
       {},
       0},
      {"a tag of a kind of its own floats until 30 days unmoved",
       {"win10-21h1-preview", "win11-preview"},
       {known("win10-21h1-preview", 1h, 30 * k_day - 1s), known("win11-preview", 1h, 30 * k_day)},
       quiet,
       {},
       {"win10-21h1-preview floating"},
       {},
       1},
      {"a new tag beside known ones",
       {"10.0.17763.1039", "10.0.17763.1040"},
       {known("10.0.17763.1039", 1h)},
       quiet,
       {},
       {"10.0.17763.1040 fresh"},
       {},
       1},
      {"what is below a tag is lacking",
       {"10.0.17763.1039"},
       {incomplete("10.0.17763.1039")},
       quiet,
       {},
       {"10.0.17763.1039 incomplete"},
       {},
       0},
      {"known and gone from the list: asked",
       {"10.0.17763.1040"},
       {known("10.0.17763.1039", 1h), known("10.0.17763.1040", 1h), unpullable("10.0.17763.1041")},
       quiet,
       {},
       {"10.0.17763.1039 unlisted", "10.0.17763.1041 unlisted"},
       {},
       1},
      {"known to be absent and not listed: recorded without a request",
       {},
       {absent("10.0.17763.1039")},
       quiet,
       {},
       {},
       {"10.0.17763.1039"},
       0},
      {"absent and listed again",
       {"10.0.17763.1039"},
       {absent("10.0.17763.1039")},
       quiet,
       {},
       {"10.0.17763.1039 fresh"},
       {},
       0},
      {"a floating tag that is gone from the list is asked once, as unlisted",
       {},
       {known("1809")},
       quiet,
       {},
       {"1809 unlisted"},
       {},
       0},
      {"full asks every tag",
       {"10.0.17763.1039", "1809", "1809-KB4546852"},
       {known("10.0.17763.1039", 1min), known("1809", 1min), known("1809-KB4546852", 1min)},
       full,
       {},
       {"1809 floating", "10.0.17763.1039 full", "1809-KB4546852 full"},
       {},
       0},
      {"full that carries on leaves out what the first part saw, but for floating and incomplete tags",
       {"10.0.17763.1039", "10.0.17763.1040", "10.0.17763.973", "1809"},
       {known("10.0.17763.1039", 1h), incomplete("10.0.17763.1040"), known("10.0.17763.973", 3h),
        known("1809", 1h)},
       full,
       k_now - 2h,
       {"1809 floating", "10.0.17763.1040 incomplete", "10.0.17763.973 full"},
       {},
       1},
      {"the sample takes the one looked at longest ago",
       {"10.0.17763.1039", "10.0.17763.1040", "10.0.17763.973"},
       {known("10.0.17763.1039", 48h), known("10.0.17763.1040", 72h), known("10.0.17763.973", 24h)},
       quiet,
       {},
       {"10.0.17763.1040 sample"},
       {},
       2},
      {"no tag is sampled twice within twelve hours",
       {"10.0.17763.1039", "10.0.17763.1040"},
       {known("10.0.17763.1039", 12h - 1s), known("10.0.17763.1040", 11h)},
       quiet,
       {},
       {},
       {},
       2},
      {"a tag that is refused takes its turn like the others",
       {"10.0.17763.1039"},
       {unpullable("10.0.17763.1039")},
       quiet,
       {},
       {"10.0.17763.1039 sample"},
       {},
       0},
      {"known tags need not come in the order of names",
       {"10.0.17763.1039", "10.0.17763.1040"},
       {known("10.0.17763.1040", 1h), known("10.0.17763.1039", 1h)},
       quiet,
       {},
       {},
       {},
       2},
      {"names that differ in case are two tags",
       {"20H2", "20h2"},
       {known("20H2", 1h)},
       quiet,
       {},
       {"20H2 floating", "20h2 fresh"},
       {},
       0},
  };
  for (const auto& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const auto plan = sync::make_plan({c.listed, c.known, k_now, c.scope, c.carry_on_from});
      auto asks = asked(plan);
      auto expected = c.asks;
      CHECK(asks == expected);
      CHECK(plan.still_absent == c.still_absent);
      CHECK(plan.skipped == c.skipped);
    }
  }
}

TEST_CASE("the size of the sample is a thirtieth, rounded up") {
  const auto [tags, sampled] =
      GENERATE(table<int, std::size_t>({{1, 1}, {29, 1}, {30, 1}, {31, 2}, {60, 2}, {61, 3}, {808, 27}}));
  std::vector<std::string> listed{"1809"};
  std::vector<store::KnownTag> all{known("1809")};
  for (int i = 0; i < tags; ++i) {
    listed.push_back(revision(i));
    all.push_back(known(revision(i)));
  }
  const auto plan = sync::make_plan({listed, all, k_now, store::CheckScope::quiet, {}});
  CHECK(plan.asks.size() == 1 + sampled);
  CHECK(plan.skipped == static_cast<std::size_t>(tags) - sampled);
}

TEST_CASE("thirty daily runs look at every tag") {
  const int tags = GENERATE(1, 7, 30, 44, 61, 100);
  std::vector<std::string> listed;
  std::vector<store::KnownTag> all;
  for (int i = 0; i < tags; ++i) {
    listed.push_back(revision(i));
    all.push_back(known(revision(i), 1h));
  }
  base::Instant now = k_now;
  for (int day = 0; day < 30; ++day) {
    now += k_day;
    for (const auto& ask : sync::make_plan({listed, all, now, store::CheckScope::quiet, {}}).asks)
      std::find_if(all.begin(), all.end(), [&](const auto& t) { return t.name == ask.tag; })->last_seen = now;
  }
  for (const auto& tag : all)
    CHECK(tag.last_seen > k_now);
}

TEST_CASE("several runs a day do not sample more than one") {
  std::vector<std::string> listed;
  std::vector<store::KnownTag> all;
  for (int i = 0; i < 300; ++i) {
    listed.push_back(revision(i));
    all.push_back(known(revision(i), 11h));
  }
  CHECK(sync::make_plan({listed, all, k_now, store::CheckScope::quiet, {}}).asks.empty());
}

TEST_CASE("who looks again every few minutes leaves the sample to the daily sync") {
  std::vector<std::string> listed{"ltsc2019"};
  std::vector<store::KnownTag> all{known("ltsc2019")};
  for (int revision = 1; revision <= 60; ++revision) {
    listed.push_back("10.0.17763." + std::to_string(revision));
    all.push_back(known(listed.back(), 20 * k_day));
  }
  const auto daily = sync::make_plan({listed, all, k_now, store::CheckScope::quiet, {}});
  CHECK(daily.asks.size() == 3);
  listed.push_back("10.0.17763.9999");
  const auto waiting = sync::make_plan({listed, all, k_now, store::CheckScope::quiet, {}, false});
  REQUIRE(waiting.asks.size() == 2);
  CHECK(waiting.asks[0].tag == "ltsc2019");
  CHECK(waiting.asks[1].tag == "10.0.17763.9999");
  CHECK(waiting.skipped == 60);
}
