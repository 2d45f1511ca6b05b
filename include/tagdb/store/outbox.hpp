#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/base/time.hpp>
#include <tagdb/store/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::store {

/// Row id of somebody who is told of events.
enum class TargetId : std::int64_t {};

enum class TargetKind : std::uint8_t {
  command, ///< --on-change
  webhook, ///< --webhook
};
std::string_view to_string(TargetKind kind);

/// Somebody who is told of events. What names it on the command line may be a secret, so the database has
/// only a hash of that, salted with the database's own id, and words that give nothing away.
struct NotifyTarget {
  TargetId id;
  TargetKind kind = TargetKind::command;
  std::string label;         ///< "https://hooks.example.com", "the command of --on-change"
  base::Instant added;       ///< its first run
  base::Instant named;       ///< the last run that named it
  std::uint64_t waiting = 0; ///< events it has not confirmed
};

/// An event as it will be told.
struct OutboxEvent {
  std::int64_t number = 0; ///< its place in the order, given by enqueue()
  std::string id;          ///< the event's own, stable one
  std::string registry;    ///< "mcr.microsoft.com"
  std::string document;    ///< one JSON object
};

/// A look that may have recorded what was not put into the outbox yet.
struct DirtyMark {
  base::Instant marked; ///< when the look began
  /// No event that it may have made known is dated before this. Earlier than `marked`, because what only a
  /// second or a whole look makes sure of (a tag that vanished, one that lags) dates from the first that
  /// showed it. At most k_keeps_ids back.
  base::Instant since;
};

/// Events that somebody is still to be told, in the database so that nothing is lost between two runs.
///
/// - A target is told of every event from the first run on that names it, in the order in which they were put
///   in, and again until it has confirmed. One target never waits for another.
/// - An id is put in once: what is derived from the record again after a crash is told once, unless the crash
///   came between telling and confirming.
/// - Bounded: the text of an event goes once every target has confirmed it, its id after k_keeps_ids; a
/// target
///   that no run has named for k_keeps_target is forgotten.
///
/// Uses the writer's transaction: durable with Writer::checkpoint().
class Outbox {
 public:
  static constexpr std::chrono::hours k_keeps_ids{90 * 24};
  static constexpr std::chrono::hours k_keeps_target{90 * 24};

  /// `writer` outlives it.
  explicit Outbox(Writer& writer) : m_writer(writer) {}

  /// The target that `secret` (a command or URL as typed) names; made where it is new, and then told of
  /// nothing that was put in before.
  base::Result<TargetId> name_target(TargetKind kind, std::string_view secret, std::string_view label,
                                     base::Instant now);
  base::Result<std::vector<NotifyTarget>> targets();
  /// Forgets those not named for k_keeps_target; returns them, with how many events they never got.
  base::Result<std::vector<NotifyTarget>> forget_targets(base::Instant now);

  /// To be made durable before a look records anything. An older mark that still stands is kept.
  base::Status mark_dirty(base::Instant now);
  base::Result<std::optional<DirtyMark>> dirty();
  base::Status clear_dirty();

  /// Puts in those whose id is not there; how many there were. Does nothing where there is no target.
  base::Result<std::size_t> enqueue(std::span<const OutboxEvent> events, base::Instant now);
  /// What a target has not confirmed, in order.
  base::Result<std::vector<OutboxEvent>> pending(TargetId target, std::size_t limit);
  /// The target has everything up to and including this number. What nobody waits for any more is dropped.
  base::Status confirm(TargetId target, std::int64_t number, base::Instant now);

 private:
  base::Status prune(base::Instant now);

  Writer& m_writer;
};

} // namespace tagdb::store
