#include "lookup.hpp"
#include <tagdb/query/release.hpp>

#include <algorithm>
#include <vector>

namespace tagdb::query {
namespace {

using windows::Knowledge;

/// The label of a B release under which an unlisted revision came.
struct Derived {
  windows::ReleaseLabel label;
  bool from_created = false;
};

/// Derives labels for the revisions of one build, repository and architecture.
class Deriver {
 public:
  Deriver(const store::Reader& reader, const Knowledge& knowledge, store::RepositoryId repository,
          std::string_view architecture)
      : m_reader(reader), m_knowledge(knowledge), m_repository(repository), m_architecture(architecture) {}

  base::Result<std::optional<ReleaseAnswer>> release_of(const windows::OsVersion& revision) {
    TAGDB_TRY_ASSIGN(const auto tags, m_reader.tags_of_version(m_repository, revision, m_architecture));
    TAGDB_TRY_ASSIGN(const auto own, label_of(revision, tags));
    if (!own)
      return std::optional<ReleaseAnswer>{};
    ReleaseAnswer answer{own->label,       {}, newest_kb(tags), {}, false, {}, ReleaseAnswer::Source::derived,
                         own->from_created};
    if (const auto* version = m_knowledge.version_of_image("", revision.build()))
      answer.channel = version->channel;
    TAGDB_TRY_ASSIGN(answer.out_of_band, has_forerunner(revision, own->label));
    if (answer.out_of_band)
      answer.label = windows::ReleaseLabel(own->label.month(), windows::ReleaseLetter::oob);
    return std::optional(std::move(answer));
  }

 private:
  /// When a revision first showed: its revision tags say, else (before 2019) its KB tags, else whatever led
  /// there.
  static const store::PointingTag* first_of(const std::vector<store::PointingTag>& tags) {
    const auto order = [](const store::PointingTag& p) {
      const int rank = p.tag.kind == windows::TagKind::revision ? 0
                       : p.tag.kind == windows::TagKind::kb     ? 1
                                                                : 2;
      return std::make_pair(rank, p.first_seen);
    };
    const auto first = std::min_element(tags.begin(), tags.end(),
                                        [&](const auto& a, const auto& b) { return order(a) < order(b); });
    return first == tags.end() ? nullptr : &*first;
  }

  base::Result<std::optional<Derived>> label_of(const windows::OsVersion& revision,
                                                const std::vector<store::PointingTag>& tags) {
    const auto* first = first_of(tags);
    if (first == nullptr)
      return std::optional<Derived>{};
    TAGDB_TRY_ASSIGN(const auto before, m_reader.complete_check_before(m_repository, first->first_seen));
    const auto* due = m_knowledge.last_at_or_before(first->first_seen, Knowledge::Which::b);
    // Where several releases fell due between the two checks, seeing it in the second one does not say which.
    const bool decided = before && due != nullptr && !several_due(before->started, *due);
    if (decided)
      return std::optional(Derived{due->label, false});
    TAGDB_TRY_ASSIGN(const auto created, created_of(revision));
    const auto* next = created ? m_knowledge.first_at_or_after(*created, Knowledge::Which::b) : nullptr;
    if (next != nullptr && (!before || next->instant <= first->first_seen))
      return std::optional(Derived{next->label, true});
    if (before && due != nullptr)
      return std::optional(Derived{due->label, false});
    return std::optional<Derived>{};
  }

  /// Whether another B release than `due` fell due after `start` and before it.
  bool several_due(base::Instant start, const windows::ReleaseInstant& due) const {
    const auto* first = m_knowledge.first_at_or_after(start, Knowledge::Which::b);
    return first != nullptr && first->instant < due.instant;
  }

  base::Result<std::optional<base::Instant>> created_of(const windows::OsVersion& revision) {
    TAGDB_TRY_ASSIGN(const auto images, m_reader.images_of_version(revision));
    std::optional<base::Instant> earliest; // published again: the first of the two
    for (const auto& image : images)
      if (image.architecture == m_architecture && image.created)
        earliest = earliest ? std::min(*earliest, *image.created) : image.created;
    return earliest;
  }

  /// Whether an older revision of the build already came under this label. Labels go up with the revisions,
  /// so that one of an earlier month ends the search.
  base::Result<bool> has_forerunner(const windows::OsVersion& revision, const windows::ReleaseLabel& label) {
    for (const auto& row : m_knowledge.releases_of_build(revision.build()))
      if (row.version < revision && row.label == label)
        return true;
    for (auto version = revision;;) {
      TAGDB_TRY_ASSIGN(const auto older, m_reader.revision_tags_below(m_repository, version, 1));
      if (older.empty() || !older.front().revision)
        return false;
      version = *older.front().revision;
      if (m_knowledge.release(version) != nullptr)
        return false; // what the reference lists has been looked at
      TAGDB_TRY_ASSIGN(const auto tags, m_reader.tags_of_version(m_repository, version, m_architecture));
      TAGDB_TRY_ASSIGN(const auto derived, label_of(version, tags));
      if (derived && derived->label == label)
        return true;
      if (derived && derived->label.month() < label.month())
        return false;
    }
  }

  const store::Reader& m_reader;
  const Knowledge& m_knowledge;
  store::RepositoryId m_repository;
  std::string m_architecture;
};

} // namespace

ReleaseAnswer listed_release(const windows::Release& row) {
  return {row.label,
          row.channel,
          row.kb,
          row.date,
          row.out_of_band,
          row.superseded_by,
          ReleaseAnswer::Source::reference,
          false};
}

base::Result<std::optional<ReleaseAnswer>>
release_of_revision(const store::Reader& reader, const Knowledge& knowledge,
                    const std::optional<store::RepositoryId>& repository, const windows::OsVersion& revision,
                    std::string_view architecture) {
  if (const auto* row = knowledge.release(revision))
    return std::optional(listed_release(*row));
  if (!repository)
    return std::optional<ReleaseAnswer>{};
  return Deriver(reader, knowledge, *repository, architecture).release_of(revision);
}

} // namespace tagdb::query
