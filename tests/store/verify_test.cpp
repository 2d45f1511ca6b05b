#include "store_fixture.hpp"

namespace {

using namespace tagdb;
using namespace tagdb::test;

struct Case {
  const char* name;
  const char* sql;
  const char* what; ///< of the first damage
};

struct KnowledgeCase {
  const char* name;
  const char* sql;
  const char* where; ///< the table
  const char* row;   ///< part of the message that says which row
};

} // namespace

TEST_CASE("verify says which row of the knowledge no import would take", "[store]") {
  const auto test = GENERATE(values<KnowledgeCase>({
      {"a label that is none", "UPDATE release SET label = '2B' WHERE revision = 1040", "release", "\"2B\""},
      {"a superseding image that is not there",
       "UPDATE release SET superseded_by = '10.0.17763.9999999' WHERE revision = 1039", "release",
       "10.0.17763.1039"},
      {"a release of an unknown build", "UPDATE release SET floating_tag = 'ltsc1999' WHERE revision = 1040",
       "release", "10.0.17763.1040"},
      {"a row under another revision", "UPDATE release SET revision = 1041 WHERE revision = 1040", "release",
       "10.0.17763.1040: stands under build 17763 and revision 1041"},
      {"a host release without a source", "UPDATE host_release SET source = '' WHERE revision = 1554",
       "host_release", "10.0.17763.1554"},
      {"a product line that is none", "UPDATE host_release SET sku = 'phone' WHERE revision = 1554",
       "host_release", "\"phone\""},
      {"a lifecycle that runs backwards",
       "UPDATE version SET mainstream_end = '2001-01-01' WHERE floating_tags LIKE '%ltsc2019%'", "version",
       "ltsc2019"},
      {"thresholds that are not in order", "UPDATE baseline SET host_after_min_rev = 1 WHERE build = 17763",
       "baseline", "17763"},
      {"a build without a name",
       "UPDATE host_build SET server_name = '', client_name = '' WHERE build = 20348", "host_build", "20348"},
      {"an incident that ends before it begins", "UPDATE incident SET to_day = '2001-01-01' WHERE id = 1",
       "incident", "2001-01-01"},
      {"an instant at another hour",
       "UPDATE release_instant SET instant = '2020-02-11T17:00:00Z' WHERE date = '2020-02-11'",
       "release_instant", "2020-02-11"},
      {"a cut text", "UPDATE release SET source = 'cut' || char(0) WHERE revision = 1040", "release",
       "10.0.17763.1040"},
      {"no rows", "DELETE FROM host_build", "host_build", "has no rows"},
      {"no edition", "DELETE FROM knowledge_edition", "knowledge_edition", "has no row"},
      {"an edition of no day", "UPDATE knowledge_edition SET as_of = 'May'", "knowledge_edition", "\"May\""},
  }));
  INFO(test.name);
  const TempDir dir;
  const ManualClock clock;
  must(must(store::Writer::open(dir / "t.sqlite", clock)).close());
  REQUIRE(damages_of(dir / "t.sqlite").empty());
  tamper(dir / "t.sqlite", test.sql);
  const auto report = must(store::verify_database(dir / "t.sqlite"));
  REQUIRE_FALSE(report.damages.empty());
  CHECK(report.damages[0].what == "knowledge");
  CHECK(report.damages[0].where == test.where);
  CAPTURE(report.damages[0].message);
  CHECK(report.damages[0].message.find(test.row) != std::string::npos);
}

TEST_CASE("verify finds what no writer would leave", "[store]") {
  const auto test = GENERATE(values<Case>({
      {"other bytes under a digest", "UPDATE content SET bytes = x'7b7d' WHERE id = 1", "content"},
      {"a size that is not the bytes'", "UPDATE content SET size = size + 1 WHERE id = 1", "content"},
      {"a digest that is none", "UPDATE content SET digest = 'sha256:xyz' WHERE id = 1", "content"},
      {"a span that runs backwards", "UPDATE span SET first_seen = '2021-01-01T00:00:00Z' WHERE number = 1",
       "span"},
      {"spans that overlap", "UPDATE span SET last_seen = '2021-01-01T00:00:00Z' WHERE number = 1", "span"},
      {"a span that is missing", "UPDATE span SET number = 3 WHERE number = 2", "span"},
      {"a span that says nothing new",
       "UPDATE span SET content_id = (SELECT content_id FROM span WHERE number = 1)", "span"},
      {"an instant that is none", "UPDATE span SET last_seen = '2020-99-02T00:00:00Z' WHERE number = 2",
       "span"},
      {"a span seen by nobody", "UPDATE span SET opened_by = 77", "foreignKey"},
      {"a span seen by another repository's check",
       "INSERT INTO repository (registry_id, name) VALUES (1, 'x'); UPDATE check_run SET repository_id = 2 "
       "WHERE number = 2",
       "span"},
      {"a check that ended before it began",
       "UPDATE check_run SET finished = '2019-01-01T00:00:00Z' WHERE number = 1", "check"},
      {"an end without an outcome", "UPDATE check_run SET outcome = 'running' WHERE number = 1", "check"},
      {"an unknown kind of tag", "UPDATE tag SET kind = 'fixed'", "integrity"},
      {"an unknown outcome", "UPDATE check_run SET outcome = 'fine'", "integrity"},
      {"present without content", "UPDATE span SET content_id = NULL WHERE number = 2", "integrity"},
      {"another migration", "UPDATE schema_migration SET sha256 = ''", "migration"},
      {"a claimed schema", "DELETE FROM schema_migration", "migration"},
  }));
  INFO(test.name);
  const TempDir dir;
  const ManualClock clock;
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", TestImage("10.0.17763.973"));
  record.check(k_core, "2020-01-02T00:00:00Z").present("1809", TestImage("10.0.17763.1040"));
  record.close();
  const auto sound = must(store::verify_database(dir / "t.sqlite"));
  REQUIRE(sound.damages.empty());
  CHECK(sound.contents == 6);
  CHECK(sound.spans == 2);
  CHECK(sound.bytes > 1000);

  tamper(dir / "t.sqlite", test.sql);
  const auto report = must(store::verify_database(dir / "t.sqlite"));
  REQUIRE_FALSE(report.damages.empty());
  CHECK(report.damages[0].what == test.what);
  CHECK_FALSE(report.damages[0].where.empty());
  CHECK_FALSE(report.damages[0].message.empty());
}
