#include "recording.hpp"

#include "extend_calendar.hpp"
#include <tagdb/query/history.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/store/writer.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

namespace tagdb::remote {

namespace {

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
    TAGDB_TRY_ASSIGN(auto own, query::events_of_check(*reader, scope, report.check, report.changed));
    std::move(own.begin(), own.end(), std::back_inserter(events));
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
  TAGDB_TRY(extend_calendar(writer, session.clock.now(), crawl.log));
  TAGDB_TRY(writer.close());
  return result;
}

} // namespace tagdb::remote
