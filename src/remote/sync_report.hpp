#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/base/time.hpp>
#include <tagdb/query/history.hpp>
#include <tagdb/sync/sync.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::remote {

/// What a whole sync came to.
struct SyncResult {
  base::Instant as_of;
  std::string registry;
  std::filesystem::path database;
  std::vector<sync::RepositoryReport> repositories; ///< those that were begun
  std::vector<query::Change> events;                ///< that this sync made known
  bool deadline_passed = false;
};

/// complete; partial where something got no final answer, or one list of several could not be had; failed
/// where no list could be had; interrupted where it was stopped.
store::CheckOutcome outcome_of(const SyncResult& result);

/// 0, 8 where something new could not be had (with `strict`, also where it is known), 130 where the user
/// stopped it. Where no repository could be listed the error of the first one ends the command instead.
int exit_code_of(const SyncResult& result, bool strict);

/// `registry`, `checks`, `events` and `failures` of an open object.
void write_looks(base::JsonWriter& json, const SyncResult& result);
/// The document of cli.md section 5.
std::string sync_document(const SyncResult& result);
/// The same for people: a line for each repository, then what changed.
std::string sync_text(const SyncResult& result);

/// What failed and why, one line each, for standard error: new failures, not more than `limit` of them, and
/// how many known ones there are. Empty where nothing failed.
std::vector<std::string> failure_lines(const SyncResult& result, std::size_t limit = 20);
/// What is kept of a sync that was stopped; nothing where it was not.
std::optional<std::string> interruption_line(const SyncResult& result);

/// What `--dry-run` says of one repository.
struct PlannedRepository {
  oci::RepositoryName repository;
  sync::Plan plan;
};
std::string plan_document(base::Instant as_of, const std::string& registry,
                          const std::vector<PlannedRepository>& planned);
std::string plan_text(const std::string& registry, const std::vector<PlannedRepository>& planned);

} // namespace tagdb::remote
