#pragma once

#include <tagdb/oci/manifest.hpp>
#include <tagdb/oci/reference.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::mirror {

/// One image to be carried: a digest, and the name it will have. What a tag means was decided before: nothing
/// here ever asks.
struct Image {
  oci::RegistryName registry; ///< of the name, perhaps rewritten; not necessarily where the bytes come from
  oci::RepositoryName repository;
  std::optional<oci::Tag> tag; ///< nothing: carried under its digest alone
  oci::Digest digest;          ///< of an index or a manifest
  std::string media_type{};    ///< of the digest's content, where it is known

  /// "mcr.microsoft.com/windows/servercore:ltsc2019", or with "@sha256:…" where there is no tag.
  std::string name() const;
};

/// Whether an index entry is for a platform that was asked for: os and architecture equal; variant where the
/// wish has one; os.version equal, or beginning with the wish's at a dot ("10.0.17763" takes
/// "10.0.17763.1040").
bool matches(const oci::Platform& wish, const oci::Platform& entry);

/// Whether a text may be an `org.opencontainers.image.ref.name` (image-spec annotations.md): components of
/// letters and digits, joined by one of -._:@+ or by "--", and by "/". A tag that begins with "_" makes a
/// name outside of it.
bool is_ref_name(std::string_view text);

} // namespace tagdb::mirror
