#include "check.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <string>
#include <vector>

// The fuzz targets over their seeds, and over what each seed becomes when it is cut or one byte of it is
// wrong. It finds less than the fuzzer, but it runs everywhere, each time. A broken promise aborts the
// program, which fails the test.

#define TAGDB_FUZZ_TARGETS(X)                                                                                \
  X(json)                                                                                                    \
  X(manifest) X(image_config) X(reference) X(tag_grammar) X(time) X(text) X(knowledge) X(explain)

#define TAGDB_DECLARE(name) extern "C" int tagdb_fuzz_##name(const std::uint8_t* data, std::size_t size);
TAGDB_FUZZ_TARGETS(TAGDB_DECLARE)
#undef TAGDB_DECLARE

namespace {

struct Target {
  const char* name;
  int (*run)(const std::uint8_t*, std::size_t);
};

#define TAGDB_ROW(name) {#name, tagdb_fuzz_##name},
constexpr Target k_targets[] = {TAGDB_FUZZ_TARGETS(TAGDB_ROW)};
#undef TAGDB_ROW

int run(const Target& target, const std::string& bytes) {
  // A copy of exactly this size, so that a sanitizer sees a step beyond its end.
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
  return target.run(exact.data(), exact.size());
}

} // namespace

TEST_CASE("no seed, and no damaged seed, breaks a promise") {
  for (const auto& target : k_targets) {
    INFO(target.name);
    std::size_t seeds = 0;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::string(TAGDB_SOURCE_DIR "/tests/fuzz/corpus/") + target.name)) {
      INFO(entry.path().filename().string());
      const auto bytes = tagdb::test::slurp(entry.path());
      CHECK(run(target, bytes) == 0);
      ++seeds;
      const std::size_t step = std::max<std::size_t>(1, bytes.size() / 200);
      for (std::size_t i = 0; i < bytes.size(); i += step) {
        CHECK(run(target, bytes.substr(0, i)) == 0);
        for (const char wrong : {'\0', '"', '[', '}', '-', '9', '\x80', '\xff'}) {
          auto damaged = bytes;
          damaged[i] = wrong;
          CHECK(run(target, damaged) == 0);
        }
      }
    }
    CHECK(seeds >= 2);
  }
}
