#include "notifier.hpp"

#include <tagdb/base/json.hpp>
#include <tagdb/base/terminal.hpp>
#include <tagdb/cli/print_events.hpp>
#include <tagdb/store/reader.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace tagdb::remote {

namespace {

/// Of one document; the rest follows in the next.
constexpr std::size_t k_events_at_once = 500;
/// How long another writer is waited for before what was told is confirmed: else it is told again.
constexpr std::chrono::milliseconds k_busy_pause{250};
constexpr int k_busy_tries = 40;

std::string counted(std::uint64_t events) {
  return fmt::format("{} event{}", events, events == 1 ? "" : "s");
}

/// Whether an event of this kind may be dated before the look that made it known.
bool may_be_dated_back(query::EventKind kind) {
  switch (kind) {
  case query::EventKind::vanished:
  case query::EventKind::lag:
  case query::EventKind::lag_ended:
  case query::EventKind::alias_differs:
    return true;
  case query::EventKind::first:
  case query::EventKind::moved:
  case query::EventKind::rollback:
  case query::EventKind::republished:
  case query::EventKind::reappeared:
  case query::EventKind::unpullable:
    return false;
  }
  return false;
}

} // namespace

std::string events_document(base::Instant as_of, std::span<const store::OutboxEvent> events) {
  base::JsonWriter registry;
  registry.value(events.front().registry);
  std::string document = fmt::format(R"({{"schema":1,"asOf":"{}","registry":{},"events":[)",
                                     base::format_rfc3339(as_of), registry.text());
  for (const auto& event : events)
    document += (&event == &events.front() ? "" : ",") + event.document;
  return document + "]}\n";
}

base::Status Notifier::begin(store::Writer& writer, const std::filesystem::path& database) {
  store::Outbox outbox(writer);
  const auto now = m_clock.now();
  TAGDB_TRY(recover(writer, database));
  for (const auto& recipient : m_recipients)
    TAGDB_TRY(outbox.name_target(recipient.kind, recipient.secret.reveal(), recipient.label, now));
  TAGDB_TRY_ASSIGN(const auto forgotten, outbox.forget_targets(now));
  for (const auto& target : forgotten)
    m_log.warning(fmt::format("{} was not named since {} and is forgotten; {} it never had are dropped",
                              target.label, base::format_date(target.named), counted(target.waiting)));
  TAGDB_TRY_ASSIGN(const auto targets, outbox.targets());
  if (!targets.empty())
    TAGDB_TRY(outbox.mark_dirty(now));
  return writer.checkpoint();
}

/// What a killed run had recorded and not put in: derived from the record again. Ids tell what was put in.
base::Status Notifier::recover(store::Writer& writer, const std::filesystem::path& database) {
  store::Outbox outbox(writer);
  TAGDB_TRY_ASSIGN(const auto mark, outbox.dirty());
  if (!mark)
    return {};
  TAGDB_TRY_ASSIGN(const auto targets, outbox.targets());
  if (!targets.empty()) {
    TAGDB_TRY_ASSIGN(const auto reader, store::Reader::open(database));
    if (reader) {
      TAGDB_TRY_ASSIGN(const auto repositories, reader->repositories());
      std::set<std::string> registries;
      for (const auto& repository : repositories)
        registries.insert(repository.registry);
      for (const auto& name : registries) {
        TAGDB_TRY_ASSIGN(const auto registry, oci::RegistryName::parse(name));
        const query::Scope scope{.now = m_clock.now(), .registry = registry, .architecture = m_architecture};
        TAGDB_TRY_ASSIGN(
            auto events,
            query::changes(*reader, scope,
                           {.since = mark->since - std::chrono::seconds(1), .until = {}, .repository = {}}));
        std::erase_if(events, [&](const query::Change& change) {
          return change.event.at < mark->marked && !may_be_dated_back(change.event.kind);
        });
        TAGDB_TRY(put_in(writer, events));
      }
    }
  }
  return outbox.clear_dirty();
}

base::Status Notifier::put_in(store::Writer& writer, std::span<const query::Change> events) {
  std::vector<store::OutboxEvent> items;
  for (const auto& change : events) {
    base::JsonWriter json;
    cli::write_event(json, change);
    items.push_back({0, change.event.id, change.registry, json.text()});
  }
  TAGDB_TRY_ASSIGN(const auto added, store::Outbox(writer).enqueue(items, m_clock.now()));
  if (added > 0)
    m_log.info(fmt::format("{} in the outbox", counted(added)));
  return {};
}

base::Status Notifier::record(store::Writer& writer, std::span<const query::Change> events) {
  TAGDB_TRY(put_in(writer, events));
  store::Outbox outbox(writer);
  TAGDB_TRY_ASSIGN(const auto mark, outbox.dirty());
  return mark ? outbox.clear_dirty() : base::Status();
}

void Notifier::deliver(const std::filesystem::path& database) {
  for (auto& recipient : m_recipients) {
    if (base::stop_requested())
      return;
    const auto status = deliver_to(recipient, database);
    if (status)
      continue;
    const auto& error = status.error();
    if (error.kind() == base::ErrorKind::busy)
      m_log.info("another tagdb is writing to the database; the next run tells what is waiting");
    else
      m_log.warning(
          fmt::format("{} was not told: {}; the events are kept, and the next sync or wait that names "
                      "it tells it again",
                      recipient.label, error.to_string()));
  }
}

base::Status Notifier::deliver_to(Recipient& recipient, const std::filesystem::path& database) {
  std::optional<std::int64_t> told;
  for (;;) {
    std::vector<store::OutboxEvent> batch;
    {
      TAGDB_TRY_ASSIGN(auto writer, open_patiently(database, told.has_value()));
      store::Outbox outbox(writer);
      const auto now = m_clock.now();
      TAGDB_TRY_ASSIGN(const auto target,
                       outbox.name_target(recipient.kind, recipient.secret.reveal(), recipient.label, now));
      if (told)
        TAGDB_TRY(outbox.confirm(target, *told, now));
      TAGDB_TRY_ASSIGN(batch, outbox.pending(target, k_events_at_once));
      TAGDB_TRY(writer.close());
    }
    if (batch.empty())
      return {};
    const auto other = std::find_if(batch.begin(), batch.end(), [&](const auto& event) {
      return event.registry != batch.front().registry;
    });
    batch.erase(other, batch.end());
    TAGDB_TRY(recipient.courier->deliver(events_document(m_clock.now(), batch)));
    m_log.info(fmt::format("{} was told of {}", recipient.label, counted(batch.size())));
    told = batch.back().number;
  }
}

base::Result<store::Writer> Notifier::open_patiently(const std::filesystem::path& database, bool patiently) {
  for (int tries = 1;; ++tries) {
    auto writer = store::Writer::open(database, m_clock);
    if (writer || writer.error().kind() != base::ErrorKind::busy || !patiently || tries >= k_busy_tries)
      return writer;
    m_pause.sleep(k_busy_pause);
  }
}

} // namespace tagdb::remote
