#pragma once

#include <tagdb/query/resolve.hpp>
#include <tagdb/store/reader.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// What a floating tag points at, beside the newest revision tag of the same build, repository and
/// architecture: from observations alone, the reference has no say. Nothing is ever compared across
/// architectures, builds or locales.
enum class FloatingState : std::uint8_t {
  current,
  lag,      ///< an explicit revision tag is newer than what it points at
  rollback, ///< the same, and the tag had already been on a newer revision than it is on now
};
std::string_view to_string(FloatingState state);

struct FloatingTruth {
  store::TagRecord tag;
  std::optional<windows::OsVersion> revision; ///< what it points at; nothing where that is not known
  std::optional<windows::Kb> kb;
  std::optional<oci::Digest> digest;
  /// The newest revision of its build that an explicit tag named at the instant, and the tag that names it
  /// ("10.0.17763.7136"): what to use instead. Nothing where no revision tag of the build is there.
  std::optional<windows::OsVersion> newest;
  std::string newest_tag;
  FloatingState state = FloatingState::current;
  std::optional<base::Instant> since; ///< of lag and rollback: the look that first showed it
};

/// One floating tag at an instant; nothing where it was not there then, or points at no known revision.
base::Result<std::optional<FloatingTruth>> truth_of(const store::Reader& reader,
                                                    const store::RepositoryRecord& repository,
                                                    const store::TagRecord& tag, const Scope& scope,
                                                    base::Instant at);

/// Floating tags of one product ("1809" and "ltsc2019") that are at different revisions at the instant; which
/// tags name one product is knowledge, where they point is observed.
struct AliasDifference {
  std::string tag, other;
  windows::OsVersion revision, other_revision;
  std::optional<base::Instant> since;
};
base::Result<std::vector<AliasDifference>> alias_differences(const store::Reader& reader,
                                                             const store::RepositoryRecord& repository,
                                                             const store::TagRecord& tag, const Scope& scope,
                                                             base::Instant at);

} // namespace tagdb::query
