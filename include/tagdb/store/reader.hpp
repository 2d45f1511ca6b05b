#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/store/model.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::store {

/// A consistent look at a database: one read transaction from open to destruction, so that an answer made of
/// several queries is of one moment even while a sync writes. Needs no write permission: opened read-only
/// first; where that fails because the folder cannot be written, as an immutable file if no `-wal` with
/// content lies beside it, else refused with a sentence that says so.
///
/// Each method is one prepared statement. Failures are ErrorKind::integrity (damaged), ::busy (schema newer
/// or older than this program's: refused at open) or ::internal (I/O).
class Reader {
 public:
  /// Nothing where there is no file.
  static base::Result<std::optional<Reader>> open(const std::filesystem::path& path);
  /// Whether this is a database of an older schema than this program's, which open() refuses and a Writer
  /// brings up to date.
  static base::Result<bool> is_outdated(const std::filesystem::path& path);
  /// A database that nobody made: in memory, never crawled, with the built-in knowledge. What answers where
  /// there is no file.
  static base::Result<Reader> built_in();
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  // Knowledge (schema/reference, or what was imported since).
  enum class Part : std::uint8_t {
    whole,
    images,   ///< without host releases, host builds and baselines: a third of the work, for an answer about
              ///< tags
    products, ///< the versions and incidents alone: what supports what, and which tags name one product
  };
  /// All of it; or, with a build, what an answer about one build needs: the releases, host releases, baseline
  /// and host build of that build only, and every row of the other tables.
  base::Result<windows::Knowledge> knowledge(std::optional<std::uint32_t> build = std::nullopt,
                                             Part part = Part::whole) const;
  base::Result<windows::KnowledgeEdition> knowledge_edition() const;
  /// Knowledge::last_at_or_before(…, Which::b), as one point query: the B release that was due at `at`.
  base::Result<std::optional<windows::ReleaseInstant>> release_due(base::Instant at) const;
  /// Knowledge::first_at_or_after(…, Which::b), in the same way.
  base::Result<std::optional<windows::ReleaseInstant>> release_next(base::Instant at) const;
  /// Knowledge::newest_release() at an instant, without loading a build.
  base::Result<std::optional<windows::Release>> newest_release(std::uint32_t build, base::Instant at) const;
  /// The release of an older revision of the same build under a label, of several the newest.
  base::Result<std::optional<windows::Release>> release_below(const windows::OsVersion& version,
                                                              const windows::ReleaseLabel& label) const;
  /// One row by its key, without loading a build.
  base::Result<std::optional<windows::Release>> release(const windows::OsVersion& version) const;
  /// The next image of the same build that is not superseded: what a floating tag moved on to.
  base::Result<std::optional<windows::Release>> release_after(const windows::OsVersion& version) const;
  base::Result<std::optional<windows::HostRelease>> host_release(const windows::OsVersion& version) const;

  // Repositories and checks.
  /// Those that ever showed a tag; one whose list could never be had is not among them.
  base::Result<std::vector<RepositoryRecord>> repositories() const;
  /// The newest check with outcome complete, of any observer; nothing before the first.
  base::Result<std::optional<CheckRecord>> last_complete_check(RepositoryId repository) const;
  /// The earliest check that saw anything of this repository (complete or not); nothing before the first.
  base::Result<std::optional<CheckRecord>> first_check(RepositoryId repository) const;
  /// The earliest check with outcome complete, of any observer: what was first seen up to it is the baseline,
  /// not news.
  base::Result<std::optional<CheckRecord>> first_complete_check(RepositoryId repository) const;
  /// The newest check, of any observer, that was complete and had ended before the instant: a tag that was
  /// first seen at the instant was not in its list.
  base::Result<std::optional<CheckRecord>> complete_check_before(RepositoryId repository,
                                                                 base::Instant instant) const;
  base::Result<std::optional<CheckRecord>> check(CheckId id) const;
  /// All checks of a repository, of every observer, by start: some thousands in some years.
  base::Result<std::vector<CheckRecord>> checks(RepositoryId repository) const;
  /// The check of the same repository and observer before this one, however it ended.
  base::Result<std::optional<CheckRecord>> check_before(const CheckRecord& check) const;
  base::Result<std::vector<FailureRecord>> failures(CheckId id) const;

  // Tags.
  base::Result<std::optional<TagRecord>> find_tag(RepositoryId repository, std::string_view name) const;
  base::Result<std::optional<TagRecord>> tag(TagId id) const;
  base::Result<std::vector<TagRecord>> tags(RepositoryId repository) const;
  /// Tags of the KB's name, in every repository, plain ones before those with an architecture or locale.
  base::Result<std::vector<TagRecord>> tags_of_kb(const windows::Kb& kb) const;
  /// Revision tags without a locale that name a newer revision of the same build, the newest first; at most
  /// `limit`. One range of an index.
  base::Result<std::vector<TagRecord>>
  revision_tags_above(RepositoryId repository, const windows::OsVersion& version, std::size_t limit) const;
  /// The same of older revisions, the newest of them first.
  base::Result<std::vector<TagRecord>>
  revision_tags_below(RepositoryId repository, const windows::OsVersion& version, std::size_t limit) const;
  /// Names only, for "did you mean": all tags of the repository that were ever seen.
  base::Result<std::vector<std::string>> tag_names(RepositoryId repository) const;

  // History.
  /// All spans of a tag, of every observer, by first_seen, then id.
  base::Result<std::vector<SpanRecord>> spans(TagId tag) const;
  /// All spans of a repository whose tag, with the same order inside each tag; by tag id. For changes and
  /// list.
  base::Result<std::vector<SpanRecord>> spans_of_repository(RepositoryId repository) const;
  /// Spans (of this repository) that ever pointed at any of these contents: aliases, digest -> tags.
  base::Result<std::vector<SpanRecord>> spans_pointing_at(RepositoryId repository,
                                                          std::span<const ContentId> contents) const;

  // Content.
  base::Result<std::optional<ContentRecord>> content(ContentId id) const;
  base::Result<std::optional<ContentRecord>> find_content(const oci::Digest& digest) const;
  /// Contents whose sha256 begins with these hexadecimal digits (an image ID); at most `limit`.
  base::Result<std::vector<ContentRecord>> contents_with_prefix(std::string_view hex,
                                                                std::size_t limit = 10) const;
  base::Result<std::optional<std::string>> bytes(ContentId id) const;
  /// The platform images behind an index (nested ones too, in order) or a manifest; empty for anything else.
  base::Result<std::vector<ImageRecord>> images(ContentId index_or_manifest) const;
  /// Every index and manifest (not config) that leads to this content: the content itself where it is one,
  /// its manifests where it is a config, and all indexes above.
  base::Result<std::vector<ContentId>> ancestors(ContentId content) const;
  /// Manifests whose image has this OS version, with their architecture; of all repositories.
  base::Result<std::vector<ImageRecord>> images_of_version(const windows::OsVersion& version) const;
  /// Tags of the repository that ever pointed at an image of this version and architecture, directly or
  /// through an index; one row for each tag and content. What a revision's KB and aliases are made of, in one
  /// statement.
  base::Result<std::vector<PointingTag>> tags_of_version(RepositoryId repository,
                                                         const windows::OsVersion& version,
                                                         std::string_view architecture) const;
  /// All images of one build that tags of this repository point or pointed at: for inference and `which`.
  base::Result<std::vector<ImageRecord>> images_of_build(RepositoryId repository, std::uint32_t build) const;
  base::Result<std::vector<LayerRecord>> layers(ContentId manifest) const;
  base::Result<std::vector<oci::Digest>> diff_ids(ContentId config) const;
  /// Every config that begins with this layer, with all its diff_ids: the configs that can be under an image
  /// which begins with it too. By id.
  base::Result<std::vector<LayeredConfig>> configs_on(const oci::Digest& first_diff_id) const;
  /// The images of a config: one manifest, or several where it was published again with other layer digests.
  base::Result<std::vector<ImageRecord>> images_of_config(ContentId config) const;
  /// Images whose config says that it was made at this second. Reads the whole table.
  base::Result<std::vector<ImageRecord>> images_created_at(base::Instant created) const;
  /// The repositories of which any tag ever led to this config or manifest, by registry and name.
  base::Result<std::vector<RepositoryRecord>> repositories_leading_to(ContentId content) const;

 private:
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

} // namespace tagdb::store
