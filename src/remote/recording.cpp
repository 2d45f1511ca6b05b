#include "recording.hpp"

#include <tagdb/query/history.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/store/writer.hpp>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace tagdb::remote {

namespace {

/// What this check made known of a tag; nothing where that is no event.
base::Result<std::optional<query::Change>> event_of(const store::Reader& reader, const query::Scope& scope,
                                                    const sync::RepositoryReport& report,
                                                    const oci::Tag& tag) {
  const query::ReferenceQuery about{.text = tag.to_string(),
                                    .registry = scope.registry,
                                    .repository = report.repository,
                                    .subject = tag,
                                    .expected = {}};
  TAGDB_TRY_ASSIGN(const auto items, query::history(reader, scope, about));
  for (const auto& item : items) {
    // An absence becomes sure only with its second look, and dates from the first.
    const bool new_here =
        item.segment.opened_by == report.check || item.segment.state == store::SpanState::absent;
    if (new_here && item.segment.confirmed_by == report.check && item.event)
      return query::Change{item.registry, item.repository, item.tag, *item.event};
  }
  return std::nullopt;
}

/// What the looks made known, oldest first.
base::Result<std::vector<query::Change>> events_of(const cli::Session& session, const Targets& targets,
                                                   const std::vector<sync::RepositoryReport>& reports) {
  std::vector<query::Change> events;
  TAGDB_TRY_ASSIGN(const auto reader, store::Reader::open(session.options.db));
  if (!reader)
    return events;
  const query::Scope scope{.now = session.clock.now(),
                           .registry = targets.endpoint.name,
                           .architecture = session.options.architecture};
  for (const auto& report : reports) {
    for (const auto& name : report.changed) {
      TAGDB_TRY_ASSIGN(const auto tag, oci::Tag::parse(name));
      TAGDB_TRY_ASSIGN(auto event, event_of(*reader, scope, report, tag));
      if (event)
        events.push_back(*std::move(event));
    }
  }
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
    return std::tie(a.event.at, a.repository, a.tag) < std::tie(b.event.at, b.repository, b.tag);
  });
  return events;
}

} // namespace

base::Result<SyncResult> look_and_record(const cli::Session& session, const sync::Crawl& crawl,
                                         const Targets& targets, const sync::SyncOptions& options,
                                         Notifier& notifier) {
  const auto& database = session.options.db;
  TAGDB_TRY_ASSIGN(auto writer, store::Writer::open(database, session.clock));
  SyncResult result{.as_of = session.clock.now(),
                    .registry = targets.endpoint.name.to_string(),
                    .database = database,
                    .repositories = {},
                    .events = {}};
  TAGDB_TRY(notifier.begin(writer, database));
  for (const auto& repository : targets.repositories) {
    TAGDB_TRY_ASSIGN(auto report, sync::sync_repository(crawl, writer, repository, options));
    const bool interrupted = report.outcome == store::CheckOutcome::interrupted;
    result.repositories.push_back(std::move(report));
    if (interrupted)
      break;
  }
  TAGDB_TRY(writer.checkpoint());
  TAGDB_TRY_ASSIGN(result.events, events_of(session, targets, result.repositories));
  TAGDB_TRY(notifier.record(writer, result.events));
  TAGDB_TRY(writer.close());
  return result;
}

} // namespace tagdb::remote
