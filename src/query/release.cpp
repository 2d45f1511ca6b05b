#include "lookup.hpp"
#include <tagdb/query/release.hpp>

#include <algorithm>
#include <set>
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
  Deriver(Lookup& lookup, const Knowledge& products, std::string_view architecture)
      : m_lookup(lookup),
        m_reader(lookup.reader()),
        m_products(products),
        m_repository(lookup.repository().id),
        m_architecture(architecture) {}

  base::Result<std::optional<ReleaseAnswer>> release_of(const windows::OsVersion& revision) {
    TAGDB_TRY_ASSIGN(const auto* tags, m_lookup.tags_of_version(revision, m_architecture));
    TAGDB_TRY_ASSIGN(const auto own, label_of(revision, *tags));
    if (!own)
      return std::optional<ReleaseAnswer>{};
    ReleaseAnswer answer{
        own->label, {}, newest_kb(*tags), {}, false, {}, ReleaseAnswer::Source::derived, own->from_created};
    if (const auto* version = m_products.version_of_image("", revision.build()))
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
    std::optional<windows::ReleaseInstant> due;
    if (before) {
      TAGDB_TRY_ASSIGN(due, m_reader.release_due(first->first_seen));
    }
    // Where several releases fell due between the two checks, seeing it in the second one does not say which.
    TAGDB_TRY_ASSIGN(const bool several, several_due(before, due));
    if (due && !several)
      return std::optional(Derived{due->label, false});
    TAGDB_TRY_ASSIGN(const auto created, created_of(revision, tags));
    if (created) {
      TAGDB_TRY_ASSIGN(const auto next, m_reader.release_next(*created));
      if (next && (!before || next->instant <= first->first_seen))
        return std::optional(Derived{next->label, true});
    }
    return due ? std::optional(Derived{due->label, false}) : std::nullopt;
  }

  /// Whether another B release than `due` fell due after the check before and before it.
  base::Result<bool> several_due(const std::optional<store::CheckRecord>& before,
                                 const std::optional<windows::ReleaseInstant>& due) {
    if (!before || !due || due->instant <= before->started)
      return false;
    TAGDB_TRY_ASSIGN(const auto next, m_reader.release_next(before->started));
    return next && next->instant < due->instant;
  }

  /// When the first of its images that tags led to was created.
  base::Result<std::optional<base::Instant>> created_of(const windows::OsVersion& revision,
                                                        const std::vector<store::PointingTag>& tags) {
    std::set<store::ContentId> contents;
    for (const auto& pointing : tags)
      contents.insert(pointing.content);
    std::optional<base::Instant> earliest; // published again: the first of the two
    for (const auto content : contents) {
      TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(content));
      for (const auto& image : *images)
        if (image.version == revision && image.architecture == m_architecture && image.created)
          earliest = earliest ? std::min(*earliest, *image.created) : image.created;
    }
    return earliest;
  }

  /// Whether an older revision of the build already came under this label. Labels go up with the revisions,
  /// so that one of an earlier month ends the search.
  base::Result<bool> has_forerunner(const windows::OsVersion& revision, const windows::ReleaseLabel& label) {
    TAGDB_TRY_ASSIGN(const auto listed, m_reader.release_below(revision, label));
    if (listed)
      return true;
    for (auto version = revision;;) {
      TAGDB_TRY_ASSIGN(const auto older, m_reader.revision_tags_below(m_repository, version, 1));
      if (older.empty() || !older.front().revision)
        return false;
      version = *older.front().revision;
      TAGDB_TRY_ASSIGN(const auto row, m_reader.release(version));
      if (row)
        return false; // what the reference lists has been looked at
      TAGDB_TRY_ASSIGN(const auto* tags, m_lookup.tags_of_version(version, m_architecture));
      TAGDB_TRY_ASSIGN(const auto derived, label_of(version, *tags));
      if (derived && derived->label == label)
        return true;
      if (derived && derived->label.month() < label.month())
        return false;
    }
  }

  Lookup& m_lookup;
  const store::Reader& m_reader;
  const Knowledge& m_products;
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

base::Result<std::optional<ReleaseAnswer>> derived_release(Lookup& lookup, const Knowledge& products,
                                                           const windows::OsVersion& revision,
                                                           std::string_view architecture) {
  return Deriver(lookup, products, architecture).release_of(revision);
}

base::Result<std::optional<ReleaseAnswer>>
release_of_revision(const store::Reader& reader, const Knowledge& knowledge,
                    const std::optional<store::RepositoryId>& repository, const windows::OsVersion& revision,
                    std::string_view architecture) {
  if (const auto* row = knowledge.release(revision))
    return std::optional(listed_release(*row));
  if (!repository)
    return std::optional<ReleaseAnswer>{};
  Lookup lookup(reader, {*repository, {}, {}});
  return derived_release(lookup, knowledge, revision, architecture);
}

} // namespace tagdb::query
