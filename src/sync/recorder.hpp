#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/oci/manifest.hpp>
#include <tagdb/store/writer.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace tagdb::sync {

struct NewManifest {
  oci::Digest digest;
  std::string media_type, bytes;
  oci::ParsedManifest parsed;
};
/// Read where it is written: nobody else needs what it says, and the crawl's thread has enough to do.
struct NewConfig {
  oci::Digest digest;
  std::string media_type, bytes;
  std::optional<std::string> refused_before{}; ///< the answer that the database had
};
struct Refusal {
  oci::Digest digest;
  std::string answer;
};
/// One thing to record. What is stored must come before what refers to it: records are written in the order
/// in which they were added.
using Record = std::variant<NewManifest, NewConfig, Refusal, store::Observation, store::FailureRecord>;

/// Where records go. A seam: a test can be a disk that fills up.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual base::Status write(const Record& record) = 0;
  virtual base::Status checkpoint() = 0;
  /// What is held under a digest; see store::Writer::find_content.
  virtual base::Result<std::optional<store::ContentRecord>> find_content(const oci::Digest& digest) = 0;
  virtual base::Result<std::optional<std::string>> bytes(const oci::Digest& digest) = 0;
};

/// A config that is verified, and that nobody can read.
struct BadConfig {
  oci::Digest digest;
  base::Error error;
  bool known = false; ///< it was refused before with the same answer
};

/// The database, for one check.
class StoreSink final : public RecordSink {
 public:
  StoreSink(store::Writer& writer, store::RepositoryId repository, store::CheckId check)
      : m_writer(writer), m_repository(repository), m_check(check) {}
  base::Status write(const Record& record) override;
  base::Status checkpoint() override { return m_writer.checkpoint(); }
  base::Result<std::optional<store::ContentRecord>> find_content(const oci::Digest& digest) override {
    return m_writer.find_content(digest);
  }
  base::Result<std::optional<std::string>> bytes(const oci::Digest& digest) override {
    return m_writer.bytes(digest);
  }
  /// Configs that were refused in place of being stored. Once the recorder has finished.
  const std::vector<BadConfig>& bad_configs() const { return m_bad_configs; }

 private:
  base::Status write_config(const NewConfig& config);

  store::Writer& m_writer;
  store::RepositoryId m_repository;
  store::CheckId m_check;
  std::vector<BadConfig> m_bad_configs;
};

struct RecorderLimits {
  /// What may wait to be written; beyond it add() waits. Two limits, because small records cost more than
  /// their bytes.
  std::size_t max_bytes = 2u << 20;
  std::size_t max_records = 4096;
  std::chrono::nanoseconds checkpoint_interval = std::chrono::milliseconds(700);
};

/// Writes what the crawl finds on a thread of its own: the database must not keep the network waiting. A
/// checkpoint is made at least once a second and whenever there is nothing left to write, so that a killed
/// run loses little.
///
/// The first failure ends it: nothing more is written, `failed()` says so, finish() has the reason.
class Recorder {
 public:
  Recorder(RecordSink& sink, const base::Clock& clock, RecorderLimits limits = {});
  /// Stops without writing what still waits, unless finish() was called.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Hands a record over; waits while too much is waiting. After a failure it is dropped.
  void add(Record record);
  bool failed() const { return m_failed.load(std::memory_order_relaxed); }

  /// Questions to the sink, between two writes; nothing where it fails, which counts as a failure to record.
  /// What was added and not yet written is not seen.
  std::optional<store::ContentRecord> find_content(const oci::Digest& digest);
  std::optional<std::string> bytes(const oci::Digest& digest);

  /// Writes everything, makes it durable and ends the thread. Once.
  base::Status finish();

 private:
  enum class End : std::uint8_t { none, finish, abandon };

  void work();
  std::vector<Record> take();
  void write(std::vector<Record> records);
  void checkpoint();
  void note(base::Error error);
  void end(End how);

  RecordSink& m_sink;
  const base::Clock& m_clock;
  const RecorderLimits m_limits;

  std::mutex m_mutex; ///< of what waits
  std::condition_variable m_more, m_room;
  std::vector<Record> m_waiting;
  std::size_t m_bytes = 0, m_count = 0; ///< waiting or being written
  End m_end = End::none;

  std::mutex m_sink_mutex; ///< held for one write at a time, so that a question never waits long
  std::atomic<bool> m_failed{false};
  std::optional<base::Error> m_error; ///< the first; of m_sink_mutex while the thread runs
  bool m_dirty = false;               ///< written since the last checkpoint; the thread's
  std::chrono::nanoseconds m_last_checkpoint;
  std::thread m_thread; ///< last: it uses the rest
};

} // namespace tagdb::sync
