#include "store_fixture.hpp"

namespace {

using namespace tagdb;
using namespace tagdb::test;

struct Case {
  const char* name;
  const char* sql;
  const char* what; ///< of the first damage
};

} // namespace

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
