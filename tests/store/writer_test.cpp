#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/store/reader.hpp>
#include <tagdb/store/verify.hpp>

namespace {

using namespace tagdb;
using namespace tagdb::test;
using store::SpanState;

store::Reader open(const std::filesystem::path& path) {
  auto reader = must(store::Reader::open(path));
  REQUIRE(reader);
  return *std::move(reader);
}

store::RepositoryId only_repository(const store::Reader& reader) {
  const auto repositories = must(reader.repositories());
  REQUIRE(repositories.size() == 1);
  return repositories.front().id;
}

/// "present 2020-02-19T…/2020-02-25T…": enough to compare a history at a glance.
std::vector<std::string> history(const store::Reader& reader, std::string_view tag) {
  const auto record = must(reader.find_tag(only_repository(reader), tag));
  REQUIRE(record);
  std::vector<std::string> lines;
  for (const auto& span : must(reader.spans(record->id)))
    lines.push_back(std::string(to_string(span.state)) + " " +
                    (span.digest ? span.digest->abbreviated().substr(7, 4) : span.answer) + " " +
                    base::format_date(span.first_seen) + " " + base::format_date(span.last_seen));
  return lines;
}

std::string short_name(const TestImage& image) {
  return image.digest().abbreviated().substr(7, 4);
}

} // namespace

TEST_CASE("a tag that goes A, B, A has three spans", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage a("10.0.17763.973"), b("10.0.17763.1040");
  RecordBuilder record(dir / "t.sqlite", clock);
  const std::string repository = "windows/servercore";
  record.check(repository, "2020-01-01T00:00:00Z").present("ltsc2019", a);
  record.check(repository, "2020-01-02T00:00:00Z").present("ltsc2019", a);
  record.check(repository, "2020-01-03T00:00:00Z").present("ltsc2019", b);
  record.check(repository, "2020-01-04T00:00:00Z").present("ltsc2019", b);
  record.check(repository, "2020-01-05T00:00:00Z").present("ltsc2019", a);
  record.close();

  const auto reader = open(dir / "t.sqlite");
  CHECK(history(reader, "ltsc2019") ==
        std::vector<std::string>{"present " + short_name(a) + " 2020-01-01 2020-01-02",
                                 "present " + short_name(b) + " 2020-01-03 2020-01-04",
                                 "present " + short_name(a) + " 2020-01-05 2020-01-05"});
  CHECK(must(store::verify_database(dir / "t.sqlite")).damages.empty());
}
