#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/mirror/spool.hpp>

#include <sys/stat.h>

using namespace tagdb;
using namespace tagdb::mirror;

namespace {

std::string patterned(std::size_t size, unsigned salt = 0) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(((i + salt) * 2654435761u) >> 13);
  return bytes;
}

/// In pieces as libcurl gives them.
void pour(SpoolFile& file, std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 16384)))
    REQUIRE(file.write(bytes.substr(0, 16384)));
}

} // namespace

TEST_CASE("a blob is written, verified and moved; an earlier run's part is gone on with") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, std::size_t{9} << 20}) {
    INFO(size);
    test::TempDir folder;
    const auto bytes = patterned(size);
    const auto digest = oci::Digest::of(bytes);
    const auto spool = Spool::open(folder / "spool");
    REQUIRE(spool);
    {
      const auto first = spool->begin(digest, size);
      REQUIRE(first);
      pour(**first, std::string_view(bytes).substr(0, size / 2));
    }
    CHECK(spool->held(digest) == size / 2);
    const auto second = spool->begin(digest, size);
    REQUIRE(second);
    CHECK((*second)->offset() == size / 2);
    std::uint64_t told = 0;
    (*second)->on_progress([&](std::uint64_t more) { told += more; });
    pour(**second, std::string_view(bytes).substr(size / 2));
    CHECK(told == size - size / 2);
    REQUIRE((*second)->finish());
    REQUIRE((*second)->move_to(folder / "blob"));
    CHECK((test::slurp(folder / "blob") == bytes));
    struct stat info {};
    ::stat((folder / "blob").c_str(), &info);
    CHECK((info.st_mode & 0777) == 0644);
    CHECK(std::filesystem::is_empty(folder / "spool"));
  }
}

TEST_CASE("wrong bytes are found out, and the next try starts clean") {
  for (const std::size_t size : {std::size_t{1000}, std::size_t{9} << 20}) {
    INFO(size);
    test::TempDir folder;
    const auto bytes = patterned(size);
    const auto spool = *Spool::open(folder / "spool");
    struct Case {
      const char* name;
      std::string written;
    };
    for (const auto& each : {Case{"damaged", patterned(size, 1)}, Case{"short", bytes.substr(0, size - 1)}}) {
      INFO(each.name);
      const auto file = *spool.begin(oci::Digest::of(bytes), size);
      pour(*file, each.written);
      const auto finished = file->finish();
      REQUIRE_FALSE(finished);
      CHECK(finished.error().kind() == base::ErrorKind::integrity);
      CHECK_FALSE(file->move_to(folder / "never"));
      REQUIRE(file->restart());
      CHECK(file->offset() == 0);
      pour(*file, bytes);
      CHECK(file->finish());
      file->discard();
    }
    CHECK(std::filesystem::is_empty(folder / "spool"));
  }
}

TEST_CASE("a damaged part of an earlier run is found at the end, one that is too long at once") {
  test::TempDir folder;
  const auto bytes = patterned(6u << 20);
  const auto digest = oci::Digest::of(bytes);
  const auto spool = *Spool::open(folder / "spool");
  folder.write("spool/" + std::string(digest.encoded()), patterned(3u << 20, 7));
  const auto file = *spool.begin(digest, bytes.size());
  pour(*file, std::string_view(bytes).substr(3u << 20));
  CHECK_FALSE(file->finish());
  REQUIRE(file->restart());
  pour(*file, bytes);
  CHECK(file->finish());
  file->discard();
  folder.write("spool/" + std::string(digest.encoded()), bytes + "more");
  CHECK((*spool.begin(digest, bytes.size()))->offset() == 0);
}

TEST_CASE("two at the same blob do not disturb each other") {
  test::TempDir folder;
  const auto bytes = patterned(100'000);
  const auto digest = oci::Digest::of(bytes);
  const auto spool = *Spool::open(folder / "spool");
  const auto first = *spool.begin(digest, bytes.size());
  pour(*first, std::string_view(bytes).substr(0, 50'000));
  {
    const auto second = *spool.begin(digest, bytes.size());
    CHECK(second->offset() == 0);
    pour(*second, bytes);
    REQUIRE(second->finish());
    REQUIRE(second->move_to(folder / "blob"));
    const auto third = *spool.begin(digest, bytes.size());
    pour(*third, "left behind");
  }
  pour(*first, std::string_view(bytes).substr(50'000));
  REQUIRE(first->finish());
  REQUIRE(first->move_to(folder / "blob"));
  CHECK((test::slurp(folder / "blob") == bytes));
  CHECK(std::filesystem::is_empty(folder / "spool"));
}

TEST_CASE("what cannot be verified is not begun") {
  test::TempDir folder;
  const auto spool = *Spool::open(folder / "spool");
  const auto digest = *oci::Digest::parse("sha512:" + std::string(128, 'a'));
  CHECK_FALSE(spool.begin(digest, 1));
}
