#include "mirror_fixture.hpp"
#include <tagdb/base/clock.hpp>

#include <algorithm>

using namespace tagdb;
using namespace tagdb::mirror;

namespace {

struct CareFixture : MirrorFixture {
  CareFixture() { must_copy(*from_registry(), *to_layout(), {add(made, "ltsc2019")}); }

  std::vector<std::string> verified() {
    const auto result = verify_layout(*Layout::open(folder / "layout"));
    if (!result)
      FAIL(result.error().to_string());
    std::vector<std::string> told;
    for (const auto& finding : result->findings)
      told.push_back(std::string(to_string(finding.kind)) + " " + finding.digest + " " + finding.reference);
    std::sort(told.begin(), told.end());
    return told;
  }
  base::Result<Garbage> collect(bool write, std::chrono::seconds grace = std::chrono::seconds(0)) {
    // A second later than anything that was written here.
    const auto now = base::SystemClock().now() + std::chrono::seconds(2);
    return collect_garbage(*Layout::open(folder / "layout"), now, {write, grace});
  }
  std::size_t blobs() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder / "layout/blobs/sha256"),
                      std::filesystem::directory_iterator()));
  }
  void orphan() { folder.write(blob_file("nobody's"), "nobody's"); }

  const MadeImage made{"10.0.17763.1040"};
  const MadeImage::Platform& platform = made.platforms[0];
  const std::string name = "mcr.microsoft.com/windows/servercore:ltsc2019";
};

std::string line(const char* kind, const std::string& bytes, const std::string& reference) {
  return std::string(kind) + " " + MadeImage::digest(bytes) + " " + reference;
}

} // namespace

TEST_CASE("what verify finds") {
  struct Case {
    const char* name;
    std::function<void(CareFixture&)> change;
    std::function<std::vector<std::string>(CareFixture&)> found;
    bool sound;
  };
  const auto remove = [](CareFixture& fixture, const std::string& bytes) {
    std::filesystem::remove(fixture.folder / fixture.blob_file(bytes));
  };
  const Case cases[] = {
      {"nothing", [](CareFixture&) {}, [](CareFixture&) { return std::vector<std::string>(); }, true},
      {"a layer is gone", [&](CareFixture& f) { remove(f, f.platform.layer); },
       [](CareFixture& f) { return std::vector{line("missing", f.platform.layer, f.name)}; }, false},
      {"a config is gone", [&](CareFixture& f) { remove(f, f.platform.config); },
       [](CareFixture& f) { return std::vector{line("missing", f.platform.config, f.name)}; }, false},
      {"one bit of a layer",
       [](CareFixture& f) {
         auto bytes = f.platform.layer;
         bytes[3] ^= 1;
         f.folder.write(f.blob_file(f.platform.layer), bytes);
       },
       [](CareFixture& f) { return std::vector{line("damaged", f.platform.layer, "")}; }, false},
      {"an orphan", [](CareFixture& f) { f.orphan(); },
       [](CareFixture&) { return std::vector{line("orphaned", "nobody's", "")}; }, true},
      {"the index is gone", [&](CareFixture& f) { remove(f, f.made.index); },
       [](CareFixture& f) { // the wrapper still leads to the platform
         return std::vector{line("dangling", f.made.index, f.name)};
       },
       false},
      {"a descriptor states another type",
       [](CareFixture& f) {
         auto text = test::slurp(f.folder / "layout/index.json");
         const std::string type(oci::k_docker_list);
         text.replace(text.find(type), type.size(), oci::k_oci_index);
         f.folder.write("layout/index.json", text);
       },
       [](CareFixture& f) { return std::vector{line("damaged", f.made.index, f.name)}; }, false},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CareFixture fixture;
    each.change(fixture);
    CHECK(fixture.verified() == each.found(fixture));
    CHECK(verify_layout(*Layout::open(fixture.folder / "layout"))->sound() == each.sound);
  }
}

TEST_CASE_METHOD(CareFixture, "verify can be stopped") {
  const auto result = verify_layout(*Layout::open(folder / "layout"), [](std::uint64_t) { return false; });
  REQUIRE_FALSE(result);
  CHECK(result.error().kind() == base::ErrorKind::interrupted);
}

TEST_CASE_METHOD(CareFixture, "gc: a dry run tells, a run removes, and what is reached stays") {
  orphan();
  folder.write("layout/.tagdb/partial/" + std::string(64, 'a'), "part");
  const auto before = blobs();
  const auto dry = collect(false);
  REQUIRE(dry);
  CHECK(dry->items.size() == 2);
  CHECK(dry->bytes == 12);
  CHECK_FALSE(dry->removed);
  CHECK(blobs() == before);
  const auto wet = collect(true);
  REQUIRE(wet);
  CHECK(wet->items.size() == 2);
  CHECK(wet->removed);
  CHECK(blobs() == before - 1);
  CHECK(verified().empty());
  CHECK(collect(true)->items.empty());
}

TEST_CASE_METHOD(CareFixture, "gc leaves alone what is young, and what a writer has just looked at") {
  orphan();
  CHECK(collect(true, std::chrono::hours(1))->items.empty());
  CHECK(collect(true, std::chrono::hours(1))->young == 1);
}

TEST_CASE_METHOD(CareFixture, "gc and writers keep out of each other's way") {
  const auto writer = to_layout();
  const auto result = collect(true);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind() == base::ErrorKind::busy);
  CHECK(collect(false)); // looking disturbs nobody
}

TEST_CASE_METHOD(CareFixture, "gc does not sweep where it cannot see what is reached") {
  orphan();
  auto bytes = platform.manifest;
  bytes[5] ^= 1;
  folder.write(blob_file(platform.manifest), bytes);
  const auto result = collect(true);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind() == base::ErrorKind::integrity);
  CHECK(std::filesystem::exists(folder / blob_file("nobody's")));
}

TEST_CASE_METHOD(CareFixture, "gc removes what a moved tag left, and keeps what is shared") {
  const MadeImage fresh("10.0.17763.1098");
  must_copy(*from_registry(), *to_layout(), {add(fresh, "ltsc2019")});
  REQUIRE(collect(true));
  CHECK_FALSE(std::filesystem::exists(folder / blob_file(platform.layer)));
  CHECK_FALSE(std::filesystem::exists(folder / blob_file(made.index)));
  CHECK(std::filesystem::exists(folder / blob_file(platform.foreign)));
  CHECK(verified().empty());
}
