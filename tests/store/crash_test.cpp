#include "store_fixture.hpp"

#include <sys/resource.h>

namespace {

using namespace tagdb;
using namespace tagdb::test;
namespace fs = std::filesystem;

constexpr int k_tags_in_a_batch = 5;

/// Goes on recording tags of its own; one byte after each checkpoint.
void record_for_ever(const fs::path& path, int round, int pipe) {
  const ManualClock clock;
  RecordBuilder record(path, clock);
  for (int batch = 0;; ++batch) {
    record.check(k_core, "2020-02-01T00:00:00Z");
    for (int i = 0; i < k_tags_in_a_batch; ++i) {
      const std::string name = std::to_string(round) + "-" + std::to_string(batch) + "-" + std::to_string(i);
      record.present(name, TestImage("10.0.17763." + std::to_string(1000 + i), "", name));
    }
    record.flush();
    Child::say(pipe, "x");
  }
}

std::size_t tags_in(const fs::path& path) {
  const auto reader = open_reader(path);
  return must(reader.tags(repository_of(reader))).size();
}

} // namespace

TEST_CASE("whenever a writer is killed, what it had made durable is there", "[store]") {
  const TempDir dir;
  const auto path = dir / "t.sqlite";
  std::size_t promised = 0;
  for (int round = 0; round < 12; ++round) {
    INFO("round " << round);
    Child child([&](int pipe) { record_for_ever(path, round, pipe); });
    // The kill falls somewhere behind this many checkpoints; where exactly the scheduler says, differently
    // each time.
    for (int batch = 0; batch <= round * 3 % 7; ++batch) {
      REQUIRE(child.wait_for_byte());
      promised += k_tags_in_a_batch;
    }
    child.kill();
    // A reader comes first: it must do without the writer's mending.
    REQUIRE(tags_in(path) >= promised);
    REQUIRE(damages_of(path).empty());
    promised = tags_in(path);
    // All of a batch or nothing of it.
    REQUIRE(promised % k_tags_in_a_batch == 0);
  }
}

TEST_CASE("a full disk stops the writer and loses nothing that was recorded", "[store]") {
  const TempDir dir;
  const auto path = dir / "t.sqlite";
  {
    const ManualClock clock;
    RecordBuilder record(path, clock);
    record.check(k_core, "2020-01-01T00:00:00Z").present("1809", TestImage("10.0.17763.973"));
    record.close();
  }
  Child child([&](int pipe) {
    // No file may grow further than this: the nearest thing to a full disk that needs no rights.
    ::signal(SIGXFSZ, SIG_IGN);
    const rlim_t limit = 600 * 1024;
    const struct rlimit small { limit, limit };
    ::setrlimit(RLIMIT_FSIZE, &small);
    const ManualClock clock;
    auto writer = must(store::Writer::open(path, clock));
    const auto repository = must(writer.repository(must(oci::RegistryName::parse("mcr.microsoft.com")),
                                                   must(oci::RepositoryName::parse(k_core))));
    for (int i = 0; i < 100'000; ++i) {
      const TestImage image("10.0.17763." + std::to_string(i));
      const Blob index = image.index();
      auto status = writer.add_manifest(index.digest, oci::k_docker_list, index.bytes,
                                        must(oci::parse_manifest(index.bytes, "")));
      if (status && i % 100 == 99)
        status = writer.checkpoint();
      if (status)
        continue;
      // The transaction is gone, so nothing may be added to the hole it left.
      const bool stays = !writer.checkpoint() && !writer.repository(must(oci::RegistryName::parse("a.b")),
                                                                    must(oci::RepositoryName::parse("c")));
      static_cast<void>(repository);
      return Child::say(pipe, std::string(base::to_string(status.error().kind())) + " " +
                                  status.error().message() + (stays ? " | stays failed" : " | goes on"));
    }
    Child::say(pipe, "never full");
  });
  const auto answer = child.rest();
  INFO(answer);
  CHECK(answer.find("internal cannot write") == 0);
  CHECK(answer.find("disk full") != std::string::npos);
  CHECK(answer.find("| stays failed") != std::string::npos);
  CHECK(damages_of(path).empty());
  CHECK(spans_of(open_reader(path), "1809").size() == 1);
  const ManualClock clock;
  RecordBuilder record(path, clock);
  record.check(k_core, "2020-01-02T00:00:00Z").present("1809", TestImage("10.0.17763.1040"));
  record.close();
  CHECK(spans_of(open_reader(path), "1809").size() == 2);
}

TEST_CASE("readers answer while a writer writes", "[store]") {
  const TempDir dir;
  const auto path = dir / "t.sqlite";
  Child child([&](int pipe) { record_for_ever(path, 0, pipe); });
  REQUIRE(child.wait_for_byte());
  std::size_t seen = 0;
  for (int look = 0; look < 50; ++look) {
    const auto reader = open_reader(path);
    const auto repository = repository_of(reader);
    const auto tags = must(reader.tags(repository)).size();
    // One moment: a whole number of batches, each tag with its span, never fewer than before.
    REQUIRE(tags % k_tags_in_a_batch == 0);
    REQUIRE(must(reader.spans_of_repository(repository)).size() == tags);
    REQUIRE(tags >= seen);
    seen = tags;
  }
}
