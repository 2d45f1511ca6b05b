#pragma once

#include <tagdb/query/answers.hpp>
#include <tagdb/query/resolve.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::query {

/// What an architecture is called inside an image: the suffix "arm32v7" of a tag means "arm", "arm64v8" means
/// "arm64".
std::string image_architecture(std::string_view spelled);

/// Which of several images a revision speaks of.
struct Wanted {
  std::string architecture;
  /// The name (by its suffix) or the digest means one image: where there is only one, it is that, whatever
  /// the architecture.
  bool only = false;
  /// Where the question is about one version: of an index with several, that one.
  std::optional<windows::OsVersion> version;
};
Wanted wanted_of(const Scope& scope, const store::TagRecord& tag);

/// The image whose OS version is the answer; null where none fits, or where images of several versions do
/// (docker then chooses by host).
const store::ImageRecord* revision_image(const std::vector<store::ImageRecord>& images, const Wanted& wanted);

/// The KB of the KB tag among these that was seen last: they point, or pointed, at one revision.
std::optional<windows::Kb> newest_kb(const std::vector<store::PointingTag>& tags);

/// The release of a revision that the reference lists (release.cpp).
ReleaseAnswer listed_release(const windows::Release& row);

/// What contents and revisions mean in one repository, each asked of the database once.
class Lookup {
 public:
  Lookup(const store::Reader& reader, store::RepositoryRecord repository)
      : m_reader(reader), m_repository(std::move(repository)) {}

  const store::Reader& reader() const { return m_reader; }
  const store::RepositoryRecord& repository() const { return m_repository; }

  base::Result<Timeline> timeline(store::TagId tag) const;
  /// The reference stays valid as long as this object.
  base::Result<const std::vector<store::ImageRecord>*> images(store::ContentId content);
  /// Tags of the repository that ever pointed at an image of this version and architecture.
  base::Result<const std::vector<store::PointingTag>*> tags_of_version(const windows::OsVersion& version,
                                                                       const std::string& architecture);
  /// The KB of a revision: from KB tags that ever pointed at it, for the KB of a revision does not change.
  /// Where several did, the one that was seen last.
  base::Result<std::optional<windows::Kb>> kb_of(const windows::OsVersion& version,
                                                 const std::string& architecture);

  /// What is known of a build's images without a registry (of hosts nothing: Reader::host_release()). The
  /// reference stays valid as long as this object.
  base::Result<const windows::Knowledge*> knowledge(std::uint32_t build);
  /// The products alone, for a fraction of that.
  base::Result<const windows::Knowledge*> products();

  /// What a stretch of a tag pointed at; `kb` says whether to look for the KB too. The stretch must have a
  /// digest.
  base::Result<EventSide> describe(const Segment& segment, const store::TagRecord& tag, const Wanted& wanted,
                                   bool kb);

  /// For events of one tag. A failure of the database inside `describe` lands in `failure`, which must
  /// outlive the context.
  EventContext events(const store::TagRecord& tag, const Wanted& wanted,
                      std::optional<base::Instant> baseline_end, bool kb,
                      std::optional<base::Error>& failure);

  /// "windows/servercore:ltsc2019"
  std::string name_of(std::string_view tag) const { return m_repository.name + ":" + std::string(tag); }

 private:
  const store::Reader& m_reader;
  store::RepositoryRecord m_repository;
  std::map<store::ContentId, std::vector<store::ImageRecord>> m_images;
  std::map<std::pair<windows::OsVersion, std::string>, std::vector<store::PointingTag>> m_tags;
  std::map<std::uint32_t, windows::Knowledge> m_knowledge;
  std::optional<windows::Knowledge> m_products;
};

/// The release of a revision that the reference does not list (release.cpp); release_of_revision() for who
/// has looked up its tags already.
base::Result<std::optional<ReleaseAnswer>> derived_release(Lookup& lookup, const windows::Knowledge& products,
                                                           const windows::OsVersion& revision,
                                                           std::string_view architecture);

/// The end of the first complete check of a repository: what was first seen up to it is the baseline.
base::Result<std::optional<base::Instant>> baseline_end(const store::Reader& reader,
                                                        store::RepositoryId repository);

} // namespace tagdb::query
