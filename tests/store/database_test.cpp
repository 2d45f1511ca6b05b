#include "store_fixture.hpp"

#include <algorithm>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>

namespace {

using namespace tagdb;
using namespace tagdb::test;
namespace fs = std::filesystem;

constexpr uid_t k_nobody = 65534;

/// A sound database with one tag.
fs::path make_database(const TempDir& dir, const char* name = "t.sqlite") {
  const ManualClock clock;
  RecordBuilder record(dir / name, clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", TestImage("10.0.17763.973"));
  record.close();
  return dir / name;
}

/// What a user who cannot write in the folder gets: "spans: 1", or the error's kind and words. In a process
/// of its own, because root may write anywhere and cannot come back from being nobody.
std::string ask_as_stranger(const fs::path& path) {
  ::chmod(path.parent_path().c_str(), 0555);
  Child child([&](int pipe) {
    if (::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(k_nobody) != 0 || ::setuid(k_nobody) != 0))
      return Child::say(pipe, "cannot become nobody");
    if (::open((path.parent_path() / "probe").c_str(), O_WRONLY | O_CREAT, 0644) >= 0)
      return Child::say(pipe, "can write in the folder");
    auto reader = store::Reader::open(path);
    if (!reader)
      return Child::say(pipe, std::string(base::to_string(reader.error().kind())) + ": " +
                                  reader.error().message());
    if (!*reader)
      return Child::say(pipe, "nothing");
    Child::say(pipe, "spans: " + std::to_string(spans_of(**reader, "1809").size()));
  });
  const auto answer = child.rest();
  ::chmod(path.parent_path().c_str(), 0755);
  return answer;
}

void flip(const fs::path& path, std::uintmax_t offset, std::size_t count) {
  const int fd = ::open(path.c_str(), O_RDWR);
  std::string bytes(count, '\0');
  REQUIRE(::pread(fd, bytes.data(), count, static_cast<off_t>(offset)) == static_cast<ssize_t>(count));
  for (char& c : bytes)
    c = static_cast<char>(~c);
  REQUIRE(::pwrite(fd, bytes.data(), count, static_cast<off_t>(offset)) == static_cast<ssize_t>(count));
  ::close(fd);
}

} // namespace

TEST_CASE("no database is nothing, not a failure", "[store]") {
  const TempDir dir;
  CHECK_FALSE(must(store::Reader::open(dir / "none.sqlite")));
  CHECK_FALSE(must(store::Reader::open(dir / "no/folder/none.sqlite")));
  dir.write("blank.sqlite", "");
  CHECK_FALSE(must(store::Reader::open(dir / "blank.sqlite")));
  CHECK(store::verify_database(dir / "none.sqlite").error().kind() == base::ErrorKind::not_found);
  const auto folder = store::Reader::open(dir.path());
  REQUIRE_FALSE(folder);
  CHECK(folder.error().message().find("is a folder") != std::string::npos);
}

TEST_CASE("a writer makes folders and the database", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = dir / "a/b/t.sqlite";
  must(must(store::Writer::open(path, clock)).close());
  CHECK_FALSE(fs::exists(path.string() + "-wal"));
  CHECK_FALSE(fs::exists(path.string() + "-shm"));
  CHECK(must(store::Reader::open(path)));
  // An empty file is as good as none.
  dir.write("blank.sqlite", "");
  must(must(store::Writer::open(dir / "blank.sqlite", clock)).close());
  CHECK(must(store::Reader::open(dir / "blank.sqlite")));
}

TEST_CASE("what is no tagdb database is refused and left alone", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  dir.write("page.html", "<html>" + std::string(5000, 'x') + "</html>");
  dir.write("short", "SQLite");
  {
    const auto other = must(store::Connection::open((dir / "other.sqlite").string(),
                                                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "other"));
    must(other->execute("CREATE TABLE theirs (a); PRAGMA user_version = 7"));
  }
  for (const auto* name : {"page.html", "short", "other.sqlite"}) {
    INFO(name);
    const auto before = slurp(dir / name);
    const auto read = store::Reader::open(dir / name);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind() == base::ErrorKind::integrity);
    CHECK(read.error().message().find("is not a tagdb database") != std::string::npos);
    CHECK_FALSE(read.error().hint().empty());
    const auto write = store::Writer::open(dir / name, clock);
    REQUIRE_FALSE(write);
    CHECK(write.error().kind() == base::ErrorKind::integrity);
    CHECK(store::verify_database(dir / name).error().kind() == base::ErrorKind::integrity);
    CHECK(slurp(dir / name) == before);
  }
}

TEST_CASE("a newer schema is refused in one sentence", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = make_database(dir);
  tamper(path, "PRAGMA user_version = 99");
  const auto read = store::Reader::open(path);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind() == base::ErrorKind::busy);
  CHECK(read.error().message().find("newer tagdb") != std::string::npos);
  const auto write = store::Writer::open(path, clock);
  REQUIRE_FALSE(write);
  CHECK(write.error().kind() == base::ErrorKind::busy);
}

TEST_CASE("an applied migration must be the one this program has", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto path = make_database(dir);
  tamper(path, "UPDATE schema_migration SET sha256 = 'other'");
  const auto write = store::Writer::open(path, clock);
  REQUIRE_FALSE(write);
  CHECK(write.error().kind() == base::ErrorKind::integrity);
  CHECK(write.error().message().find("0001_foundations.sql") != std::string::npos);
  CHECK(must(store::Reader::open(path))); // questions are still answered
  CHECK_FALSE(damages_of(path).empty());
}

TEST_CASE("damage is said, wherever it is", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto sound = make_database(dir);
  const auto size = fs::file_size(sound);
  // Header, schema, then every page; then files that are cut.
  std::vector<std::uintmax_t> offsets{0, 16, 40, 100, 105, 3000};
  for (std::uintmax_t page = 4096; page < size; page += 4096)
    offsets.push_back(page);
  std::size_t noticed = 0;
  for (const auto offset : offsets) {
    INFO("offset " << offset);
    const auto path = dir / "damaged.sqlite";
    fs::copy_file(sound, path, fs::copy_options::overwrite_existing);
    flip(path, offset, 64);
    // Nothing may crash, and whatever fails must be called what it is.
    const auto report = store::verify_database(path);
    if (!report)
      CHECK(report.error().kind() == base::ErrorKind::integrity);
    if (!report || !report->damages.empty())
      ++noticed;
    if (const auto write = store::Writer::open(path, clock); !write)
      CHECK(write.error().kind() == base::ErrorKind::integrity);
    for (const auto* suffix : {"-wal", "-shm"})
      fs::remove(path.string() + suffix);
  }
  // Some bytes mean nothing: reserved ones of the header, free room in a page.
  CHECK(noticed >= offsets.size() - 4);
  for (const std::uintmax_t cut : {std::uintmax_t{50}, std::uintmax_t{4096}, size / 2, size - 1}) {
    INFO("cut to " << cut);
    const auto path = dir / "cut.sqlite";
    fs::copy_file(sound, path, fs::copy_options::overwrite_existing);
    fs::resize_file(path, cut);
    const auto report = store::verify_database(path);
    if (report)
      CHECK_FALSE(report->damages.empty());
    else
      CHECK(report.error().kind() == base::ErrorKind::integrity);
  }
}

TEST_CASE("a stranger reads what lies in a folder of somebody else", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  ::chmod(dir.path().c_str(), 0755);
  fs::create_directory(dir / "in");
  const auto path = make_database(dir, "in/t.sqlite");

  SECTION("closed") {
    CHECK(ask_as_stranger(path) == "spans: 1");
  }
  SECTION("closed, with a name that a URI would read otherwise") {
    const auto odd = path.parent_path() / "100%41 of#it?.sqlite";
    fs::rename(path, odd);
    CHECK(ask_as_stranger(odd) == "spans: 1");
  }
  SECTION("the owner asked before") {
    CHECK(spans_of(open_reader(path), "1809").size() == 1);
    CHECK(ask_as_stranger(path) == "spans: 1");
  }
  SECTION("a sync is writing") {
    RecordBuilder record(path, clock);
    record.check(k_core, "2020-01-02T00:00:00Z").present("1809", TestImage("10.0.17763.1040"));
    record.flush();
    record.check(k_core, "2020-01-03T00:00:00Z").present("1809", TestImage("10.0.17763.973"));
    CHECK(ask_as_stranger(path) == "spans: 2");
  }
  SECTION("a sync was killed") {
    Child child([&](int pipe) {
      RecordBuilder record(path, clock);
      record.check(k_core, "2020-01-02T00:00:00Z").present("1809", TestImage("10.0.17763.1040"));
      record.flush();
      Child::say(pipe, "x");
      ::pause();
    });
    REQUIRE(child.wait_for_byte());
    child.kill();
    REQUIRE(fs::file_size(path.string() + "-wal") > 0);
    CHECK(ask_as_stranger(path) == "spans: 2");
    // Without the index of the log its rows cannot be read, and the file alone would be yesterday's truth.
    fs::remove(path.string() + "-shm");
    const auto answer = ask_as_stranger(path);
    CHECK(answer.find("internal: ") == 0);
    CHECK(answer.find("a sync is writing it or was killed") != std::string::npos);
    // The owner's next writer mends it.
    must(must(store::Writer::open(path, clock)).close());
    CHECK(ask_as_stranger(path) == "spans: 2");
  }
  SECTION("a snapshot without a log") {
    tamper(path, "PRAGMA journal_mode = DELETE");
    CHECK(ask_as_stranger(path) == "spans: 1");
  }
  SECTION("unreadable") {
    ::chmod(path.c_str(), 0000);
    if (::geteuid() == 0) {
      const auto answer = ask_as_stranger(path);
      CHECK(answer.find("internal: cannot open or write the database") == 0);
    }
    ::chmod(path.c_str(), 0644);
  }
}

TEST_CASE("a writer in a folder it cannot write says so", "[store]") {
  const TempDir dir;
  ::chmod(dir.path().c_str(), 0755);
  fs::create_directory(dir / "in");
  ::chmod((dir / "in").c_str(), 0555);
  Child child([&](int pipe) {
    if (::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(k_nobody) != 0 || ::setuid(k_nobody) != 0))
      return Child::say(pipe, "cannot become nobody");
    const ManualClock clock;
    const auto writer = store::Writer::open(dir / "in/t.sqlite", clock);
    Child::say(pipe, writer ? "opened"
                            : std::string(base::to_string(writer.error().kind())) + ": " +
                                  writer.error().message());
  });
  const auto answer = child.rest();
  CHECK(answer.find("internal: ") == 0);
  CHECK(answer.find("Permission denied") != std::string::npos);
  ::chmod((dir / "in").c_str(), 0755);
}
