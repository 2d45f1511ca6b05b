#pragma once

#include <tagdb/query/resolve.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// What a floating tag points at, beside the newest revision tag of the same build, repository and
/// architecture: from observations alone, the reference has no say. Nothing is ever compared across
/// architectures, builds or locales, and a tag with a locale takes no part.
///
/// Tags are compared by whole checks: an explicit tag that a check found makes a floating tag lag only where
/// that check, or a later one, still saw the floating tag on something older.
enum class FloatingState : std::uint8_t {
  current,
  lag,      ///< an explicit revision tag is newer than what it points at
  rollback, ///< it had been on a newer revision of its build than it is on now
};
std::string_view to_string(FloatingState state);

struct FloatingTruth {
  store::TagRecord tag;
  std::optional<windows::OsVersion> revision; ///< what it points at
  std::optional<windows::Kb> kb;
  std::optional<oci::Digest> digest;
  /// The newest revision of its build that an explicit tag named at the instant, and the tag that names it
  /// ("10.0.17763.7136"): what to use instead. Nothing where no revision tag of the build is there, and from
  /// truth_of() where none is newer.
  std::optional<windows::OsVersion> newest;
  std::string newest_tag;
  FloatingState state = FloatingState::current;
  std::optional<base::Instant> since; ///< of lag and rollback: the look that first showed it
};

/// One floating tag at an instant; nothing where it was not there then, or points at no known revision. Where
/// it is current that costs one range of an index beside its own history: what resolve can afford.
base::Result<std::optional<FloatingTruth>> truth_of(const store::Reader& reader,
                                                    const store::RepositoryRecord& repository,
                                                    const store::TagRecord& tag, const Scope& scope,
                                                    base::Instant at);

/// All floating tags of a repository that are there after the last look, by name.
base::Result<std::vector<FloatingTruth>> truths_of(const store::Reader& reader,
                                                   const store::RepositoryRecord& repository,
                                                   const Scope& scope, const windows::Knowledge& knowledge);

/// Floating tags of one product ("1809" and "ltsc2019") that are at different revisions at the instant, as
/// `tag` sees it; which tags name one product is knowledge, where they point is observed.
struct AliasDifference {
  std::string tag, other;
  windows::OsVersion revision, other_revision;
  std::optional<base::Instant> since;
};
base::Result<std::vector<AliasDifference>> alias_differences(const store::Reader& reader,
                                                             const store::RepositoryRecord& repository,
                                                             const store::TagRecord& tag, const Scope& scope,
                                                             const windows::Knowledge& knowledge,
                                                             base::Instant at);

} // namespace tagdb::query
