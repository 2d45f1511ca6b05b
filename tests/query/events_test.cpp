#include "span_builder.hpp"
#include "support/catch.hpp"
#include <tagdb/query/answers.hpp>
#include <tagdb/query/events.hpp>

#include <map>
#include <string>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

/// What the letters of the tests are: A and B of one build, R republished, Z of the next build, U unknown.
std::optional<windows::OsVersion> revision_of(char letter) {
  const std::map<char, windows::OsVersion> revisions = {{'A', {10, 0, 17763, 973}},
                                                        {'B', {10, 0, 17763, 1039}},
                                                        {'C', {10, 0, 17763, 1040}},
                                                        {'R', {10, 0, 17763, 1040}},
                                                        {'Z', {10, 0, 14393, 3506}}};
  const auto found = revisions.find(letter);
  return found == revisions.end() ? std::nullopt : std::optional(found->second);
}

struct Piece {
  std::string what;
  std::string first, last;
};

std::vector<Event> events_of(const std::vector<Piece>& pieces, std::optional<base::Instant> baseline_end) {
  SpanBuilder builder;
  std::vector<store::SpanRecord> spans;
  for (const auto& piece : pieces)
    spans.push_back(builder.span(piece.what, t(piece.first), t(piece.last)));
  EventContext context;
  context.reference = "mcr.microsoft.com/windows/servercore:ltsc2019";
  context.baseline_end = baseline_end;
  context.describe = [](const Segment& segment) -> std::optional<EventSide> {
    return EventSide{*segment.digest, revision_of(static_cast<char>(*segment.content)), std::nullopt};
  };
  return query::events_of(Timeline(spans), context);
}

std::string letter(const std::optional<EventSide>& side) {
  if (!side)
    return "0";
  for (char c = 'A'; c <= 'Z'; ++c)
    if (side->digest == letter_digest(c))
      return std::string(1, c);
  return "?";
}

std::string describe(const std::vector<Event>& events) {
  std::string text;
  for (const auto& event : events)
    text += (text.empty() ? "" : ", ") + std::string(to_string(event.kind)) + " " + letter(event.from) + ">" +
            letter(event.to) + " " + base::format_date(event.at).substr(8);
  return text;
}

} // namespace

TEST_CASE("what happened to a tag") {
  struct Case {
    std::string name;
    std::vector<Piece> spans;
    std::string expected;
    std::string baseline_end = "2020-01-02";
  };
  const std::vector<Case> cases = {
      {"the baseline is no event", {{"A", "2020-01-01", "2020-01-09"}}, ""},
      {"seen at the baseline's end", {{"A", "2020-01-02", "2020-01-09"}}, ""},
      {"new after the baseline", {{"A", "2020-01-03", "2020-01-09"}}, "first 0>A 03"},
      {"no complete check yet: all is baseline", {{"A", "2020-01-03", "2020-01-09"}}, "", ""},
      {"moved on", {{"A", "2020-01-01", "2020-01-04"}, {"B", "2020-01-05", "2020-01-06"}}, "moved A>B 05"},
      {"moved inside the baseline: two looks saw it",
       {{"A", "2020-01-01", "2020-01-01"}, {"B", "2020-01-02", "2020-01-06"}},
       "moved A>B 02"},
      {"to another build is no rollback",
       {{"A", "2020-01-01", "2020-01-04"}, {"Z", "2020-01-05", "2020-01-06"}},
       "moved A>Z 05"},
      {"to an unknown revision",
       {{"A", "2020-01-01", "2020-01-04"}, {"U", "2020-01-05", "2020-01-06"}},
       "moved A>U 05"},
      {"April 2025: on, back, on to the repaired image",
       {{"A", "2020-01-01", "2020-01-04"},
        {"B", "2020-01-08", "2020-01-08"},
        {"A", "2020-01-09", "2020-01-22"},
        {"C", "2020-01-23", "2020-01-30"}},
       "moved A>B 08, rollback B>A 09, moved A>C 23"},
      {"published again",
       {{"C", "2020-01-01", "2020-01-04"}, {"R", "2020-01-05", "2020-01-06"}},
       "republished C>R 05"},
      {"vanished", {{"A", "2020-01-01", "2020-01-04"}, {"-", "2020-01-05", "2020-01-06"}}, "vanished A>0 05"},
      {"a single list without it is no event",
       {{"A", "2020-01-01", "2020-01-04"}, {"-", "2020-01-05", "2020-01-05"}},
       ""},
      {"vanished and back, the same",
       {{"A", "2020-01-01", "2020-01-04"},
        {"-", "2020-01-05", "2020-01-06"},
        {"A", "2020-01-07", "2020-01-08"}},
       "vanished A>0 05, reappeared A>A 07"},
      {"vanished and back, another",
       {{"A", "2020-01-01", "2020-01-04"},
        {"-", "2020-01-05", "2020-01-06"},
        {"B", "2020-01-07", "2020-01-08"}},
       "vanished A>0 05, reappeared A>B 07"},
      {"refused from the beginning, in the baseline", {{"!", "2020-01-01", "2020-01-08"}}, ""},
      {"refused from the beginning, after the baseline",
       {{"!", "2020-01-03", "2020-01-08"}},
       "unpullable 0>0 03"},
      {"refused, then had for the first time",
       {{"!", "2020-01-01", "2020-01-03"}, {"A", "2020-01-04", "2020-01-08"}},
       "first 0>A 04"},
      {"refused later",
       {{"A", "2020-01-01", "2020-01-04"}, {"!", "2020-01-05", "2020-01-06"}},
       "unpullable A>0 05"},
      {"refused under its new digest, then had",
       {{"A", "2020-01-01", "2020-01-04"},
        {"!B", "2020-01-05", "2020-01-06"},
        {"B", "2020-01-07", "2020-01-08"}},
       "unpullable A>B 05, reappeared B>B 07"},
      {"refused, then had again",
       {{"A", "2020-01-01", "2020-01-04"},
        {"!", "2020-01-05", "2020-01-06"},
        {"A", "2020-01-07", "2020-01-08"}},
       "unpullable A>0 05, reappeared A>A 07"},
      {"refused, then moved on",
       {{"A", "2020-01-01", "2020-01-04"},
        {"!", "2020-01-05", "2020-01-06"},
        {"B", "2020-01-07", "2020-01-08"}},
       "unpullable A>0 05, moved A>B 07"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto baseline = c.baseline_end.empty() ? std::nullopt : std::optional(t(c.baseline_end));
    CHECK(describe(events_of(c.spans, baseline)) == c.expected);
  }
}

TEST_CASE("an event has its instants and a stable id") {
  const auto events = events_of({{"A", "2020-01-01", "2020-01-04"}, {"B", "2020-01-05T10", "2020-01-06T11"}},
                                t("2020-01-02"));
  REQUIRE(events.size() == 1);
  CHECK(events[0].at == t("2020-01-05T10"));
  CHECK(events[0].first_seen == t("2020-01-05T10"));
  CHECK(events[0].last_seen == t("2020-01-06T11"));
  CHECK(events[0].id == "mcr.microsoft.com/windows/servercore:ltsc2019@2020-01-05T10:00:00Z/moved");
  REQUIRE(events[0].to);
  CHECK(events[0].to->revision == windows::OsVersion(10, 0, 17763, 1039));
}

TEST_CASE("another reason for a refusal is no second event") {
  SpanBuilder builder;
  auto later = builder.span("!", t("2020-01-05"), t("2020-01-06"));
  later.answer = "403 DENIED";
  const std::vector<store::SpanRecord> spans = {builder.span("!", t("2020-01-03"), t("2020-01-04")), later};
  EventContext context;
  context.baseline_end = t("2020-01-02");
  context.describe = [](const Segment&) { return std::optional<EventSide>{}; };
  const Timeline timeline(spans);
  CHECK(timeline.segments().size() == 2);
  CHECK(describe(query::events_of(timeline, context)) == "unpullable 0>0 03");
}

TEST_CASE("levels of evidence have their names") {
  for (const auto level :
       {EvidenceLevel::observed, EvidenceLevel::between, EvidenceLevel::inferred, EvidenceLevel::reference})
    CHECK(parse_evidence_level(to_string(level)) == level);
  CHECK(to_string(EvidenceLevel::between) == "between");
  CHECK_FALSE(parse_evidence_level("Observed"));
  CHECK_FALSE(parse_evidence_level(""));
}
