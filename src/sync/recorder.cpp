#include "recorder.hpp"

#include "failure.hpp"
#include <tagdb/oci/image_config.hpp>

#include <utility>

namespace tagdb::sync {

namespace {

/// How many records wake the writing thread at once. One wake-up for each would cost more than the write.
constexpr std::size_t k_batch = 64;
/// How long fewer than that may lie, and what counts as a lull.
constexpr std::chrono::milliseconds k_linger{20};
/// What a record costs beside its bytes: strings and vectors of what was parsed.
constexpr std::size_t k_overhead = 1024;

std::size_t cost(const Record& record) {
  struct Cost {
    std::size_t operator()(const NewManifest& manifest) const {
      // The parsed form repeats digests, types and URLs: about the bytes again.
      return 2 * manifest.bytes.size() + k_overhead;
    }
    std::size_t operator()(const NewConfig& config) const { return config.bytes.size() + k_overhead; }
    std::size_t operator()(const Refusal&) const { return k_overhead; }
    std::size_t operator()(const store::Observation&) const { return k_overhead; }
    std::size_t operator()(const store::FailureRecord&) const { return k_overhead; }
  };
  return std::visit(Cost{}, record);
}

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

} // namespace

base::Status StoreSink::write(const Record& record) {
  return std::visit(
      Overloaded{
          [&](const NewManifest& m) {
            return m_writer.add_manifest(m.digest, m.media_type, m.bytes, m.parsed);
          },
          [&](const NewConfig& c) { return write_config(c); },
          [&](const Refusal& r) { return m_writer.add_refusal(r.digest, r.answer); },
          [&](const store::Observation& o) { return m_writer.observe(m_check, m_repository, o); },
          [&](const store::FailureRecord& f) { return m_writer.add_failure(m_check, f); },
      },
      record);
}

base::Status StoreSink::write_config(const NewConfig& config) {
  auto parsed = oci::parse_image_config(config.bytes);
  if (parsed)
    return m_writer.add_config(config.digest, config.media_type, config.bytes, *parsed);
  // Something else than an image (a chart, a signature) is kept by its manifest; nobody misses this.
  if (config.media_type != oci::k_docker_config && config.media_type != oci::k_oci_config)
    return m_writer.add_refusal(config.digest, "no image config");
  auto answer = answer_of(parsed.error());
  const bool known = config.refused_before == answer;
  m_bad_configs.push_back({config.digest, std::move(parsed).error(), known});
  return m_writer.add_refusal(config.digest, answer);
}

Recorder::Recorder(RecordSink& sink, const base::Clock& clock, RecorderLimits limits)
    : m_sink(sink), m_clock(clock), m_limits(limits), m_last_checkpoint(clock.monotonic()), m_thread([this] {
        work();
      }) {}

Recorder::~Recorder() {
  end(End::abandon);
}

void Recorder::add(Record record) {
  if (failed())
    return;
  const std::size_t bytes = cost(record);
  std::unique_lock lock(m_mutex);
  // A record larger than the limit goes alone.
  m_room.wait(lock, [&] {
    return m_count == 0 || (m_bytes + bytes <= m_limits.max_bytes && m_count < m_limits.max_records);
  });
  m_waiting.push_back(std::move(record));
  m_bytes += bytes;
  ++m_count;
  if (m_waiting.size() == k_batch || m_bytes >= m_limits.max_bytes / 2 || m_count >= m_limits.max_records / 2)
    m_more.notify_one();
}

std::optional<store::ContentRecord> Recorder::find_content(const oci::Digest& digest) {
  const std::lock_guard lock(m_sink_mutex);
  auto found = m_sink.find_content(digest);
  if (found)
    return *std::move(found);
  note(std::move(found).error());
  return std::nullopt;
}

std::optional<std::string> Recorder::bytes(const oci::Digest& digest) {
  const std::lock_guard lock(m_sink_mutex);
  auto bytes = m_sink.bytes(digest);
  if (bytes)
    return *std::move(bytes);
  note(std::move(bytes).error());
  return std::nullopt;
}

base::Status Recorder::finish() {
  end(End::finish);
  if (m_error)
    return *m_error;
  return {};
}

void Recorder::end(End how) {
  if (!m_thread.joinable())
    return;
  {
    const std::lock_guard lock(m_mutex);
    m_end = how;
  }
  m_more.notify_one();
  m_thread.join();
}

void Recorder::work() {
  for (;;) {
    auto records = take();
    if (!records.empty()) {
      write(std::move(records));
      continue;
    }
    // Nothing to write for a moment: a good time to make it durable.
    checkpoint();
    const std::lock_guard lock(m_mutex);
    if (m_end == End::abandon || (m_end == End::finish && m_waiting.empty()))
      return;
  }
}

/// What waits, as soon as it is worth it; nothing in a lull or at the end.
std::vector<Record> Recorder::take() {
  std::unique_lock lock(m_mutex);
  m_more.wait_for(lock, k_linger, [&] {
    return m_end != End::none || m_waiting.size() >= k_batch || m_bytes >= m_limits.max_bytes / 2 ||
           m_count >= m_limits.max_records / 2;
  });
  if (m_end == End::abandon)
    m_waiting.clear();
  return std::exchange(m_waiting, {});
}

void Recorder::write(std::vector<Record> records) {
  std::size_t written = 0, bytes = 0;
  const auto make_room = [&] {
    {
      const std::lock_guard lock(m_mutex);
      m_bytes -= bytes;
      m_count -= written;
    }
    m_room.notify_one();
    written = bytes = 0;
  };
  for (auto& place : records) {
    // Let go of one by one: what is counted as gone is gone.
    const Record record = std::move(place);
    if (!failed()) {
      {
        const std::lock_guard lock(m_sink_mutex);
        if (auto status = m_sink.write(record); !status)
          note(std::move(status).error());
      }
      m_dirty = true;
      if (m_clock.monotonic() - m_last_checkpoint >= m_limits.checkpoint_interval)
        checkpoint();
    }
    bytes += cost(record);
    if (++written == k_batch)
      make_room();
  }
  make_room();
}

void Recorder::checkpoint() {
  m_last_checkpoint = m_clock.monotonic();
  if (!std::exchange(m_dirty, false) || failed())
    return;
  const std::lock_guard lock(m_sink_mutex);
  if (auto status = m_sink.checkpoint(); !status)
    note(std::move(status).error());
}

void Recorder::note(base::Error error) {
  if (!m_error)
    m_error = std::move(error);
  m_failed.store(true, std::memory_order_relaxed);
}

} // namespace tagdb::sync
