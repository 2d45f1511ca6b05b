#include "sync_command.hpp"

#include "connection.hpp"
#include "notifier.hpp"
#include "progress.hpp"
#include "recording.hpp"
#include "stop.hpp"
#include "sync_report.hpp"
#include "targets.hpp"
#include <tagdb/store/writer.hpp>
#include <tagdb/sync/sync.hpp>

#include <filesystem>
#include <optional>
#include <utility>

namespace tagdb::remote {

namespace {

using store::CheckOutcome;

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
  base::Log log(session.options.log_level, log_beside(session, *progress));
  TAGDB_TRY_ASSIGN(auto recipients, recipients_of(options.notify, options.network, session.clock, log));
  TAGDB_TRY_ASSIGN(auto connection,
                   Connection::open(targets.endpoint, options.network, options.jobs, session.clock, log));
  const Stop stop(session.clock, options.deadline);
  const sync::Crawl crawl{connection.registry(), session.clock, log, *progress, [&] { return stop.now(); }};
  if (options.dry_run)
    return dry_run(session, options, crawl, targets);
  SystemPause pause;
  Notifier notifier(std::move(recipients), session.options.architecture, session.clock, log, pause);
  TAGDB_TRY_ASSIGN(auto result, look_and_record(session, crawl, targets, sync_options(options), notifier));
  result.deadline_passed = !base::stop_requested() && stop.deadline_passed();
  // The answer does not wait for others.
  auto code = report(session, result, options.strict);
  notifier.deliver(session.options.db);
  return code;
}

} // namespace tagdb::remote
