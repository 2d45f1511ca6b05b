#include "sync_command.hpp"

#include "connection.hpp"
#include "progress.hpp"
#include "sync_report.hpp"
#include "targets.hpp"
#include <tagdb/base/terminal.hpp>
#include <tagdb/query/history.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/store/writer.hpp>
#include <tagdb/sync/sync.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

namespace tagdb::remote {

namespace {

using store::CheckOutcome;

/// Stops at a signal, or when the deadline has passed.
class Stop {
 public:
  Stop(const base::Clock& clock, std::optional<std::chrono::seconds> deadline) : m_clock(clock) {
    if (deadline)
      m_until = clock.monotonic() + *deadline;
  }
  bool now() const { return base::stop_requested() || deadline_passed(); }
  bool deadline_passed() const { return m_until && m_clock.monotonic() >= *m_until; }

 private:
  const base::Clock& m_clock;
  std::optional<std::chrono::nanoseconds> m_until;
};

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

base::Result<std::vector<query::Change>> events_of(const cli::Session& session, const Targets& targets,
                                                   const std::vector<sync::RepositoryReport>& reports) {
  std::vector<query::Change> events;
  if (std::all_of(reports.begin(), reports.end(), [](const auto& report) { return report.changed.empty(); }))
    return events;
  TAGDB_TRY_ASSIGN(const auto reader, store::Reader::open(session.options.db));
  if (!reader)
    return events;
  const query::Scope scope{.now = session.clock.now(), .registry = targets.endpoint.name};
  for (const auto& report : reports)
    for (const auto& name : report.changed) {
      TAGDB_TRY_ASSIGN(const auto tag, oci::Tag::parse(name));
      TAGDB_TRY_ASSIGN(auto event, event_of(*reader, scope, report, tag));
      if (event)
        events.push_back(*std::move(event));
    }
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
    return std::tie(a.event.at, a.repository, a.tag) < std::tie(b.event.at, b.repository, b.tag);
  });
  return events;
}

sync::SyncOptions sync_options(const cli::SyncOptions& options) {
  return {.scope = options.full ? store::CheckScope::full : store::CheckScope::quiet};
}

base::Result<int> dry_run(const cli::Session& session, const cli::SyncOptions& options,
                          const sync::Crawl& crawl, const Targets& targets) {
  // Without a database every tag is new, and none is made for the answer.
  std::optional<store::Writer> writer;
  std::error_code ignored;
  if (std::filesystem::exists(session.options.db, ignored)) {
    TAGDB_TRY_ASSIGN(writer, store::Writer::open(session.options.db, session.clock));
  }
  std::vector<PlannedRepository> planned;
  for (const auto& repository : targets.repositories) {
    TAGDB_TRY_ASSIGN(auto plan, sync::plan_repository(crawl, writer ? &*writer : nullptr, repository,
                                                      sync_options(options)));
    planned.push_back({repository, std::move(plan)});
  }
  const auto& registry = targets.endpoint.name.to_string();
  session.print(session.json() ? plan_document(session.clock.now(), registry, planned)
                               : plan_text(registry, planned));
  return 0;
}

/// Crawls one repository after the other into the database, and folds it up.
base::Result<SyncResult> crawl_all(const cli::Session& session, const cli::SyncOptions& options,
                                   const sync::Crawl& crawl, const Targets& targets) {
  const auto& database = session.options.db;
  TAGDB_TRY_ASSIGN(auto writer, store::Writer::open(database, session.clock));
  SyncResult result{.as_of = session.clock.now(),
                    .registry = targets.endpoint.name.to_string(),
                    .database = database,
                    .repositories = {},
                    .events = {}};
  for (const auto& repository : targets.repositories) {
    TAGDB_TRY_ASSIGN(auto report, sync::sync_repository(crawl, writer, repository, sync_options(options)));
    const bool interrupted = report.outcome == CheckOutcome::interrupted;
    result.repositories.push_back(std::move(report));
    if (interrupted)
      break;
  }
  TAGDB_TRY(writer.close());
  TAGDB_TRY_ASSIGN(result.events, events_of(session, targets, result.repositories));
  return result;
}

base::Result<int> report(const cli::Session& session, const SyncResult& result, bool strict) {
  const bool nothing_listed = outcome_of(result) == CheckOutcome::failed;
  if (session.json()) {
    session.print(sync_document(result));
  } else if (!nothing_listed) {
    for (const auto& line : failure_lines(result))
      session.log.warning(line);
    session.print(sync_text(result));
  }
  if (nothing_listed) {
    for (const auto& repository : result.repositories)
      if (&repository != &result.repositories.front() && repository.error)
        session.log.warning(repository.error->to_string());
    return *result.repositories.front().error;
  }
  if (const auto line = interruption_line(result))
    session.log.error(*line);
  return exit_code_of(result, strict);
}

} // namespace

base::Result<int> run_sync(const cli::Session& session, const cli::SyncOptions& options) {
  if (session.options.offline)
    return base::Error(base::ErrorKind::usage, "sync asks a registry, and --offline forbids that",
                       "leave --offline away, or ask what is recorded: tagdb resolve, list, history");
  TAGDB_TRY_ASSIGN(const auto targets, parse_targets(options.repositories, session.options.registry));
  if (session.options.db.empty())
    return base::Error(base::ErrorKind::usage, "there is no place for the database", "name one with --db");

  const auto progress = make_progress(session, options.network.progress);
  // A line that is logged would otherwise be written into the bar.
  base::Log log(session.options.log_level, [&](base::LogLevel level, std::string_view line) {
    progress->hide();
    switch (level) {
    case base::LogLevel::error:
      return session.log.error(line);
    case base::LogLevel::warning:
      return session.log.warning(line);
    case base::LogLevel::info:
      return session.log.info(line);
    case base::LogLevel::debug:
      return session.log.debug(line);
    }
  });
  TAGDB_TRY_ASSIGN(auto connection,
                   Connection::open(targets.endpoint, options.network, options.jobs, session.clock, log));
  const Stop stop(session.clock, options.deadline);
  const sync::Crawl crawl{connection.registry(), session.clock, log, *progress, [&] { return stop.now(); }};
  if (options.dry_run)
    return dry_run(session, options, crawl, targets);
  TAGDB_TRY_ASSIGN(auto result, crawl_all(session, options, crawl, targets));
  result.deadline_passed = !base::stop_requested() && stop.deadline_passed();
  return report(session, result, options.strict);
}

} // namespace tagdb::remote
