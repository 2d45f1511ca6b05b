#pragma once

#include <tagdb/query/resolve.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::query {

struct ListOptions {
  std::optional<oci::RepositoryName> repository; ///< nothing: all that were crawled (on the scope's registry)
  std::optional<windows::TagKind> kind;
  std::optional<std::uint32_t> build;
  std::optional<base::Instant> at;
  std::optional<std::string> architecture_suffix; ///< only tags whose name has this suffix ("" = plain names)
  /// Only floating tags with a plain name (no architecture, no locale) of products that are supported then.
  bool featured = false;
};

struct ListItem {
  std::string registry, repository;
  store::TagRecord tag;
  std::optional<windows::OsVersion> revision; ///< of what it points at
  std::optional<windows::Kb> kb;
  std::optional<oci::Digest> digest;
  std::string media_type;
  base::Instant first_seen, last_seen;
  std::optional<ReleaseAnswer> release; ///< of the revision
  std::optional<SupportAnswer> support; ///< of its product, as of the instant
  std::vector<Warning> warnings;        ///< unpullable, lag, rollback, aliasDiffers, republished
};

/// The tags that are there at the instant: by repository, then floating, revision, KB, other, each by version
/// (numeric), then name.
base::Result<std::vector<ListItem>> list(const store::Reader& reader, const Scope& scope,
                                         const ListOptions& options);

} // namespace tagdb::query
