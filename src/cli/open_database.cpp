#include "open_database.hpp"

#include "values.hpp"
#include <tagdb/query/freshness.hpp>
#include <tagdb/store/writer.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

constexpr std::string_view k_microsoft = "mcr.microsoft.com";

base::Error no_database(const Session& session) {
  const auto& options = session.options;
  if (options.db_named)
    return base::Error(base::ErrorKind::not_found, "there is no database " + options.db.string(),
                       "tagdb sync --db " + options.db.string() + " makes one");
  return base::Error(base::ErrorKind::not_found, "no database yet: run tagdb sync",
                     "it crawls " + std::string(k_microsoft) + " into " + options.db.string() +
                         "; another database is named with --db");
}

/// A database of an older tagdb is brought to this one's schema where it can be written: an answer is no
/// reason to send anybody to another command first.
base::Result<std::optional<store::Reader>> open_up_to_date(const Session& session) {
  const auto& path = session.options.db;
  auto reader = store::Reader::open(path);
  if (reader || reader.error().kind() != base::ErrorKind::busy)
    return reader;
  if (const auto outdated = store::Reader::is_outdated(path); !outdated || !*outdated)
    return reader;
  auto writer = store::Writer::open(path, session.clock);
  if (!writer)
    // Another writer at work is what to wait for; a file that cannot be written is told what it needs.
    return writer.error().kind() == base::ErrorKind::busy ? writer.error() : reader.error();
  TAGDB_TRY(writer->close());
  session.log.info("brought " + path.string() + " to the schema of this tagdb");
  return store::Reader::open(path);
}

bool age_matters(const Session& session) {
  return session.options.freshness != FreshnessMode::ignore || session.options.max_data_age;
}

/// As --freshness and --max-data-age want it: a warning, or the end.
base::Status say_stale(const Session& session, std::string message, std::vector<query::Warning>& warnings) {
  if (session.options.max_data_age || session.options.freshness == FreshnessMode::fail)
    return base::Error(base::ErrorKind::stale, std::move(message),
                       session.options.max_data_age ? "" : "--freshness warn answers all the same");
  warnings.push_back({"stale", std::move(message)});
  return {};
}

} // namespace

base::Status database_exists(const Session& session) {
  if (session.options.db.empty())
    return base::Error(base::ErrorKind::usage,
                       "no place for the database is known: neither HOME nor XDG_DATA_HOME is set",
                       "name it with --db");
  std::error_code problem;
  const auto status = std::filesystem::status(session.options.db, problem);
  if (status.type() == std::filesystem::file_type::not_found)
    return no_database(session);
  return {};
}

base::Result<store::Reader> open_database(const Session& session) {
  TAGDB_TRY(database_exists(session));
  TAGDB_TRY_ASSIGN(auto reader, open_up_to_date(session));
  if (!reader)
    return no_database(session);
  return *std::move(reader);
}

base::Result<store::Reader> open_database_or_built_in(const Session& session) {
  if (session.options.db_named)
    return open_database(session);
  std::optional<store::Reader> reader;
  // No place is known where neither HOME nor XDG_DATA_HOME is set: then nothing was ever crawled there.
  if (!session.options.db.empty()) {
    TAGDB_TRY_ASSIGN(reader, open_up_to_date(session));
  }
  if (!reader)
    return store::Reader::built_in();
  return *std::move(reader);
}

base::Result<query::Scope> make_scope(const Session& session) {
  query::Scope scope;
  scope.now = session.clock.now();
  scope.architecture = session.options.architecture;
  if (session.options.registry) {
    TAGDB_TRY_ASSIGN(scope.registry, parse_registry(*session.options.registry));
  }
  return scope;
}

base::Result<std::vector<query::Warning>>
judge_freshness(const Session& session, const store::Reader& reader,
                const std::vector<store::RepositoryRecord>& repositories, std::optional<base::Instant> at) {
  std::vector<query::Warning> warnings;
  const auto& options = session.options;
  if (!age_matters(session))
    return warnings;
  for (const auto& repository : repositories) {
    TAGDB_TRY_ASSIGN(const auto fresh,
                     query::freshness(reader, repository.id, session.clock.now(), options.max_data_age));
    if (!fresh.stale || (at && fresh.last_complete && *at <= *fresh.last_complete && !options.max_data_age))
      continue;
    TAGDB_TRY(say_stale(
        session, repository_for_people(repository.registry, repository.name) + " is stale: " + fresh.reason,
        warnings));
  }
  return warnings;
}

base::Result<std::vector<query::Warning>> judge_reference(const Session& session, const store::Reader& reader,
                                                          const query::Resolution& answer) {
  std::vector<query::Warning> warnings;
  // What a revision or a KB is does not change; only a limit that was set speaks of them too.
  const bool moves = answer.kind == windows::TagKind::floating;
  if (!age_matters(session) || (!moves && !session.options.max_data_age))
    return warnings;
  TAGDB_TRY_ASSIGN(const auto fresh, query::knowledge_freshness(reader, session.clock.now(), answer.as_of,
                                                                session.options.max_data_age));
  if (fresh.stale)
    TAGDB_TRY(say_stale(session, fresh.reason, warnings));
  return warnings;
}

base::Result<std::vector<store::RepositoryRecord>>
repositories_asked(const store::Reader& reader, const query::Scope& scope,
                   const std::optional<oci::RepositoryName>& repository) {
  TAGDB_TRY_ASSIGN(auto all, reader.repositories());
  std::optional<std::string> registry;
  if (scope.registry)
    registry = scope.registry->to_string();
  else if (std::any_of(all.begin(), all.end(),
                       [](const auto& record) { return record.registry == k_microsoft; }))
    registry = k_microsoft;
  std::erase_if(all, [&](const auto& record) {
    return (registry && record.registry != *registry) ||
           (repository && record.name != repository->to_string());
  });
  return all;
}

std::string repository_for_people(const std::string& registry, const std::string& repository) {
  return registry == k_microsoft ? repository : registry + "/" + repository;
}

} // namespace tagdb::cli
