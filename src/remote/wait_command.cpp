#include "wait_command.hpp"

#include "connection.hpp"
#include "wait_loop.hpp"
#include "wait_report.hpp"

#include <chrono>
#include <filesystem>
#include <random>
#include <utility>

namespace tagdb::remote {

namespace {

using std::chrono::seconds;

constexpr std::chrono::hours k_deadline{24};
constexpr seconds k_interval{60};

/// What is asked for, before anything is looked at.
struct Question {
  AwaitedRelease release;
  std::vector<AwaitedTag> tags;
  registry::Endpoint endpoint;
};

base::Result<Question> read_question(const cli::Session& session, const cli::WaitOptions& options) {
  TAGDB_TRY_ASSIGN(const auto recorded, store::Reader::open(session.options.db));
  TAGDB_TRY_ASSIGN(auto awaited, parse_awaited(options.tags));
  std::string where;
  if (session.options.registry) {
    where = *session.options.registry;
  } else if (awaited.registry) {
    where = *awaited.registry;
  } else {
    TAGDB_TRY_ASSIGN(where, choose_registry(recorded));
  }
  TAGDB_TRY_ASSIGN(auto endpoint, registry::Endpoint::parse(where));
  if (awaited.registry && *awaited.registry != endpoint.name.to_string())
    return base::Error(base::ErrorKind::usage,
                       "two registries are named: " + endpoint.name.to_string() + " and " + *awaited.registry,
                       "one wait looks at one registry; run it once for each");
  const auto read = [](const store::Reader& reader) { return reader.knowledge(); };
  std::optional<windows::Knowledge> knowledge;
  if (recorded) {
    TAGDB_TRY_ASSIGN(knowledge, read(*recorded));
  } else {
    TAGDB_TRY_ASSIGN(const auto built_in, store::Reader::built_in());
    TAGDB_TRY_ASSIGN(knowledge, read(built_in));
  }
  TAGDB_TRY_ASSIGN(auto release, awaited_release(*knowledge, options.release, session.clock.now()));
  return Question{std::move(release), std::move(awaited.tags), std::move(endpoint)};
}

/// A day is counted from the release's hour on: who begins to wait in the morning gives up no sooner.
seconds deadline_of(const cli::WaitOptions& options, const AwaitedRelease& release, base::Instant now) {
  if (options.deadline)
    return *options.deadline;
  const auto early = release.due ? std::max(*release.due - now, seconds(0)) : seconds(0);
  return early + k_deadline;
}

base::Result<int> report(const cli::Session& session, const WaitResult& result) {
  if (session.json())
    session.print(wait_document(result));
  else if (!result.tags.empty())
    session.print(wait_text(result));
  if (result.error && !result.interrupted && !result.landed())
    return *result.error;
  if (const auto line = unfinished_line(result))
    session.log.error(*line);
  return exit_code_of(result);
}

} // namespace

base::Result<int> run_wait(const cli::Session& session, const cli::WaitOptions& options) {
  if (session.options.db.empty())
    return base::Error(base::ErrorKind::usage, "there is no place for the database", "name one with --db");
  const auto progress = make_progress(session, options.network.progress);
  base::Log log(session.options.log_level, log_beside(session, *progress));
  TAGDB_TRY_ASSIGN(auto recipients, recipients_of(options.notify, options.network, session.clock, log));
  TAGDB_TRY_ASSIGN(auto question, read_question(session, options));
  SystemPause pause;
  Notifier notifier(std::move(recipients), session.options.architecture, session.clock, log, pause);

  TAGDB_TRY_ASSIGN(auto landings,
                   landings_now(session, question.endpoint.name, question.release, question.tags));
  if (all_landed(landings)) {
    WaitResult result{.release = question.release, .tags = std::move(landings), .looks = {}, .error = {}};
    result.looks = {.as_of = session.clock.now(),
                    .registry = question.endpoint.name.to_string(),
                    .database = session.options.db,
                    .repositories = {},
                    .events = {}};
    auto code = report(session, result);
    if (notifier.names_anybody())
      notifier.deliver(session.options.db);
    return code;
  }
  if (session.options.offline)
    return base::Error(base::ErrorKind::usage,
                       question.release.label.to_string() +
                           " has not landed by what is recorded, and --offline forbids to ask the registry",
                       "leave --offline away");

  const Stop stop(session.clock, deadline_of(options, question.release, session.clock.now()));
  TAGDB_TRY_ASSIGN(auto connection,
                   Connection::open(question.endpoint, options.network, options.jobs, session.clock, log));
  const sync::Crawl crawl{connection.registry(), session.clock, log, *progress, [&] { return stop.now(); }};
  std::mt19937_64 random{std::random_device{}()};
  Pace pace(options.interval.value_or(k_interval),
            [&] { return std::uniform_real_distribution<double>(0, 1)(random); });
  const WaitTools tools{session, crawl, question.endpoint, *progress, pause, pace, stop, notifier};
  TAGDB_TRY_ASSIGN(const auto result, wait_for_release(tools, question.release, std::move(question.tags)));
  return report(session, result);
}

} // namespace tagdb::remote
