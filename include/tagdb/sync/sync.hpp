#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/registry/client.hpp>
#include <tagdb/store/writer.hpp>
#include <tagdb/sync/plan.hpp>
#include <tagdb/sync/progress.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tagdb::sync {

struct SyncOptions {
  store::CheckScope scope = store::CheckScope::quiet;
  /// A move of a floating tag is read once more before it is recorded; see sync.cpp.
  bool confirm_moves = true;
  /// Also looks at the rotating sample of tags that should not move; see plan.hpp. Without it a quiet look is
  /// the list and the tags that can move, which is all that a complete check promises.
  bool sample = true;
};

/// What one look at one repository came to.
struct RepositoryReport {
  oci::RepositoryName repository;
  store::CheckId check;
  store::CheckOutcome outcome = store::CheckOutcome::running;
  store::CheckCounts counts;
  std::uint64_t asked = 0; ///< tags that the plan named
  std::uint64_t fresh = 0; ///< of these: seen for the first time, or again after an absence
  std::uint64_t moved = 0; ///< of these: known, and now at another digest
  /// Tags that another state was seen of than the one recorded, or an absence that was not sure yet once
  /// more: only their histories can have got an event. Empty after the first look at a repository, which is a
  /// baseline.
  std::vector<std::string> changed{};
  std::chrono::nanoseconds took{0};
  std::vector<store::FailureRecord> failures{}; ///< new and known ones; `known` tells them apart
  std::optional<base::Error> error{};           ///< why the list could not be had, or recording failed
};

/// What the crawl stands on; all of it outlives the call.
struct Crawl {
  registry::RegistryClient& registry;
  const base::Clock& clock;
  base::Log& log;
  Progress& progress;
  std::function<bool()> stop; ///< true: finish what is cheap, record what is known, come back
};

/// Looks at one repository and records it. Lists all tags, asks those the plan names, fetches what is new by
/// digest, records each tag once everything below it was stored or refused. The writer works on a thread of
/// its own, behind a bounded queue; it checkpoints at least once a second, so that a killed run loses little
/// and the next one carries on.
///
/// Failure only where nothing could be recorded (the database). A registry that cannot be listed is a report
/// with outcome failed.
base::Result<RepositoryReport> sync_repository(const Crawl& crawl, store::Writer& writer,
                                               const oci::RepositoryName& repository,
                                               const SyncOptions& options);

/// What a sync would ask, without asking more than the list and without recording anything. `writer` may be
/// null where there is no database.
base::Result<Plan> plan_repository(const Crawl& crawl, store::Writer* writer,
                                   const oci::RepositoryName& repository, const SyncOptions& options);

} // namespace tagdb::sync
