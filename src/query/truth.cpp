#include "question.hpp"
#include "repository_record.hpp"
#include "truth_floating.hpp"
#include "truth_sweep.hpp"

#include <algorithm>
#include <tuple>

namespace tagdb::query {
namespace {

using store::SpanState;

/// How many revision tags above a floating tag are looked at, the newest first: with suffixes a month brings
/// three or four.
constexpr std::size_t k_candidates = 64;

/// A revision tag that is newer than what the floating tag points at, and was there at a look at it.
struct Newer {
  store::TagRecord tag;
  Segment segment;
};

bool is_present(const Segment* segment) {
  return segment != nullptr && segment->state == SpanState::present && segment->content;
}

bool is_whole(const std::optional<store::CheckRecord>& check) {
  return check &&
         (check->outcome == store::CheckOutcome::complete || check->outcome == store::CheckOutcome::partial);
}

class Judge {
 public:
  Judge(Lookup& lookup, const Scope& scope, const store::TagRecord& tag, const Timeline& timeline,
        base::Instant at)
      : m_lookup(lookup), m_tag(tag), m_timeline(timeline), m_at(at), m_wanted(wanted_of(scope, tag)) {}

  base::Result<std::optional<FloatingTruth>> judge(std::size_t number) {
    const auto& segment = m_timeline.segments()[number];
    if (m_tag.kind != windows::TagKind::floating || !m_tag.locale.empty() || !is_present(&segment))
      return std::optional<FloatingTruth>{};
    TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(*segment.content));
    const auto* image = revision_image(*images, m_wanted);
    if (image == nullptr || !image->version)
      return std::optional<FloatingTruth>{};
    m_architecture = image->architecture;
    FloatingTruth truth;
    truth.tag = m_tag;
    truth.revision = image->version;
    truth.digest = segment.digest;
    TAGDB_TRY_ASSIGN(const auto newer, newer_than(*truth.revision, segment));
    TAGDB_TRY_ASSIGN(const auto back, came_back(number, *truth.revision, !newer.empty()));
    if (!newer.empty()) {
      truth.newest = newer.front().tag.revision;
      truth.newest_tag = newer.front().tag.name;
      truth.state = FloatingState::lag;
      TAGDB_TRY_ASSIGN(truth.since, behind_since(number, newer));
    }
    if (back) {
      truth.state = FloatingState::rollback;
      truth.since = back;
    }
    return std::optional(std::move(truth));
  }

 private:
  /// The newest first; of one revision the tag with the same suffix, then the plain one.
  base::Result<std::vector<Newer>> newer_than(const windows::OsVersion& revision, const Segment& segment) {
    std::vector<Newer> newer;
    TAGDB_TRY_ASSIGN(const auto candidates,
                     m_lookup.reader().revision_tags_above(m_lookup.repository().id, revision, k_candidates));
    for (const auto& tag : candidates) {
      if (!tag.revision)
        continue;
      TAGDB_TRY_ASSIGN(const auto timeline, m_lookup.timeline(tag.id));
      const auto* found = timeline.at(m_at).before;
      if (!is_present(found))
        continue;
      TAGDB_TRY_ASSIGN(const bool fit, fits(tag, *found));
      TAGDB_TRY_ASSIGN(const bool seen, looked_since(segment, *found));
      if (fit && seen)
        newer.push_back({tag, *found});
    }
    std::stable_sort(newer.begin(), newer.end(), [&](const Newer& a, const Newer& b) {
      const auto key = [&](const Newer& one) {
        return std::make_tuple(one.tag.architecture != m_tag.architecture, !one.tag.architecture.empty(),
                               std::string_view(one.tag.name));
      };
      return *a.tag.revision != *b.tag.revision ? *a.tag.revision > *b.tag.revision : key(a) < key(b);
    });
    return newer;
  }

  base::Result<bool> fits(const store::TagRecord& tag, const Segment& segment) {
    TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(*segment.content));
    const auto* image = revision_image(*images, {m_architecture, !tag.architecture.empty(), std::nullopt});
    return image != nullptr && image->architecture == m_architecture && image->version == tag.revision;
  }

  /// Whether the floating tag was looked at in that state when the other tag was there: later, or in the same
  /// whole check.
  base::Result<bool> looked_since(const Segment& floating, const Segment& other) {
    if (floating.confirmed_by != other.opened_by)
      return floating.last_seen >= other.first_seen;
    TAGDB_TRY_ASSIGN(const auto check, m_lookup.reader().check(other.opened_by));
    return is_whole(check);
  }

  base::Result<std::optional<windows::OsVersion>> revision_at(std::size_t number) {
    const auto& segment = m_timeline.segments()[number];
    if (!segment.content)
      return std::optional<windows::OsVersion>{};
    TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(*segment.content));
    const auto* image = revision_image(*images, m_wanted);
    return image != nullptr ? image->version : std::nullopt;
  }

  /// When the tag came to this revision from a newer one of the build. Only one that is behind is worth the
  /// whole way back.
  base::Result<std::optional<base::Instant>> came_back(std::size_t number, const windows::OsVersion& revision,
                                                       bool behind) {
    std::optional<base::Instant> since = m_timeline.segments()[number].first_seen;
    for (std::size_t i = number; i-- > 0;) {
      TAGDB_TRY_ASSIGN(const auto earlier, revision_at(i));
      if (!earlier)
        continue;
      if (earlier->build() != revision.build())
        break;
      if (revision < *earlier)
        return since;
      if (*earlier < revision && !behind)
        break;
      if (*earlier == revision)
        since = m_timeline.segments()[i].first_seen;
    }
    return std::optional<base::Instant>{};
  }

  /// The look that first showed one of these tags beside this tag on something older.
  base::Result<std::optional<base::Instant>> behind_since(std::size_t number,
                                                          const std::vector<Newer>& newer) {
    const auto& first = std::min_element(newer.begin(), newer.end(), [](const Newer& a, const Newer& b) {
                          return a.segment.first_seen < b.segment.first_seen;
                        })->segment;
    std::size_t begin = number;
    while (begin > 0 && m_timeline.segments()[begin].opened_by != first.opened_by &&
           first.first_seen < m_timeline.segments()[begin].first_seen) {
      TAGDB_TRY_ASSIGN(const auto earlier, revision_at(begin - 1));
      if (!earlier || !(*earlier < *newer.back().tag.revision) ||
          earlier->build() != newer.back().tag.revision->build())
        break;
      TAGDB_TRY_ASSIGN(const bool seen, looked_since(m_timeline.segments()[begin - 1], first));
      if (!seen)
        break;
      --begin;
    }
    return std::optional(std::max(first.first_seen, m_timeline.segments()[begin].first_seen));
  }

  Lookup& m_lookup;
  const store::TagRecord& m_tag;
  const Timeline& m_timeline;
  base::Instant m_at;
  Wanted m_wanted;
  std::string m_architecture;
};

} // namespace

std::string_view to_string(FloatingState state) {
  switch (state) {
  case FloatingState::current:
    return "current";
  case FloatingState::lag:
    return "lag";
  case FloatingState::rollback:
    return "rollback";
  }
  return "";
}

base::Result<std::optional<FloatingTruth>> truth_of_stretch(Lookup& lookup, const Scope& scope,
                                                            const store::TagRecord& tag,
                                                            const Timeline& timeline, std::size_t segment,
                                                            base::Instant at) {
  return Judge(lookup, scope, tag, timeline, at).judge(segment);
}

base::Result<std::optional<FloatingTruth>> truth_of(const store::Reader& reader,
                                                    const store::RepositoryRecord& repository,
                                                    const store::TagRecord& tag, const Scope& scope,
                                                    base::Instant at) {
  Lookup lookup(reader, repository);
  TAGDB_TRY_ASSIGN(const auto timeline, lookup.timeline(tag.id));
  const auto* segment = timeline.at(at).before;
  if (segment == nullptr)
    return std::optional<FloatingTruth>{};
  const auto number = static_cast<std::size_t>(segment - timeline.segments().data());
  TAGDB_TRY_ASSIGN(auto truth, truth_of_stretch(lookup, scope, tag, timeline, number, at));
  if (truth) {
    TAGDB_TRY_ASSIGN(const auto side, lookup.describe(*segment, tag, wanted_of(scope, tag), true));
    truth->kb = side.kb;
  }
  return truth;
}

base::Result<std::vector<FloatingTruth>> truths_of(const store::Reader& reader,
                                                   const store::RepositoryRecord& repository,
                                                   const Scope& scope, const windows::Knowledge& knowledge) {
  Lookup lookup(reader, repository);
  TAGDB_TRY_ASSIGN(auto moments, Moments::of(reader, repository.id));
  FloatingSweep sweep(lookup, scope, knowledge, std::move(moments));
  TAGDB_TRY(for_each_tag(reader, repository.id, [&](const auto& tag, const auto& spans) -> base::Status {
    if (FloatingSweep::takes_part(tag))
      sweep.add(tag, Timeline(spans));
    return {};
  }));
  TAGDB_TRY(sweep.run());
  return sweep.truths();
}

base::Result<std::vector<AliasDifference>> alias_differences(const store::Reader& reader,
                                                             const store::RepositoryRecord& repository,
                                                             const store::TagRecord& tag, const Scope& scope,
                                                             const windows::Knowledge& knowledge,
                                                             base::Instant at) {
  Lookup lookup(reader, repository);
  TAGDB_TRY_ASSIGN(const auto timeline, lookup.timeline(tag.id));
  const auto* segment = timeline.at(at).before;
  return segment != nullptr ? alias_differences_of(lookup, tag, *segment, scope, knowledge, at)
                            : std::vector<AliasDifference>{};
}

base::Result<std::vector<AliasDifference>> alias_differences_of(Lookup& lookup, const store::TagRecord& tag,
                                                                const Segment& segment, const Scope& scope,
                                                                const windows::Knowledge& knowledge,
                                                                base::Instant at) {
  const auto& repository = lookup.repository();
  std::vector<AliasDifference> differences;
  const auto name = windows::parse_tag_name(tag.name);
  const auto* version = tag.kind == windows::TagKind::floating && tag.locale.empty()
                            ? knowledge.version_of_tag(repository.name, name.product)
                            : nullptr;
  if (version == nullptr)
    return differences;
  using Shown = std::optional<std::pair<Segment, store::ImageRecord>>;
  const auto shown = [&](const store::TagRecord& one, const Segment* where) -> base::Result<Shown> {
    if (!is_present(where))
      return Shown{};
    TAGDB_TRY_ASSIGN(const auto* images, lookup.images(*where->content));
    const auto* image = revision_image(*images, wanted_of(scope, one));
    if (image == nullptr || !image->version)
      return Shown{};
    return Shown(std::make_pair(*where, *image));
  };
  TAGDB_TRY_ASSIGN(const auto own, shown(tag, &segment));
  if (!own)
    return differences;
  for (const auto& product : version->floating_tags) {
    if (product == name.product)
      continue;
    // "1809-amd64" beside "ltsc2019-amd64": the suffix as this tag spells it.
    TAGDB_TRY_ASSIGN(const auto other,
                     lookup.reader().find_tag(repository.id, product + tag.name.substr(name.product.size())));
    if (!other)
      continue;
    TAGDB_TRY_ASSIGN(const auto timeline, lookup.timeline(other->id));
    TAGDB_TRY_ASSIGN(const auto theirs, shown(*other, timeline.at(at).before));
    if (!theirs || theirs->second.architecture != own->second.architecture ||
        theirs->second.version->build() != own->second.version->build() ||
        theirs->second.version == own->second.version)
      continue;
    // Each must have been looked at since the other came to where it is.
    const auto seen_since = [](const Segment& a, const Segment& b) {
      return a.last_seen >= b.first_seen || a.confirmed_by == b.opened_by;
    };
    if (!seen_since(own->first, theirs->first) || !seen_since(theirs->first, own->first))
      continue;
    differences.push_back({tag.name, other->name, *own->second.version, *theirs->second.version,
                           std::max(own->first.first_seen, theirs->first.first_seen)});
  }
  return differences;
}

} // namespace tagdb::query
