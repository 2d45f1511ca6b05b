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

/// Stale: the last complete check is older than `limit` (default 8 days), there was none, or a release became
/// due three days ago or more and the check began before it was due. Release days are the second Tuesday of a
/// month at 10:00 in Redmond; `due_before` is the newest such instant that lies at least three days back,
/// where the caller knows it.
base::Result<Freshness> freshness(const store::Reader& reader, store::RepositoryId repository,
                                  base::Instant now, std::optional<std::chrono::seconds> limit,
                                  std::optional<base::Instant> due_before);

} // namespace tagdb::query
