#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::query {

/// Which monthly release a revision is.
struct ReleaseAnswer {
  enum class Source : std::uint8_t {
    reference,
    derived, ///< worked out for a revision that the reference does not list (yet)
  };
  windows::ReleaseLabel label;
  std::optional<windows::Channel> channel;
  std::optional<windows::Kb> kb;
  std::optional<windows::Date> published; ///< nothing where derived
  bool out_of_band = false;
  std::optional<windows::OsVersion> superseded_by; ///< the image that replaced it under the same label
  Source source = Source::reference;
  /// A derived label that rests on the image's `created` alone, which is 2 to 14 days early: say so.
  bool from_created = false;
};

/// The release of a revision whose images for this architecture the repository has: its row in the reference,
/// else derived (design.md section 3). The KB is that of its KB tag. Derived labels: the last B release that
/// was due when its revision tag was first seen by a check that followed a complete one without it; on a
/// first crawl, the first B instant at or after `created`. A further new revision of the build under the same
/// label is out of band (`YYYY-MM OOB`). Nothing where neither is known.
///
/// `knowledge` must hold the revision's build, or where the reference is known not to list it the products.
/// Without a repository only the reference is asked.
base::Result<std::optional<ReleaseAnswer>>
release_of_revision(const store::Reader& reader, const windows::Knowledge& knowledge,
                    const std::optional<store::RepositoryId>& repository, const windows::OsVersion& revision,
                    std::string_view architecture);

} // namespace tagdb::query
