#include "span_builder.hpp"
#include "support/catch.hpp"
#include <tagdb/query/timeline.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

struct Piece {
  std::string what;
  std::string first, last;
  int observer = 1;
};

std::vector<store::SpanRecord> spans_of(const std::vector<Piece>& pieces) {
  SpanBuilder builders[] = {SpanBuilder(0), SpanBuilder(1), SpanBuilder(2), SpanBuilder(3)};
  std::vector<store::SpanRecord> spans;
  for (const auto& piece : pieces)
    spans.push_back(builders[piece.observer].span(piece.what, t(piece.first), t(piece.last)));
  return spans;
}

/// "A[2020-01-01..2020-01-02] …"
std::string describe(const Timeline& timeline) {
  std::string text;
  for (const auto& s : timeline.segments())
    text += (text.empty() ? "" : " ") + state_of(s) + "[" + base::format_date(s.first_seen) + ".." +
            base::format_date(s.last_seen) + "]";
  return text;
}

/// "A" inside a stretch, "A?B" between two, "A+" after the last look, "?A" before the first.
std::string look_at(const Timeline& timeline, base::Instant at) {
  const Look look = timeline.at(at);
  if (look.before == nullptr)
    return look.after == nullptr ? "?" : "?" + state_of(*look.after);
  if (look.inside)
    return state_of(*look.before);
  return state_of(*look.before) + (look.after == nullptr ? "+" : "?" + state_of(*look.after));
}

} // namespace

TEST_CASE("spans become stretches") {
  struct Case {
    std::string name;
    std::vector<Piece> spans;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"nothing", {}, ""},
      {"one look", {{"A", "2020-01-01", "2020-01-01"}}, "A[2020-01-01..2020-01-01]"},
      {"A, B, A, B",
       {{"A", "2020-01-01", "2020-01-03"},
        {"B", "2020-01-05", "2020-01-06"},
        {"A", "2020-01-08", "2020-01-08"},
        {"B", "2020-01-09", "2020-01-10"}},
       "A[2020-01-01..2020-01-03] B[2020-01-05..2020-01-06] A[2020-01-08..2020-01-08] "
       "B[2020-01-09..2020-01-10]"},
      {"an absence of an hour",
       {{"A", "2020-01-01", "2020-01-02"}, {"-", "2020-01-03T00", "2020-01-03T01"}},
       "A[2020-01-01..2020-01-02] -[2020-01-03..2020-01-03]"},
      {"an absence of a second less is none",
       {{"A", "2020-01-01", "2020-01-02"}, {"-", "2020-01-03T00:00:00Z", "2020-01-03T00:59:59Z"}},
       "A[2020-01-01..2020-01-02]"},
      {"a short absence parts nothing",
       {{"A", "2020-01-01", "2020-01-02"},
        {"-", "2020-01-03", "2020-01-03"},
        {"A", "2020-01-04", "2020-01-05"}},
       "A[2020-01-01..2020-01-05]"},
      {"a short absence between two images",
       {{"A", "2020-01-01", "2020-01-02"},
        {"-", "2020-01-03", "2020-01-03"},
        {"B", "2020-01-04", "2020-01-05"}},
       "A[2020-01-01..2020-01-02] B[2020-01-04..2020-01-05]"},
      {"only a short absence", {{"-", "2020-01-03", "2020-01-03"}}, ""},
      {"gone and back",
       {{"A", "2020-01-01", "2020-01-02"},
        {"-", "2020-01-03", "2020-01-05"},
        {"A", "2020-01-06", "2020-01-07"}},
       "A[2020-01-01..2020-01-02] -[2020-01-03..2020-01-05] A[2020-01-06..2020-01-07]"},
      {"refused, then had",
       {{"!", "2020-01-01", "2020-01-02"}, {"A", "2020-01-03", "2020-01-04"}},
       "![2020-01-01..2020-01-02] A[2020-01-03..2020-01-04]"},
      {"refused where it pointed",
       {{"A", "2020-01-01", "2020-01-02"}, {"!B", "2020-01-03", "2020-01-04"}},
       "A[2020-01-01..2020-01-02] !B[2020-01-03..2020-01-04]"},
      {"two observers agree",
       {{"A", "2020-01-01", "2020-01-03", 1}, {"A", "2020-01-02", "2020-01-09", 2}},
       "A[2020-01-01..2020-01-09]"},
      {"a second observer fills a gap",
       {{"A", "2020-01-01", "2020-01-02", 1},
        {"C", "2020-01-20", "2020-01-21", 1},
        {"A", "2020-01-05", "2020-01-06", 2},
        {"B", "2020-01-10", "2020-01-12", 2}},
       "A[2020-01-01..2020-01-06] B[2020-01-10..2020-01-12] C[2020-01-20..2020-01-21]"},
      {"a second observer saw another image in between",
       {{"A", "2020-01-01", "2020-01-09", 1}, {"B", "2020-01-05", "2020-01-05", 2}},
       "A[2020-01-01..2020-01-01] B[2020-01-05..2020-01-05] A[2020-01-09..2020-01-09]"},
      {"one absent look of each of two observers is sure",
       {{"A", "2020-01-01", "2020-01-02", 1},
        {"-", "2020-01-03", "2020-01-03", 1},
        {"-", "2020-01-04", "2020-01-04", 2}},
       "A[2020-01-01..2020-01-02] -[2020-01-03..2020-01-04]"},
      {"an absence that another observer contradicts is none",
       {{"A", "2020-01-01", "2020-01-02", 1},
        {"-", "2020-01-03", "2020-01-05", 1},
        {"A", "2020-01-04", "2020-01-04", 2}},
       "A[2020-01-01..2020-01-04]"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    auto spans = spans_of(c.spans);
    CHECK(describe(Timeline(spans)) == c.expected);
    std::reverse(spans.begin(), spans.end());
    CHECK(describe(Timeline(spans)) == c.expected);
  }
}

TEST_CASE("a stretch names the checks that opened and last confirmed it") {
  const Timeline timeline(
      spans_of({{"A", "2020-01-01", "2020-01-03", 1}, {"A", "2020-01-02", "2020-01-09", 2}}));
  REQUIRE(timeline.segments().size() == 1);
  CHECK(timeline.segments()[0].opened_by == store::CheckId{t("2020-01-01").time_since_epoch().count()});
  CHECK(timeline.segments()[0].confirmed_by == store::CheckId{t("2020-01-09").time_since_epoch().count()});
}

TEST_CASE("looks in one second keep the order of their observer") {
  // A quick test crawl can see three states in one second; the order of the rows is the order of the looks.
  const auto spans = spans_of({{"A", "2020-01-01", "2020-01-05"},
                               {"B", "2020-01-05", "2020-01-05"},
                               {"A", "2020-01-05", "2020-01-09"}});
  CHECK(describe(Timeline(spans)) ==
        "A[2020-01-01..2020-01-05] B[2020-01-05..2020-01-05] A[2020-01-05..2020-01-09]");
}

TEST_CASE("the order of two observers in one second does not depend on row ids") {
  const auto one_way = spans_of({{"A", "2020-01-01", "2020-01-05", 1}, {"B", "2020-01-05", "2020-01-07", 2}});
  const auto other_way =
      spans_of({{"A", "2020-01-01", "2020-01-05", 3}, {"B", "2020-01-05", "2020-01-07", 2}});
  CHECK(describe(Timeline(one_way)) == describe(Timeline(other_way)));
}

TEST_CASE("A, B, A, B asked at every kind of instant") {
  const Timeline timeline(spans_of({{"A", "2020-01-01T12", "2020-01-03T12"},
                                    {"B", "2020-01-05T12", "2020-01-06T12"},
                                    {"A", "2020-01-08T12", "2020-01-08T12"},
                                    {"B", "2020-01-09T12", "2020-01-10T12"}}));
  struct Case {
    std::string at, expected;
  };
  const std::vector<Case> cases = {
      {"2019-12-31", "?A"},          {"2020-01-01T11:59:59Z", "?A"},  {"2020-01-01T12:00:00Z", "A"},
      {"2020-01-02", "A"},           {"2020-01-03T12:00:00Z", "A"},   {"2020-01-03T12:00:01Z", "A?B"},
      {"2020-01-04", "A?B"},         {"2020-01-05T11:59:59Z", "A?B"}, {"2020-01-05T12:00:00Z", "B"},
      {"2020-01-06T12:00:00Z", "B"}, {"2020-01-07", "B?A"},           {"2020-01-08T11:59:59Z", "B?A"},
      {"2020-01-08T12:00:00Z", "A"}, {"2020-01-08T12:00:01Z", "A?B"}, {"2020-01-09T12:00:00Z", "B"},
      {"2020-01-10T12:00:00Z", "B"}, {"2020-01-10T12:00:01Z", "B+"},  {"2026-11-01", "B+"},
  };
  for (const auto& c : cases) {
    INFO(c.at);
    CHECK(look_at(timeline, t(c.at)) == c.expected);
  }
  CHECK(look_at(Timeline(), t("2020-01-01")) == "?");
}

namespace {

/// What the timeline promises, said without it: all ends of all spans in the order of time, absences of less
/// than an hour struck out, then read off.
std::string brute_force(const std::vector<store::SpanRecord>& spans, base::Instant at) {
  struct Seen {
    base::Instant at;
    std::string state;
  };
  std::vector<Seen> looks;
  for (const auto& span : spans) {
    looks.push_back({span.first_seen, state_of(span)});
    looks.push_back({span.last_seen, state_of(span)});
  }
  std::stable_sort(looks.begin(), looks.end(), [](const Seen& a, const Seen& b) { return a.at < b.at; });
  std::vector<Seen> sure;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    std::size_t first = i, last = i;
    while (first > 0 && looks[first - 1].state == looks[i].state)
      --first;
    while (last + 1 < looks.size() && looks[last + 1].state == looks[i].state)
      ++last;
    if (looks[i].state != "-" || looks[last].at - looks[first].at >= std::chrono::hours(1))
      sure.push_back(looks[i]);
  }
  std::string before, after;
  bool exact = false;
  for (const auto& look : sure) {
    if (look.at <= at) {
      before = look.state;
      exact = look.at == at;
    } else if (after.empty()) {
      after = look.state;
    }
  }
  if (before.empty())
    return "?" + after;
  if (exact || before == after)
    return before;
  return before + (after.empty() ? "+" : "?" + after);
}

} // namespace

TEST_CASE("random histories of several observers answer as a plain scan does") {
  std::mt19937 random(20200220);
  const auto pick = [&](int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random); };
  const char* const states[] = {"A", "B", "C", "-", "!"};
  for (int round = 0; round < 500; ++round) {
    std::vector<store::SpanRecord> spans;
    const int observers = 1 + pick(3);
    const auto start = t("2020-01-01");
    for (int observer = 0; observer < observers; ++observer) {
      SpanBuilder builder(observer + 1);
      std::string previous;
      // Each observer looks in seconds of its own (observer, observer + 4, …): ties are another test's
      // affair.
      auto now = start + std::chrono::seconds(observer);
      for (int i = 0; i < pick(6); ++i) {
        std::string state = states[pick(5)];
        if (state == previous)
          continue;
        previous = state;
        const auto first = now + std::chrono::minutes(20 * (1 + pick(6)));
        const auto last = first + std::chrono::minutes(20 * pick(6));
        spans.push_back(builder.span(state, first, last));
        now = last;
      }
    }
    std::shuffle(spans.begin(), spans.end(), random);
    const Timeline timeline(spans);
    for (const auto& span : spans)
      for (const auto edge : {span.first_seen, span.last_seen})
        for (const int offset : {-1, 0, 1, 601}) {
          const auto at = edge + std::chrono::seconds(offset);
          INFO("round " << round << " at " << base::format_rfc3339(at) << ", timeline "
                        << describe(timeline));
          REQUIRE(look_at(timeline, at) == brute_force(spans, at));
        }
  }
}
