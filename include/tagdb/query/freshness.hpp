#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/store/reader.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace tagdb::query {

/// How old the data about a repository is.
struct Freshness {
  std::optional<base::Instant> last_complete; ///< start of the last complete check
  std::optional<std::chrono::seconds> age;
  bool stale = false;
  std::string
      reason; ///< why it is stale, one sentence with age, limit and the command that helps; empty otherwise
};

/// Stale: the last complete check is older than `limit` (default 8 days), there was none, or a B release
/// became due three days ago or more (exactly three days counts) and the check began before it was due.
base::Result<Freshness> freshness(const store::Reader& reader, store::RepositoryId repository,
                                  base::Instant now, std::optional<std::chrono::seconds> limit);

/// The same for an answer about `at` that rests on the built-in knowledge alone: it is as old as its edition,
/// and stale where it is older than a limit that was set, or a B release became due after the edition, three
/// days or more before `now`, and not after `at`. `last_complete` is the end of the edition's day.
base::Result<Freshness> knowledge_freshness(const store::Reader& reader, base::Instant now, base::Instant at,
                                            std::optional<std::chrono::seconds> limit);

} // namespace tagdb::query
