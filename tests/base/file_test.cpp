#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/file.hpp>

#include <csignal>
#include <fcntl.h>
#include <iterator>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tagdb::base;
using tagdb::test::slurp;
using tagdb::test::TempDir;
namespace fs = std::filesystem;

namespace {

std::ptrdiff_t entries(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

} // namespace

TEST_CASE("reading: there, absent, too large, not a file") {
  const TempDir dir;
  dir.write("a", "bytes\0more");
  CHECK(read_file(dir / "a", 100).value() == "bytes");
  CHECK(read_file(dir / "a", 5).value() == "bytes");
  CHECK_FALSE(read_file(dir / "a", 4).has_value());
  CHECK(read_file(dir / "absent", 100).value() == std::nullopt);
  CHECK(read_file(dir / "a/below-a-file", 100).value() == std::nullopt);
  CHECK_FALSE(read_file(dir.path(), 100).has_value());
  dir.write("empty", "");
  CHECK(read_file(dir / "empty", 0).value() == "");
  const std::string large(300'000, 'x');
  dir.write("large", large);
  CHECK(read_file(dir / "large", 1u << 20).value() == large);
}

TEST_CASE("files without a size are read to their end") {
  const auto status = read_file("/proc/self/status", 1u << 20);
  REQUIRE(status);
  REQUIRE(status->has_value());
  CHECK((*status)->find("Pid:") != std::string::npos);
  CHECK_FALSE(read_file("/dev/zero", 1u << 16).has_value());
}

TEST_CASE("writing replaces the whole file and leaves nothing beside it") {
  const TempDir dir;
  REQUIRE(write_file_atomically(dir / "f", std::string(100'000, 'a')));
  REQUIRE(write_file_atomically(dir / "f", "b", 0600));
  CHECK(slurp(dir / "f") == "b");
  CHECK(entries(dir.path()) == 1);
  struct stat info {};
  REQUIRE(::stat((dir / "f").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777u) == 0600u);
}

TEST_CASE("a failed write leaves the old file and nothing beside it") {
  const TempDir dir;
  CHECK_FALSE(write_file_atomically(dir / "absent" / "f", "x"));
  fs::create_directory(dir / "folder");
  dir.write("folder/inside", "kept");
  const auto refused = write_file_atomically(dir / "folder", "x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find("cannot replace") != std::string::npos);
  CHECK(slurp(dir / "folder/inside") == "kept");
  CHECK(entries(dir.path()) == 1);
}

TEST_CASE("bytes that do not fit are said, and lose nothing") {
  // A limit on file sizes fails a write in the middle, as a full disk does. It holds for a whole process,
  // hence a child.
  const TempDir dir;
  dir.write("f", "old");
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto refused = write_file_atomically(dir / "f", std::string(100'000, 'x'));
    ::_exit(refused ? 1 : 0);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(status == 0);
  CHECK(slurp(dir / "f") == "old");
  CHECK(entries(dir.path()) == 1);
}

TEST_CASE("a symbolic link stays one, its target is replaced") {
  const TempDir dir;
  dir.write("real/file", "old");
  fs::create_symlink("real/file", dir / "link");
  REQUIRE(write_file_atomically(dir / "link", "new"));
  CHECK(fs::is_symlink(dir / "link"));
  CHECK(slurp(dir / "real/file") == "new");
}

TEST_CASE("folders are made with their parents, twice if need be") {
  const TempDir dir;
  CHECK(make_directories(dir / "a/b/c"));
  CHECK(make_directories(dir / "a/b/c"));
  CHECK(fs::is_directory(dir / "a/b/c"));
  dir.write("file", "");
  CHECK_FALSE(make_directories(dir / "file/below"));
}

TEST_CASE("a descriptor is closed once, by whoever holds it last") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  {
    Fd first(ends[0]);
    Fd second = std::move(first);
    CHECK_FALSE(first.valid());
    CHECK(second.get() == ends[0]);
    first = std::move(second);
    CHECK(::fcntl(ends[0], F_GETFD) >= 0);
  }
  CHECK(::fcntl(ends[0], F_GETFD) == -1);
  Fd third(ends[1]);
  CHECK(third.release() == ends[1]);
  third.close();
  CHECK(::fcntl(ends[1], F_GETFD) >= 0);
  ::close(ends[1]);
}
