#include "lookup.hpp"
#include <tagdb/query/landing.hpp>

#include <algorithm>
#include <chrono>

namespace tagdb::query {
namespace {

using store::SpanState;

/// A B image is built 2 to 14 days before its release. One that is older, and whose release is only guessed
/// from that date, is more likely an out-of-band image of the month before.
constexpr std::chrono::days k_built_before{15};

/// Where images of a revision are published first.
constexpr std::string_view k_base_repositories[] = {"windows/servercore", "windows/nanoserver",
                                                    "windows/server"};

class Judge {
 public:
  Judge(const store::Reader& reader, const windows::Knowledge& knowledge, const Scope& scope,
        const store::RepositoryRecord& repository, const windows::ReleaseLabel& wanted)
      : m_reader(reader),
        m_knowledge(knowledge),
        m_scope(scope),
        m_wanted(wanted),
        m_lookup(reader, repository) {}

  base::Result<std::optional<Landing>> judge(std::string_view name) {
    TAGDB_TRY_ASSIGN(const auto tag, m_reader.find_tag(m_lookup.repository().id, name));
    if (!tag)
      return std::nullopt;
    TAGDB_TRY_ASSIGN(const auto timeline, m_lookup.timeline(tag->id));
    const auto* now = timeline.at(m_scope.now).before;
    if (now == nullptr)
      return std::nullopt;
    Landing landing;
    landing.registry = m_lookup.repository().registry;
    landing.repository = m_lookup.repository().name;
    landing.tag = tag->name;
    TAGDB_TRY_ASSIGN(const auto shown, image_of(*now, *tag));
    if (shown)
      landing.points_at = shown->version;
    TAGDB_TRY_ASSIGN(const auto release, arrived(shown));
    if (release) {
      landing.state = LandingState::landed;
      landing.revision = landing.points_at;
      landing.release = release;
      TAGDB_TRY_ASSIGN(landing.at, since(timeline, now, *tag));
    } else {
      TAGDB_TRY(find_explicit(*tag, landing));
    }
    return std::optional(std::move(landing));
  }

 private:
  /// The image that a stretch shows; nothing where the tag is not there, cannot be pulled, or is no one
  /// image.
  base::Result<std::optional<store::ImageRecord>> image_of(const Segment& segment,
                                                           const store::TagRecord& tag) {
    if (segment.state != SpanState::present || !segment.content)
      return std::optional<store::ImageRecord>{};
    TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(*segment.content));
    const auto* image = revision_image(*images, wanted_of(m_scope, tag));
    if (image == nullptr || !image->version)
      return std::optional<store::ImageRecord>{};
    return std::optional(*image);
  }

  /// The repository whose record tells of a revision: this one, else the base's.
  base::Result<store::RepositoryId> home_of(const windows::OsVersion& revision) {
    const auto own = m_lookup.repository().id;
    TAGDB_TRY_ASSIGN(const auto here, m_reader.find_tag(own, revision.to_string()));
    if (here)
      return own;
    TAGDB_TRY_ASSIGN(const auto all, m_reader.repositories());
    for (const auto base : k_base_repositories)
      for (const auto& repository : all)
        if (repository.name == base && repository.registry == m_lookup.repository().registry) {
          TAGDB_TRY_ASSIGN(const auto there, m_reader.find_tag(repository.id, revision.to_string()));
          if (there)
            return repository.id;
        }
    return own;
  }

  /// The release of an image, where that is the one that is waited for or a later one.
  base::Result<std::optional<windows::ReleaseLabel>> arrived(const std::optional<store::ImageRecord>& image) {
    using Label = std::optional<windows::ReleaseLabel>;
    if (!image)
      return Label{};
    const auto& revision = *image->version;
    TAGDB_TRY_ASSIGN(const auto home, home_of(revision));
    TAGDB_TRY_ASSIGN(const auto release,
                     release_of_revision(m_reader, m_knowledge, home, revision, image->architecture));
    if (!release || !is_at_or_after(m_knowledge, revision, *release, m_wanted))
      return Label{};
    const auto* instant = m_knowledge.instant_of(m_wanted);
    const bool too_old = release->from_created && release->label == m_wanted && instant != nullptr &&
                         image->created && *image->created < instant->instant - k_built_before;
    return too_old ? Label{} : Label(release->label);
  }

  /// When the tag arrived: it may have moved on to yet later releases since.
  base::Result<base::Instant> since(const Timeline& timeline, const Segment* segment,
                                    const store::TagRecord& tag) {
    const auto* first = timeline.segments().data();
    base::Instant at = segment->first_seen;
    while (segment-- != first) {
      TAGDB_TRY_ASSIGN(const auto image, image_of(*segment, tag));
      TAGDB_TRY_ASSIGN(const auto release, arrived(image));
      if (!release)
        break;
      at = segment->first_seen;
    }
    return at;
  }

  std::optional<std::uint32_t> build_of(const store::TagRecord& tag, const Landing& landing) const {
    if (landing.points_at)
      return landing.points_at->build();
    const auto* product =
        m_knowledge.version_of_tag(m_lookup.repository().name, windows::parse_tag_name(tag.name).stem);
    return product != nullptr ? std::optional(product->build) : std::nullopt;
  }

  /// The newest revision tag of the same build, architecture and locale that is there and has arrived.
  base::Status find_explicit(const store::TagRecord& tag, Landing& landing) {
    const auto build = build_of(tag, landing);
    if (!build)
      return {};
    TAGDB_TRY_ASSIGN(auto tags, m_reader.tags(m_lookup.repository().id));
    std::erase_if(tags, [&](const store::TagRecord& other) {
      return other.kind != windows::TagKind::revision || !other.revision ||
             other.revision->build() != *build || other.architecture != tag.architecture ||
             other.locale != tag.locale || other.id == tag.id ||
             (landing.points_at && *other.revision <= *landing.points_at);
    });
    std::sort(tags.begin(), tags.end(),
              [](const auto& a, const auto& b) { return *a.revision > *b.revision; });
    for (const auto& other : tags) {
      TAGDB_TRY_ASSIGN(const auto timeline, m_lookup.timeline(other.id));
      const auto* now = timeline.at(m_scope.now).before;
      if (now == nullptr)
        continue;
      TAGDB_TRY_ASSIGN(const auto image, image_of(*now, other));
      TAGDB_TRY_ASSIGN(const auto release, arrived(image));
      if (!release)
        continue;
      landing.state = LandingState::explicit_only;
      landing.explicit_tag = other.name;
      landing.revision = image->version;
      landing.release = release;
      TAGDB_TRY_ASSIGN(landing.at, since(timeline, now, other));
      break;
    }
    return {};
  }

  const store::Reader& m_reader;
  const windows::Knowledge& m_knowledge;
  const Scope& m_scope;
  const windows::ReleaseLabel& m_wanted;
  Lookup m_lookup;
};

} // namespace

std::string_view to_string(LandingState state) {
  switch (state) {
  case LandingState::landed:
    return "landed";
  case LandingState::explicit_only:
    return "explicitOnly";
  case LandingState::not_published:
    return "notPublished";
  }
  return "";
}

bool is_at_or_after(const windows::Knowledge& knowledge, const windows::OsVersion& revision,
                    const ReleaseAnswer& release, const windows::ReleaseLabel& wanted) {
  if (const auto* listed = knowledge.release_of(revision.build(), wanted))
    return revision >= listed->version;
  if (release.label == wanted)
    return true;
  if (release.label.month() != wanted.month())
    return release.label.month() > wanted.month();
  const auto* own = knowledge.instant_of(release.label);
  const auto* theirs = knowledge.instant_of(wanted);
  if (own != nullptr && theirs != nullptr)
    return own->instant >= theirs->instant;
  return release.label.is_out_of_band() && wanted.letter() == windows::ReleaseLetter::b;
}

base::Result<std::optional<Landing>> landing_of(const store::Reader& reader,
                                                const windows::Knowledge& knowledge, const Scope& scope,
                                                const store::RepositoryRecord& repository,
                                                std::string_view tag, const windows::ReleaseLabel& wanted) {
  return Judge(reader, knowledge, scope, repository, wanted).judge(tag);
}

} // namespace tagdb::query
