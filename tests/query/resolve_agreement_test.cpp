// The record and the reference, asked the same at every few days: they agree, or say that they do not.
#include "asking.hpp"
#include "support/catch.hpp"

#include <functional>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

/// What a tag showed at a time.
struct Seen {
  std::string at, revision;
};

/// A crawl of today as Microsoft's registry allows it: a tag for every image that was ever published, and
/// floating tags on the newest.
void crawl_of_today(RecordBuilder& record) {
  const auto reader = must(store::Reader::built_in());
  const auto knowledge = must(reader.knowledge(17763));
  auto& check = record.check("windows/servercore", "2026-09-10T12:00:00Z");
  for (const auto& row : knowledge.releases_of_build(17763)) {
    const auto created = base::format_rfc3339(*knowledge.published(row) - std::chrono::days(5));
    check.present(row.version.to_string(), TestImage(row.version.to_string(), created));
  }
  const auto newest = knowledge.newest_release(17763)->version.to_string();
  check.present({"ltsc2019", "1809"}, TestImage(newest, "2026-08-05T02:00:00Z"));
}

/// What the reference alone says, and what a record says, every few days from 2018 on, as far as the
/// reference goes.
void compare(const Record& record,
             const std::function<void(const Resolution& known, const Resolution& told)>& judge) {
  const auto built_in = must(store::Reader::built_in());
  const Scope scope{t("2026-09-10T13"), std::nullopt, "amd64"};
  const base::Instant end = must(built_in.knowledge_edition()).as_of + std::chrono::days(1);
  for (auto at = t("2018-11-14T01"); at < end; at += std::chrono::hours(61)) {
    ResolveOptions options;
    options.at = at;
    for (const auto* reference : {"ltsc2019", "1809"}) {
      INFO(reference << " at " << base::format_rfc3339(at));
      const auto query = must(parse_reference_query(reference));
      const auto known = resolve(built_in, scope, query, options);
      const auto told = resolve(record.reader(), scope, query, options);
      REQUIRE(known.has_value());
      REQUIRE(told.has_value());
      judge(*known, *told);
    }
  }
}

} // namespace

TEST_CASE("a crawl of today and the reference tell the same story of the past") {
  const Record record(crawl_of_today);
  compare(record, [](const Resolution& known, const Resolution& told) {
    CHECK(level_of(told) == "inferred");
    CHECK(told.evidence.source == "reference");
    CHECK(told.digest.has_value());
    CHECK(revision_of(told) == revision_of(known));
    CHECK(kb_of(told) == kb_of(known));
    CHECK(told.release->label == known.release->label);
    CHECK(told.support->phase == known.support->phase);
    CHECK(all_warnings_of(told) == all_warnings_of(known));
  });
}

TEST_CASE("no record differs from the reference in silence") {
  // A tag that is late, early, on revisions nobody knows, and not looked at for months.
  const std::vector<Seen> story = {
      {"2018-12-01T12:00:00Z", "17763.107"},  {"2019-03-01T12:00:00Z", "17763.316"},
      {"2019-03-20T12:00:00Z", "17763.316"},  {"2019-06-01T12:00:00Z", "17763.999"},
      {"2020-02-12T12:00:00Z", "17763.1039"}, {"2020-02-17T12:00:00Z", "17763.1040"},
      {"2020-09-01T12:00:00Z", "17763.1040"}, {"2021-01-01T12:00:00Z", "17763.1637"},
      {"2021-06-01T12:00:00Z", "17763.1879"}, {"2022-01-20T12:00:00Z", "17763.2458"},
      {"2022-02-01T12:00:00Z", "17763.2452"}, {"2023-08-01T12:00:00Z", "17763.4645"},
      {"2025-04-10T12:00:00Z", "17763.7009"}, {"2025-04-20T12:00:00Z", "17763.7009"},
      {"2025-12-01T12:00:00Z", "17763.9999"}};
  const Record record([&](RecordBuilder& r) {
    for (const auto& look : story)
      r.check("windows/servercore", look.at)
          .present({"ltsc2019", "1809"}, TestImage("10.0." + look.revision, "2020-01-08T02:00:00Z"));
  });
  std::size_t silent = 0, differing = 0;
  compare(record, [&](const Resolution& known, const Resolution& told) {
    if (told.revision == known.revision)
      return;
    ++differing;
    const bool said = !message_of(told, "contradiction").empty();
    // The hours after a release are nobody's fault, the superseded image says itself what it is, and of a
    // known incident the reference warns.
    const auto published = base::Instant(*known.release->published);
    const bool excused = told.as_of < published + std::chrono::hours(42) || told.release->superseded_by ||
                         !message_of(known, "knownIncident").empty();
    silent += said || excused ? 0 : 1;
    if (!said && !excused)
      CHECK(base::format_rfc3339(told.as_of) + " " + revision_of(told) + " " + revision_of(known) == "");
  });
  CHECK(differing > 500);
  CHECK(silent == 0);
}
