#include "recorder.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

using namespace tagdb;
using namespace std::chrono_literals;

namespace {

/// Long enough that only a deadlock reaches it.
constexpr auto k_patience = 60s;

/// A database made of a vector: it can be slow, and it can fail.
class FakeSink final : public sync::RecordSink {
 public:
  base::Status write(const sync::Record& record) override {
    std::unique_lock lock(m_mutex);
    ++m_begun;
    m_changed.notify_all();
    m_changed.wait_for(lock, k_patience, [&] { return !m_closed; });
    if (m_written.size() == m_fail_at)
      return base::Error(base::ErrorKind::internal, "the disk is full");
    m_written.push_back(std::get<store::Observation>(record).tag);
    m_changed.notify_all();
    return {};
  }
  base::Status checkpoint() override {
    const std::lock_guard lock(m_mutex);
    m_durable = m_written.size();
    ++m_checkpoints;
    m_changed.notify_all();
    if (m_fail_checkpoint)
      return base::Error(base::ErrorKind::internal, "the disk is full");
    return {};
  }
  base::Result<std::optional<store::ContentRecord>> find_content(const oci::Digest&) override {
    if (m_damaged)
      return base::Error(base::ErrorKind::integrity, "damaged");
    return std::nullopt;
  }
  base::Result<std::optional<std::string>> bytes(const oci::Digest&) override { return "held"; }

  void fail_at(std::size_t number) { m_fail_at = number; }
  void fail_checkpoint() { m_fail_checkpoint = true; }
  void damage() { m_damaged = true; }
  void close() { set_closed(true); }
  void open() { set_closed(false); }
  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, k_patience, [&] { return condition(*this); });
  }

  std::vector<std::string> m_written; ///< the recorder's thread writes it; read after finish(), or in wait()
  std::size_t m_begun = 0, m_durable = 0, m_checkpoints = 0;

 private:
  void set_closed(bool closed) {
    const std::lock_guard lock(m_mutex);
    m_closed = closed;
    m_changed.notify_all();
  }
  std::mutex m_mutex;
  std::condition_variable m_changed;
  bool m_closed = false, m_fail_checkpoint = false, m_damaged = false;
  std::size_t m_fail_at = SIZE_MAX;
};

sync::Record record(int number) {
  return store::Observation{
      std::to_string(number), store::SpanState::absent, std::nullopt, {}, base::Instant{}};
}

const oci::Digest k_digest = oci::Digest::of("x");

} // namespace

TEST_CASE("records are written in the order in which they were added, and all of them") {
  test::ManualClock clock;
  FakeSink sink;
  sync::Recorder recorder(sink, clock);
  std::vector<std::string> expected;
  for (int i = 0; i < 10'000; ++i) {
    recorder.add(record(i));
    expected.push_back(std::to_string(i));
  }
  REQUIRE(recorder.finish());
  CHECK(sink.m_written == expected);
  CHECK(sink.m_durable == expected.size());
}

TEST_CASE("what was written becomes durable in a lull, without waiting for more") {
  test::ManualClock clock; // stands still: it is not the interval that does it
  FakeSink sink;
  sync::Recorder recorder(sink, clock);
  recorder.add(record(1));
  CHECK(sink.wait([](const auto& s) { return s.m_durable == 1; }));
  recorder.add(record(2));
  CHECK(sink.wait([](const auto& s) { return s.m_durable == 2; }));
  REQUIRE(recorder.finish());
}

TEST_CASE("under load a checkpoint is made when the interval has passed") {
  test::ManualClock clock;
  FakeSink sink;
  sync::Recorder recorder(sink, clock, {.checkpoint_interval = 700ms});
  // Held at the first write until all is queued, so that there is no lull between.
  sink.close();
  for (int i = 0; i < 200; ++i)
    recorder.add(record(i));
  CHECK(sink.wait([](const auto& s) { return s.m_begun == 1; }));
  clock.advance(700ms);
  sink.open();
  CHECK(sink.wait([](const auto& s) { return s.m_durable == 1; }));
  REQUIRE(recorder.finish());
  CHECK(sink.m_written.size() == 200);
}

TEST_CASE("who adds more than may wait has to wait") {
  test::ManualClock clock;
  FakeSink sink;
  sync::Recorder recorder(sink, clock, {.max_bytes = 1u << 20, .max_records = 100});
  sink.close();
  std::mutex mutex;
  std::condition_variable changed;
  int added = 0;
  std::thread producer([&] {
    for (int i = 0; i < 500; ++i) {
      recorder.add(record(i));
      const std::lock_guard lock(mutex);
      ++added;
      changed.notify_all();
    }
  });
  {
    std::unique_lock lock(mutex);
    CHECK(changed.wait_for(lock, k_patience, [&] { return added == 100; }));
    // Nothing was written, so there is no room however long one waits; a moment shows what a bug would do.
    CHECK_FALSE(changed.wait_for(lock, 50ms, [&] { return added > 100; }));
  }
  sink.open();
  producer.join();
  REQUIRE(recorder.finish());
  CHECK(sink.m_written.size() == 500);
}

TEST_CASE("a record larger than the limit passes alone") {
  test::ManualClock clock;
  FakeSink sink;
  sync::Recorder recorder(sink, clock, {.max_bytes = 10});
  recorder.add(record(1));
  recorder.add(record(2));
  REQUIRE(recorder.finish());
  CHECK(sink.m_written.size() == 2);
}

TEST_CASE("the first failure ends it, and is what finish() tells") {
  test::ManualClock clock;
  FakeSink sink;
  sync::Recorder recorder(sink, clock, {.max_bytes = 1u << 20, .max_records = 50});
  sink.fail_at(3);
  for (int i = 0; i < 1000; ++i)
    recorder.add(record(i)); // does not hang, although nothing is written any more
  const auto status = recorder.finish();
  REQUIRE_FALSE(status);
  CHECK(status.error().message() == "the disk is full");
  CHECK(recorder.failed());
  CHECK(sink.m_written == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("a checkpoint that fails is a failure") {
  test::ManualClock clock;
  FakeSink sink;
  sink.fail_checkpoint();
  sync::Recorder recorder(sink, clock);
  recorder.add(record(1));
  CHECK(sink.wait([](const auto& s) { return s.m_checkpoints == 1; }));
  CHECK_FALSE(recorder.finish());
}

TEST_CASE("a question that fails is a failure too") {
  test::ManualClock clock;
  FakeSink sink;
  sync::Recorder recorder(sink, clock);
  CHECK_FALSE(recorder.find_content(k_digest));
  CHECK(recorder.bytes(k_digest) == "held");
  CHECK_FALSE(recorder.failed());
  sink.damage();
  CHECK_FALSE(recorder.find_content(k_digest));
  CHECK(recorder.failed());
  const auto status = recorder.finish();
  REQUIRE_FALSE(status);
  CHECK(status.error().kind() == base::ErrorKind::integrity);
}

TEST_CASE("without finish() what waits is not written") {
  test::ManualClock clock;
  FakeSink sink;
  sink.close();
  {
    sync::Recorder recorder(sink, clock);
    for (int i = 0; i < 1000; ++i)
      recorder.add(record(i));
    CHECK(sink.wait([](const auto& s) { return s.m_begun == 1; }));
    sink.fail_at(0);
    sink.open();
  }
  CHECK(sink.m_written.empty());
}

TEST_CASE("a database that may not grow ends the recording with its reason") {
  test::ManualClock clock;
  const test::TempDir dir;
  auto writer = test::must(store::Writer::open(dir / "tagdb.sqlite", clock));
  const auto repository =
      test::must(writer.repository(test::must(oci::RegistryName::parse("registry.test")),
                                   test::must(oci::RepositoryName::parse("windows/servercore"))));
  const auto check = test::must(writer.begin_check(repository, store::CheckScope::quiet, clock.now()));
  test::must(writer.checkpoint());
  sync::StoreSink sink(writer, repository, check);

  // Files of this process may not grow beyond 2 MB: a disk that is full, for whoever writes.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{2u << 20, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  base::Status status;
  {
    sync::Recorder recorder(sink, clock);
    for (int i = 0; i < 4000 && !recorder.failed(); ++i) {
      const std::string filler(4000, static_cast<char>('a' + i % 26));
      const std::string bytes = R"({"os":"windows","x":")" + filler + std::to_string(i) + "\"}";
      recorder.add(sync::NewConfig{oci::Digest::of(bytes), std::string(oci::k_docker_config), bytes});
    }
    status = recorder.finish();
  }
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  REQUIRE_FALSE(status);
  CHECK(status.error().kind() == base::ErrorKind::internal);
}
