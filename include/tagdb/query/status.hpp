#pragma once

#include <tagdb/query/answers.hpp>
#include <tagdb/query/freshness.hpp>
#include <tagdb/query/resolve.hpp>
#include <tagdb/query/truth.hpp>
#include <tagdb/store/reader.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// How a repository's data stands. It is judged by when its registry was looked at, by whichever observer: a
/// record that was imported is as old as the checks in it, not as the import.
struct RepositoryStatus {
  std::string registry, repository;
  Freshness freshness;
  std::optional<base::Instant> last_check;                    ///< start of the newest check that has ended
  store::CheckOutcome outcome = store::CheckOutcome::running; ///< of that check
  bool complete() const { return outcome == store::CheckOutcome::complete; }
};

enum class VersionState : std::uint8_t {
  current,
  lag,
  rollback,
  pending, ///< nothing newer is there, and the release that is due has not landed
};
/// "current", "lag", "rollback", "pending".
std::string_view to_string(VersionState state);

/// One floating tag with a plain name of a product that is supported, or whose support is not known.
struct VersionStatus {
  std::string registry, repository;
  FloatingTruth truth; ///< the tag, what it points at, and the newest that is there; the KB also by reference
  VersionState state = VersionState::current;
  std::optional<SupportAnswer> support;
  std::optional<windows::Date> support_end; ///< the last supported day
  std::optional<ReleaseAnswer> release;     ///< of what it points at
  /// Releases of its build that are out and newer than what it points at, out-of-band ones included; beyond
  /// what the reference covers, the B releases that became due.
  std::size_t behind = 0;
  /// Whether the release that is due is there at this tag. Nothing where none is due, or the product has no
  /// image of it.
  std::optional<bool> landed;
  std::vector<Warning> warnings; ///< lag, rollback, aliasDiffers, republished, endOfSupport
};

struct Status {
  base::Instant as_of;
  std::vector<RepositoryStatus> repositories; ///< by name
  std::vector<VersionStatus> versions;        ///< by repository, then the newest build first, then name
  /// Of floating tags that are not there to have a version: vanished, unpullable.
  std::vector<Warning> warnings;
  std::size_t ended = 0; ///< floating tags left out, because the support of their product has ended
  std::optional<windows::ReleaseInstant> due;  ///< the last B release that was due
  std::optional<windows::ReleaseInstant> next; ///< the one after it

  /// Of the oldest repository; nothing where one was never checked completely.
  std::optional<std::chrono::seconds> age() const;
  bool complete() const;      ///< the newest check of every repository was
  bool stale() const;         ///< one of them is
  std::size_t behind() const; ///< of the version that is most behind
};

struct StatusOptions {
  std::optional<oci::RepositoryName> repository; ///< nothing: all that were crawled (on the scope's registry)
  std::optional<std::chrono::seconds> limit;     ///< how old data may be; nothing: 8 days
};

/// Failure: not_found where nothing was crawled, or not the repository that was asked.
base::Result<Status> status(const store::Reader& reader, const Scope& scope, const StatusOptions& options);

} // namespace tagdb::query
