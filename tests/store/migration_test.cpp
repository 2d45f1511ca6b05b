#include "knowledge_fixture.hpp"

namespace {

using namespace tagdb;
using namespace tagdb::test;
namespace fs = std::filesystem;

} // namespace

TEST_CASE("a database of the first schema keeps its record and gets the knowledge", "[store][migration]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = dir / "t.sqlite";
  make_first_schema(path);
  CHECK(must(store::Reader::is_outdated(path)));
  auto writer = must(store::Writer::open(path, clock));
  const auto known = must(
      writer.known_tags(must(writer.repository(must(oci::RegistryName::parse("mcr.microsoft.com")),
                                               must(oci::RepositoryName::parse("windows/servercore"))))));
  REQUIRE(known.size() == 1);
  CHECK(known[0].name == "ltsc2019");
  must(writer.close());

  CHECK_FALSE(must(store::Reader::is_outdated(path)));
  const auto reader = open_reader(path);
  const auto spans = spans_of(reader, "ltsc2019");
  REQUIRE(spans.size() == 1);
  CHECK(base::format_rfc3339(spans[0].last_seen) == "2020-02-20T00:00:01Z");
  CHECK(must(reader.bytes(*spans[0].content)) == "{}");
  const auto check = must(reader.last_complete_check(repository_of(reader)));
  REQUIRE(check);
  CHECK(check->number == 1);
  CHECK(print(must(reader.knowledge())) == print(reference()));
  CHECK(damages_of(path).empty());
}

TEST_CASE("a reader does not change an older schema, and says what does", "[store][migration]") {
  const TempDir dir;
  fs::permissions(dir.path(), fs::perms(0755));
  fs::create_directory(dir / "in");
  const auto path = dir / "in/t.sqlite";
  make_first_schema(path);
  const auto before = slurp(path);
  const auto refused = store::Reader::open(path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == base::ErrorKind::busy);
  CHECK(refused.error().message().find("schema 1 of an older tagdb") != std::string::npos);
  CHECK(refused.error().hint().find("tagdb sync") != std::string::npos);
  CHECK(slurp(path) == before);

  // Who cannot write there gets the same sentence.
  const auto answer = as_stranger(path.parent_path(), [&]() -> std::string {
    const ManualClock clock;
    if (store::Writer::open(path, clock))
      return "a writer opened";
    const auto reader = store::Reader::open(path);
    return reader ? "a reader opened" : reader.error().message();
  });
  CHECK(answer == refused.error().message());
}

TEST_CASE("what is outdated", "[store][migration]") {
  const TempDir dir;
  const ManualClock clock;
  must(must(store::Writer::open(dir / "new.sqlite", clock)).close());
  CHECK_FALSE(must(store::Reader::is_outdated(dir / "new.sqlite")));
  tamper(dir / "new.sqlite", "PRAGMA user_version = 99");
  CHECK_FALSE(must(store::Reader::is_outdated(dir / "new.sqlite")));
  {
    const auto other = must(store::Connection::open((dir / "other.sqlite").string(),
                                                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "other"));
    must(other->execute("CREATE TABLE theirs (a); PRAGMA user_version = 1"));
  }
  CHECK_FALSE(must(store::Reader::is_outdated(dir / "other.sqlite")));
  CHECK_FALSE(store::Reader::is_outdated(dir / "none.sqlite"));
}
