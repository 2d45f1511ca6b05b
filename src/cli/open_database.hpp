#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/program.hpp>
#include <tagdb/query/answers.hpp>
#include <tagdb/query/resolve.hpp>
#include <tagdb/store/reader.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagdb::cli {

/// Where the answers are, for a question that needs a record. A database of an older schema is brought up to
/// date where it can be written. Failure: ErrorKind::usage where no place is known, ErrorKind::not_found
/// where there is no database, else the store's.
base::Result<store::Reader> open_database(const Session& session);
/// The same for a question that knowledge alone can answer: where nobody named a database and none is there,
/// the built-in knowledge stands in. It never stands in for one that was named.
base::Result<store::Reader> open_database_or_built_in(const Session& session);
/// The same, for who opens it in another way.
base::Status database_exists(const Session& session);

/// What the questions of this run share. Failure: usage.
base::Result<query::Scope> make_scope(const Session& session);

/// Applies --freshness and --max-data-age to an answer about these repositories at `at` (nothing: now). What
/// was true before the last complete check does not age: there only a limit that was set counts. Gives back
/// the warnings, failure: ErrorKind::stale.
base::Result<std::vector<query::Warning>>
judge_freshness(const Session& session, const store::Reader& reader,
                const std::vector<store::RepositoryRecord>& repositories, std::optional<base::Instant> at);

/// The same for an answer that the reference gave, about a repository that was never crawled: it is as old as
/// the reference.
base::Result<std::vector<query::Warning>> judge_reference(const Session& session, const store::Reader& reader,
                                                          const query::Resolution& answer);

/// The repositories that a question over all tags is about.
base::Result<std::vector<store::RepositoryRecord>>
repositories_asked(const store::Reader& reader, const query::Scope& scope,
                   const std::optional<oci::RepositoryName>& repository);

/// "windows/servercore"; with its registry where that is not Microsoft's.
std::string repository_for_people(const std::string& registry, const std::string& repository);

} // namespace tagdb::cli
