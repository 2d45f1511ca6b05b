#pragma once

#include <tagdb/cli/options.hpp>
#include <tagdb/query/landing.hpp>
#include <tagdb/registry/client.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::remote {

/// The release that is waited for.
struct AwaitedRelease {
  windows::ReleaseLabel label;
  std::optional<base::Instant> due; ///< when it is published; nothing where nobody can know (out of band)
};

/// The release that `asked` names, else the last B release that was due at `now`. Failure: usage for a letter
/// that brings no images and for a month beyond the known release days; not_found for a release that is known
/// to have brought none.
base::Result<AwaitedRelease> awaited_release(const windows::Knowledge& knowledge,
                                             const std::optional<windows::ReleaseLabel>& asked,
                                             base::Instant now);

struct AwaitedTag {
  oci::RepositoryName repository;
  std::string name;

  std::string text() const { return repository.to_string() + ":" + name; }
  bool operator==(const AwaitedTag&) const = default;
};

/// What TAG arguments name, each once.
struct AwaitedTags {
  std::optional<std::string> registry; ///< named with one of them
  std::vector<AwaitedTag> tags;
};
/// Failure: usage for what is no tag, and for two registries.
base::Result<AwaitedTags> parse_awaited(const std::vector<std::string>& typed);

/// The registry that is meant where none is named: mcr.microsoft.com where it was crawled or nothing was,
/// else the only one that was. Failure: usage with the candidates.
base::Result<std::string> choose_registry(const std::optional<store::Reader>& reader);

/// The floating tags of supported versions in the repositories of this registry that were crawled. Of an
/// out-of-band release that the reference lists only those whose build has an image of it.
base::Result<std::vector<AwaitedTag>> featured_tags(const store::Reader& reader,
                                                    const windows::Knowledge& knowledge,
                                                    const query::Scope& scope,
                                                    const windows::ReleaseLabel& release);

/// A tag of which nothing is known.
query::Landing never_seen(const std::string& registry, const AwaitedTag& tag);

/// Where the release stands with each tag; one that was never seen is not published. `scope` has a registry.
base::Result<std::vector<query::Landing>>
landings_of(const store::Reader& reader, const windows::Knowledge& knowledge, const query::Scope& scope,
            const std::vector<AwaitedTag>& tags, const windows::ReleaseLabel& release);

bool all_landed(const std::vector<query::Landing>& landings);

/// What to say of a tag that the complete list of its repository does not have, with the nearest names;
/// nothing where it is there, or may yet come: the name of a revision or a KB.
base::Result<std::optional<base::Error>> mistyped(const store::Reader& reader, const query::Scope& scope,
                                                  const AwaitedTag& tag);

} // namespace tagdb::remote
