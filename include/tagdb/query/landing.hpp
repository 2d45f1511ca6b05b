#pragma once

#include <tagdb/query/release.hpp>
#include <tagdb/query/resolve.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::query {

/// Whether a release has arrived at a tag.
enum class LandingState : std::uint8_t {
  landed,        ///< the tag points at an image of the release, or of a later one
  explicit_only, ///< such an image is there under its revision tag, but this tag is not at it (it lags, or
                 ///< went back)
  not_published, ///< no tag of the repository says that there is one
};
std::string_view to_string(LandingState state); ///< "landed", "explicitOnly", "notPublished"

struct Landing {
  std::string registry, repository, tag;
  LandingState state = LandingState::not_published;
  /// The image that is there: what the tag points at where it has landed, what `explicit_tag` names where
  /// only that is there; with the release that it is.
  std::optional<windows::OsVersion> revision;
  std::optional<windows::ReleaseLabel> release;
  /// The first look that showed the tag (or the explicit one) there, of whichever observer.
  std::optional<base::Instant> at;
  std::string explicit_tag;
  /// What the tag points at now, wherever that is.
  std::optional<windows::OsVersion> points_at;
};

/// Whether a revision with this release is an image of `wanted` or of a later release. Where the reference
/// lists an image of that build for `wanted`, its revision decides (so that the superseded images of
/// 2020-02-11 are no 2020-02B); else the labels do, in the order of their instants, an out-of-band release
/// without one being later than the B release of its month.
bool is_at_or_after(const windows::Knowledge& knowledge, const windows::OsVersion& revision,
                    const ReleaseAnswer& release, const windows::ReleaseLabel& wanted);

/// Where a release stands with a tag, as far as the record tells: by the newest look of any observer, and
/// asking nobody. Nothing where the tag was never seen. `knowledge` must be whole.
///
/// An image in a derived repository (windows/servercore/iis, dotnet/framework/…) is of the release of the
/// base revision that its os.version names; what that is comes from the base repository of the same registry
/// where it was crawled.
base::Result<std::optional<Landing>> landing_of(const store::Reader& reader,
                                                const windows::Knowledge& knowledge, const Scope& scope,
                                                const store::RepositoryRecord& repository,
                                                std::string_view tag, const windows::ReleaseLabel& wanted);

} // namespace tagdb::query
