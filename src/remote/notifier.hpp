#pragma once

#include "courier.hpp"
#include "pause.hpp"
#include <tagdb/query/history.hpp>
#include <tagdb/store/writer.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagdb::remote {

/// Tells others of events, through the outbox of the database. One run goes
///
///     begin()    before a look records anything: what a killed run left behind is put in, the recipients are
///                named, the mark is set that a look is under way
///     record()   once the look's events are known: they are put in and the mark is taken away, in one
///                transaction
///     deliver()  once the database is closed: a command that is told may use it
///
/// Killed anywhere, the next run carries on: between a look and record() the events are derived from the
/// record again; between delivering and confirming they are told once more, under the same ids.
class Notifier {
 public:
  /// `clock`, `log` and `pause` outlive it.
  Notifier(std::vector<Recipient> recipients, std::string architecture, const base::Clock& clock,
           base::Log& log, Pause& pause)
      : m_recipients(std::move(recipients)),
        m_architecture(std::move(architecture)),
        m_clock(clock),
        m_log(log),
        m_pause(pause) {}

  /// `database` is where `writer` writes. Durable when it comes back.
  base::Status begin(store::Writer& writer, const std::filesystem::path& database);
  /// Part of the writer's next checkpoint.
  base::Status record(store::Writer& writer, std::span<const query::Change> events);
  /// Tells each recipient what it has not confirmed yet, in order, and ends with its first failure. A failure
  /// is a warning: the events wait for the next run.
  void deliver(const std::filesystem::path& database);

  bool names_anybody() const { return !m_recipients.empty(); }

 private:
  base::Status recover(store::Writer& writer, const std::filesystem::path& database);
  base::Status put_in(store::Writer& writer, std::span<const query::Change> events);
  base::Status deliver_to(Recipient& recipient, const std::filesystem::path& database);
  base::Result<store::Writer> open_patiently(const std::filesystem::path& database, bool patiently);

  std::vector<Recipient> m_recipients;
  std::string m_architecture;
  const base::Clock& m_clock;
  base::Log& m_log;
  Pause& m_pause;
};

/// The document that a recipient gets: `schema`, `asOf`, `registry`, `events`. `events` is not empty and of
/// one registry.
std::string events_document(base::Instant as_of, std::span<const store::OutboxEvent> events);

} // namespace tagdb::remote
