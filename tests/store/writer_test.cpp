#include "store_fixture.hpp"

namespace {

using namespace tagdb;
using namespace tagdb::test;
using store::CheckOutcome;
using store::CheckScope;
using store::SpanState;

/// "A" and "B" are images, "-" an absence, "403" and the like final refusals.
struct Look {
  std::string_view at;
  std::string_view seen;
};

struct Case {
  const char* name;
  std::vector<Look> looks;
  std::vector<std::string> spans; ///< {A} and {B} stand for the digests
};

std::string with_digests(std::string text, const TestImage& a, const TestImage& b) {
  for (const auto& [mark, image] : {std::pair{"{A}", &a}, {"{B}", &b}})
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
      text.replace(at, 3, short_name(image->digest()));
  return text;
}

} // namespace

TEST_CASE("spans follow what was seen", "[store]") {
  const auto test = GENERATE(values<Case>({
      {"unchanged extends", {{"01-01", "A"}, {"01-02", "A"}, {"01-05", "A"}}, {"present {A} 01-01..01-05"}},
      {"a move opens",
       {{"01-01", "A"}, {"01-03", "B"}},
       {"present {A} 01-01..01-01", "present {B} 01-03..01-03"}},
      {"A, B, A are three",
       {{"01-01", "A"}, {"01-02", "A"}, {"01-03", "B"}, {"01-04", "B"}, {"01-05", "A"}},
       {"present {A} 01-01..01-02", "present {B} 01-03..01-04", "present {A} 01-05..01-05"}},
      {"absence is a state",
       {{"01-01", "A"}, {"01-02", "-"}, {"01-03", "-"}, {"01-04", "A"}},
       {"present {A} 01-01..01-01", "absent 01-02..01-03", "present {A} 01-04..01-04"}},
      {"absent from the first look on", {{"01-01", "-"}, {"01-02", "-"}}, {"absent 01-01..01-02"}},
      {"the same refusal extends, another opens",
       {{"01-01", "404 X"}, {"01-02", "404 X"}, {"01-03", "403 Y"}, {"01-04", "A"}},
       {"unpullable 404 X 01-01..01-02", "unpullable 403 Y 01-03..01-03", "present {A} 01-04..01-04"}},
      {"a clock that goes back stands still",
       {{"01-05", "A"}, {"01-02", "A"}, {"01-03", "B"}, {"01-06", "B"}},
       {"present {A} 01-05..01-05", "present {B} 01-05..01-06"}},
  }));
  INFO(test.name);
  const TempDir dir;
  const ManualClock clock;
  const TestImage a("10.0.17763.973"), b("10.0.17763.1040");
  RecordBuilder record(dir / "t.sqlite", clock);
  for (const auto& look : test.looks) {
    record.check(k_core, "2020-" + std::string(look.at) + "T00:00:00Z");
    if (look.seen == "-")
      record.absent("1809");
    else if (look.seen == "A" || look.seen == "B")
      record.present("1809", look.seen == "A" ? a : b);
    else
      record.unpullable("1809", std::string(look.seen));
  }
  record.close();
  std::vector<std::string> expected;
  for (const auto& line : test.spans)
    expected.push_back(with_digests(line, a, b));
  CHECK(history_of(open_reader(dir / "t.sqlite"), "1809") == expected);
  CHECK(damages_of(dir / "t.sqlite").empty());
}

TEST_CASE("a span knows the checks that opened and confirmed it", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage image("10.0.17763.973");
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", image);
  const auto first = record.current_check();
  record.check(k_core, "2020-01-02T00:00:00Z").present("1809", image);
  const auto second = record.current_check();
  record.close();
  const auto spans = spans_of(open_reader(dir / "t.sqlite"), "1809");
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].opened_by == first);
  CHECK(spans[0].confirmed_by == second);
}

TEST_CASE("an unpullable tag keeps the digest it resolved to", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  RecordBuilder record(dir / "t.sqlite", clock);
  const auto digest = oci::Digest::of("what cannot be fetched");
  record.check(k_core, "2020-01-01T00:00:00Z");
  must(record.writer().observe(
      record.current_check(), record.repository(),
      {"1803", SpanState::unpullable, digest, "404 X", instant("2020-01-01T00:00:00Z")}));
  record.close();
  const auto spans = spans_of(open_reader(dir / "t.sqlite"), "1803");
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].state == SpanState::unpullable);
  CHECK(spans[0].digest == digest);
}

TEST_CASE("one name on two registries is two tags", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  RecordBuilder record(dir / "t.sqlite", clock, "mcr.microsoft.com");
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", TestImage("10.0.17763.973"));
  record.registry("127.0.0.1:5055")
      .check(k_core, "2020-01-01T00:00:00Z")
      .present("1809", TestImage("10.0.17763.1"));
  record.close();
  const auto reader = open_reader(dir / "t.sqlite");
  const auto mcr = must(reader.find_tag(repository_of(reader), "1809"));
  const auto local = must(reader.find_tag(repository_of(reader, k_core, "127.0.0.1:5055"), "1809"));
  REQUIRE((mcr && local));
  CHECK(mcr->id != local->id);
  CHECK(must(reader.spans(mcr->id)).front().digest != must(reader.spans(local->id)).front().digest);
}

TEST_CASE("the planner hears what is known and what is lacking", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  RecordBuilder record(dir / "t.sqlite", clock);
  const TestImage whole("10.0.17763.973"), refused = TestImage("10.0.17763.1040").without_manifests();
  const TestImage half("10.0.17763.1098"), quarter("10.0.17763.1158");
  record.check(k_core, "2020-01-01T00:00:00Z")
      .present("1809", whole)
      .present("refused", refused)
      .absent("gone");
  // The run was cut after the index, and after the manifest.
  add_manifest(record.writer(), half.index());
  add_manifest(record.writer(), quarter.index());
  add_manifest(record.writer(), quarter.platform().manifest);
  auto& writer = record.writer();
  for (const auto& [tag, image] : {std::pair{"half", &half}, {"quarter", &quarter}})
    must(writer.observe(record.current_check(), record.repository(),
                        {tag, SpanState::present, image->digest(), "", instant("2020-01-01T00:00:00Z")}));
  std::vector<std::string> lines;
  for (const auto& tag : must(writer.known_tags(record.repository())))
    lines.push_back(tag.name + " " + std::string(to_string(tag.state)) +
                    (tag.incomplete ? " incomplete" : ""));
  CHECK(lines == std::vector<std::string>{"1809 present", "gone absent", "half present incomplete",
                                          "quarter present incomplete", "refused present"});
  // What was lacking arrives.
  add_manifest(writer, half.platform().manifest);
  add_config(writer, half.platform().config);
  add_config(writer, quarter.platform().config);
  for (const auto& tag : must(writer.known_tags(record.repository())))
    CHECK_FALSE(tag.incomplete);
}

TEST_CASE("the planner hears the newest span only", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  RecordBuilder record(dir / "t.sqlite", clock);
  const TestImage a("10.0.17763.973"), b("10.0.17763.1040");
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", a);
  record.check(k_core, "2020-01-02T00:00:00Z").present("1809", b);
  record.check(k_core, "2020-01-03T00:00:00Z").present("1809", b);
  const auto known = must(record.writer().known_tags(record.repository()));
  REQUIRE(known.size() == 1);
  CHECK(known[0].digest == b.digest());
  CHECK(known[0].kind == windows::TagKind::floating);
  CHECK(known[0].first_seen == instant("2020-01-02T00:00:00Z"));
  CHECK(known[0].last_seen == instant("2020-01-03T00:00:00Z"));
}

TEST_CASE("a full check that was cut is carried on", "[store]") {
  struct Run {
    std::string_view started;
    CheckScope scope;
    CheckOutcome outcome;
  };
  struct Cut {
    const char* name;
    std::vector<Run> runs;
    std::string_view from; ///< empty: start over
  };
  constexpr auto full = CheckScope::full;
  const auto test = GENERATE(values<Cut>({
      {"none", {}, ""},
      {"killed", {{"2020-02-19T00:00:00Z", full, CheckOutcome::running}}, "2020-02-19T00:00:00Z"},
      {"stopped by the user",
       {{"2020-02-19T00:00:00Z", full, CheckOutcome::interrupted}},
       "2020-02-19T00:00:00Z"},
      {"ended", {{"2020-02-19T00:00:00Z", full, CheckOutcome::complete}}, ""},
      {"ended in part", {{"2020-02-19T00:00:00Z", full, CheckOutcome::partial}}, ""},
      {"killed twice",
       {{"2020-02-18T00:00:00Z", full, CheckOutcome::running},
        {"2020-02-19T00:00:00Z", full, CheckOutcome::running}},
       "2020-02-18T00:00:00Z"},
      {"killed, then the registry was away",
       {{"2020-02-18T00:00:00Z", full, CheckOutcome::running},
        {"2020-02-19T00:00:00Z", full, CheckOutcome::failed}},
       "2020-02-18T00:00:00Z"},
      {"killed, then ended",
       {{"2020-02-18T00:00:00Z", full, CheckOutcome::running},
        {"2020-02-19T00:00:00Z", full, CheckOutcome::complete}},
       ""},
      {"a quiet one in between says nothing",
       {{"2020-02-18T00:00:00Z", full, CheckOutcome::running},
        {"2020-02-19T00:00:00Z", CheckScope::quiet, CheckOutcome::complete}},
       "2020-02-18T00:00:00Z"},
      {"a quiet one that was killed",
       {{"2020-02-19T00:00:00Z", CheckScope::quiet, CheckOutcome::running}},
       ""},
      {"too long ago", {{"2020-02-12T00:00:00Z", full, CheckOutcome::running}}, ""},
  }));
  INFO(test.name);
  const TempDir dir;
  const ManualClock clock; // 2020-02-20
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check("windows/nanoserver", "2020-02-19T12:00:00Z").abandon();
  const auto repository = must(record.writer().repository(must(oci::RegistryName::parse("mcr.microsoft.com")),
                                                          must(oci::RepositoryName::parse(k_core))));
  for (const auto& run : test.runs) {
    record.check(k_core, run.started, run.scope);
    if (run.outcome == CheckOutcome::running)
      record.abandon();
    else
      record.finish(run.outcome);
  }
  const auto from = must(record.writer().unfinished_full_check(repository));
  CHECK((from ? base::format_rfc3339(*from) : "") == test.from);
}

TEST_CASE("a second writer is refused, a second reader is not", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = dir / "t.sqlite";
  RecordBuilder record(path, clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", TestImage("10.0.17763.973"));
  record.flush();
  const auto second = store::Writer::open(path, clock);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind() == base::ErrorKind::busy);
  CHECK(second.error().message().find("process " + std::to_string(::getpid())) != std::string::npos);
  // By another name of the same file, too.
  std::filesystem::create_symlink(path, dir / "other.sqlite");
  CHECK_FALSE(store::Writer::open(dir / "other.sqlite", clock));
  CHECK(spans_of(open_reader(path), "1809").size() == 1);
  record.close();
  const auto late = record.writer().checkpoint();
  REQUIRE_FALSE(late);
  CHECK(late.error().message().find("closed already") != std::string::npos);
  CHECK(store::Writer::open(path, clock));
}

TEST_CASE("readers see a checkpoint, and a reader stays at its moment", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = dir / "t.sqlite";
  RecordBuilder record(path, clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", TestImage("10.0.17763.973"));
  record.flush();
  const auto before = open_reader(path);
  record.check(k_core, "2020-01-02T00:00:00Z").present("1903", TestImage("10.0.18362.592"));
  CHECK(spans_of(open_reader(path), "1903").empty());
  record.flush();
  CHECK(spans_of(before, "1903").empty());
  CHECK(spans_of(open_reader(path), "1903").size() == 1);
  record.close();
  CHECK(spans_of(before, "1903").empty());
  CHECK(spans_of(before, "1809").size() == 1);
}

TEST_CASE("what a check came to is kept with its failures", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z", CheckScope::quiet);
  const auto check = record.current_check();
  auto& writer = record.writer();
  must(writer.add_failure(check, {"windows/servercore:1803", "resolve", "MANIFEST_UNKNOWN", "is not there",
                                  "nothing", 404, 1, true}));
  must(writer.finish_check(check, CheckOutcome::partial, {808, 12, 3, 20, 4096, 790, 1, 2},
                           instant("2020-01-01T00:01:00Z")));
  record.abandon();
  must(writer.close());
  const auto reader = open_reader(dir / "t.sqlite");
  const auto kept = must(reader.check(check));
  REQUIRE(kept);
  CHECK(kept->number == 1);
  CHECK(kept->scope == CheckScope::quiet);
  CHECK(kept->outcome == CheckOutcome::partial);
  CHECK(kept->finished == instant("2020-01-01T00:01:00Z"));
  CHECK(kept->counts.listed == 808);
  CHECK(kept->counts.skipped == 790);
  CHECK(kept->counts.known == 2);
  const auto failures = must(reader.failures(check));
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].reference == "windows/servercore:1803");
  CHECK(failures[0].status == 404);
  CHECK(failures[0].known);
}

TEST_CASE("checks are numbered on by each run of one database", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  for (const auto* day : {"2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"}) {
    RecordBuilder record(dir / "t.sqlite", clock);
    record.check(k_core, day).present("1809", TestImage("10.0.17763.973"));
    record.close();
  }
  const auto reader = open_reader(dir / "t.sqlite");
  const auto first = must(reader.first_check(repository_of(reader)));
  const auto last = must(reader.last_complete_check(repository_of(reader)));
  REQUIRE((first && last));
  CHECK(first->number == 1);
  CHECK(last->number == 2);
  CHECK(first->observer == last->observer);
}
