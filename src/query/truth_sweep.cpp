#include "truth_sweep.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace tagdb::query {
namespace {

using store::SpanState;

const Segment* segment_of(const Timeline& timeline, const std::optional<std::size_t>& number) {
  return number ? &timeline.segments()[*number] : nullptr;
}

bool is_present(const Segment* segment) {
  return segment != nullptr && segment->state == SpanState::present && segment->content;
}

} // namespace

bool FloatingSweep::Floating::came_back() const {
  return revision && before && before->build() == revision->build() && *revision < *before;
}

FloatingSweep::FloatingSweep(Lookup& lookup, const Scope& scope, const windows::Knowledge& knowledge,
                             Moments moments)
    : m_lookup(lookup), m_scope(scope), m_knowledge(knowledge), m_moments(std::move(moments)) {}

bool FloatingSweep::takes_part(const store::TagRecord& tag) {
  const bool kind =
      tag.kind == windows::TagKind::floating || (tag.kind == windows::TagKind::revision && tag.revision);
  return kind && tag.locale.empty();
}

void FloatingSweep::add(const store::TagRecord& tag, Timeline timeline) {
  if (!takes_part(tag))
    return;
  auto begins = m_moments.begins_of(timeline);
  if (tag.kind == windows::TagKind::revision) {
    m_explicit.push_back({tag, std::move(timeline), std::move(begins), std::nullopt});
    return;
  }
  Floating floating;
  floating.tag = tag;
  floating.timeline = std::move(timeline);
  floating.begins = std::move(begins);
  floating.wanted = wanted_of(m_scope, tag);
  const auto product = windows::parse_tag_name(tag.name).product;
  if (const auto* version = m_knowledge.version_of_tag(m_lookup.repository().name, product)) {
    const auto [group, fresh] =
        m_group_numbers.try_emplace(std::make_pair(version, tag.architecture), m_groups.size());
    if (fresh)
      m_groups.emplace_back();
    m_groups[group->second].floats.push_back(m_floats.size());
    floating.group = group->second;
  }
  m_floats.push_back(std::move(floating));
}

std::vector<FloatingSweep::Point> FloatingSweep::points() const {
  std::vector<Point> points;
  for (std::size_t tag = 0; tag < m_explicit.size(); ++tag)
    for (std::size_t i = 0; i < m_explicit[tag].begins.size(); ++i)
      points.push_back({m_explicit[tag].begins[i], false, tag, i});
  for (std::size_t tag = 0; tag < m_floats.size(); ++tag)
    for (std::size_t i = 0; i < m_floats[tag].begins.size(); ++i)
      points.push_back({m_floats[tag].begins[i], true, tag, i});
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
    return std::tie(a.moment, a.floating, a.tag, a.segment) <
           std::tie(b.moment, b.floating, b.tag, b.segment);
  });
  return points;
}

base::Status FloatingSweep::run() {
  const auto all = points();
  for (auto point = all.begin(); point != all.end();) {
    const std::size_t moment = point->moment;
    const bool judged = moment < m_moments.size();
    std::set<std::uint32_t> builds;
    std::set<std::size_t> moved, groups;
    for (; point != all.end() && point->moment == moment; ++point) {
      if (point->floating) {
        TAGDB_TRY(set_floating(point->tag, point->segment));
        moved.insert(point->tag);
      } else if (judged) {
        // What no whole check has seen yet makes nothing lag.
        set_explicit(point->tag, point->segment);
        builds.insert(m_explicit[point->tag].tag.revision->build());
      }
    }
    std::set<std::size_t> touched = moved;
    for (const auto build : builds)
      if (const auto found = m_builds.find(build); found != m_builds.end())
        touched.insert(found->second.floats.begin(), found->second.floats.end());
    for (const auto floating : touched)
      TAGDB_TRY(judge(floating, moment));
    for (const auto floating : moved)
      if (m_floats[floating].group)
        groups.insert(*m_floats[floating].group);
    for (const auto group : groups)
      TAGDB_TRY(judge_group(group, moment));
  }
  return {};
}

void FloatingSweep::set_explicit(std::size_t number, std::size_t segment) {
  auto& tag = m_explicit[number];
  auto& build = m_builds[tag.tag.revision->build()];
  const auto for_each_view = [&](const auto& change) {
    change(build.present[*tag.tag.revision]);
    for (auto& [architecture, view] : build.of_architecture)
      change(view[*tag.tag.revision]);
  };
  if (is_present(segment_of(tag.timeline, tag.now)))
    for_each_view([&](std::vector<std::size_t>& tags) { std::erase(tags, number); });
  tag.now = segment;
  if (is_present(segment_of(tag.timeline, tag.now)))
    for_each_view([&](std::vector<std::size_t>& tags) { tags.push_back(number); });
}

base::Status FloatingSweep::set_floating(std::size_t number, std::size_t segment) {
  auto& tag = m_floats[number];
  tag.now = segment;
  const auto* now = segment_of(tag.timeline, tag.now);
  if (!is_present(now))
    return {}; // what it showed last stands until it shows something else
  TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(*now->content));
  const auto* image = revision_image(*images, tag.wanted);
  const auto revision = image != nullptr ? image->version : std::nullopt;
  if (tag.revision != revision) {
    if (tag.revision && (!revision || tag.revision->build() != revision->build()))
      std::erase(m_builds[tag.revision->build()].floats, number);
    if (revision && (!tag.revision || tag.revision->build() != revision->build())) {
      m_builds[revision->build()].floats.push_back(number);
      tag.highest.reset();
    }
    tag.before = tag.revision;
    tag.revision_since = now->first_seen;
    tag.revision = revision;
  }
  if (revision && (!tag.highest || *tag.highest < *revision))
    tag.highest = revision;
  tag.architecture = image != nullptr ? image->architecture : std::string();
  return {};
}

/// A look at the tag, in the state it is in, at that moment or later.
bool FloatingSweep::looked_since(const Compared& tag, std::size_t moment) const {
  const auto& segment = tag.timeline.segments()[*tag.now];
  return m_moments.of_look(segment.confirmed_by, segment.last_seen) >= moment;
}

/// The name says which revision it is; only the image says for which architectures.
base::Result<bool> FloatingSweep::fits(const Compared& revision_tag, const std::string& architecture) {
  const auto* segment = segment_of(revision_tag.timeline, revision_tag.now);
  TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(*segment->content));
  const bool suffixed = !revision_tag.tag.architecture.empty();
  const auto* image = revision_image(*images, {architecture, suffixed, std::nullopt});
  return image != nullptr && image->architecture == architecture &&
         image->version == revision_tag.tag.revision;
}

base::Result<std::optional<StretchOf>> FloatingSweep::newest_for(const Floating& floating, bool above) {
  auto& build = m_builds[floating.revision->build()];
  const auto [found, fresh] = build.of_architecture.try_emplace(floating.architecture);
  auto& view = found->second;
  if (fresh)
    view = build.present;
  const auto key = [&](std::size_t number) {
    const auto& tag = m_explicit[number].tag;
    return std::make_tuple(tag.architecture != floating.tag.architecture, !tag.architecture.empty(),
                           std::string_view(tag.name));
  };
  for (auto entry = view.rbegin(); entry != view.rend(); ++entry) {
    if (above && entry->first <= *floating.revision)
      break;
    std::optional<std::size_t> best;
    std::vector<std::size_t> others; // images of other architectures: not asked again
    for (const auto number : entry->second) {
      const auto& tag = m_explicit[number];
      TAGDB_TRY_ASSIGN(const bool fit, fits(tag, floating.architecture));
      if (!fit)
        others.push_back(number);
      else if ((!above || looked_since(floating, tag.begins[*tag.now])) &&
               (!best || key(number) < key(*best)))
        best = number;
    }
    for (const auto number : others)
      std::erase(entry->second, number);
    if (best)
      return std::optional(StretchOf{*best, *m_explicit[*best].now});
  }
  return std::optional<StretchOf>{};
}

bool FloatingSweep::emits(std::size_t moment) const {
  return moment < m_moments.size() && m_moments.baseline() < moment;
}

base::Status FloatingSweep::judge(std::size_t number, std::size_t moment) {
  auto& tag = m_floats[number];
  if (!tag.now || !is_present(segment_of(tag.timeline, tag.now)) || !tag.revision)
    return {};
  TAGDB_TRY_ASSIGN(const auto newest, newest_for(tag, true));
  if (newest && !tag.newest)
    return begin_lag(number, moment, *newest);
  if (!newest && tag.newest)
    end_lag(number, moment);
  tag.newest = newest;
  return {};
}

base::Status FloatingSweep::begin_lag(std::size_t number, std::size_t moment, const StretchOf& newest) {
  auto& tag = m_floats[number];
  const auto& now = tag.timeline.segments()[*tag.now];
  const auto& found = m_explicit[newest.tag].timeline.segments()[newest.segment];
  // A tag that went back is behind from then on: the rollback says so already.
  std::optional<base::Error> failure;
  const auto began = tag.begins[*tag.now] == moment && *tag.now > 0
                         ? event_at(tag.timeline, *tag.now,
                                    m_lookup.events(tag.tag, tag.wanted, std::nullopt, false, failure))
                         : std::nullopt;
  if (failure)
    return *std::move(failure);
  tag.newest = newest;
  tag.behind_segment = *tag.now;
  tag.behind_since = std::max(now.first_seen, found.first_seen);
  tag.reported = !began || began->kind != EventKind::rollback;
  if (tag.reported && emits(moment))
    m_findings.push_back({EventKind::lag, tag.behind_since, moment, {number, *tag.now}, newest, {}, {}, {}});
  return {};
}

void FloatingSweep::end_lag(std::size_t number, std::size_t moment) {
  auto& tag = m_floats[number];
  if (!tag.reported || !emits(moment))
    return;
  // It moved, or what was newer is gone.
  auto at = tag.timeline.segments()[*tag.now].first_seen;
  std::optional<StretchOf> gone;
  const auto& newest = m_explicit[tag.newest->tag];
  if (tag.revision->build() == newest.tag.revision->build() && *tag.revision < *newest.tag.revision) {
    gone = StretchOf{tag.newest->tag, *newest.now};
    at = std::max(at, newest.timeline.segments()[*newest.now].first_seen);
  }
  m_findings.push_back({EventKind::lag_ended,
                        at,
                        moment,
                        {number, tag.behind_segment},
                        tag.newest,
                        {},
                        StretchOf{number, *tag.now},
                        gone});
}

base::Status FloatingSweep::judge_group(std::size_t group_number, std::size_t moment) {
  auto& group = m_groups[group_number];
  if (group.floats.size() < 2)
    return {};
  std::optional<std::size_t> ahead;
  const auto shows = [&](const Floating& tag) {
    return tag.revision && is_present(segment_of(tag.timeline, tag.now));
  };
  for (const auto number : group.floats) {
    const auto& tag = m_floats[number];
    if (shows(tag) && (!ahead || *m_floats[*ahead].revision < *tag.revision))
      ahead = number;
  }
  const bool differed = std::exchange(group.differs, false);
  if (!ahead)
    return {};
  const auto& first = m_floats[*ahead];
  for (const auto number : group.floats) {
    const auto& tag = m_floats[number];
    if (!shows(tag) || tag.architecture != first.architecture ||
        tag.revision->build() != first.revision->build() || *tag.revision == *first.revision ||
        !looked_since(tag, first.begins[*first.now]) || !looked_since(first, tag.begins[*tag.now]))
      continue;
    group.differs = true;
    if (differed || !emits(moment))
      continue;
    const auto at = std::max(tag.timeline.segments()[*tag.now].first_seen,
                             first.timeline.segments()[*first.now].first_seen);
    TAGDB_TRY_ASSIGN(const auto newest, newest_for(tag, true));
    m_findings.push_back({EventKind::alias_differs,
                          at,
                          moment,
                          {number, *tag.now},
                          newest,
                          StretchOf{*ahead, *first.now},
                          {},
                          {}});
  }
  return {};
}

base::Result<EventSide> FloatingSweep::side_of(const Compared& tag, std::size_t segment) {
  return m_lookup.describe(tag.timeline.segments()[segment], tag.tag, wanted_of(m_scope, tag.tag), true);
}

std::optional<std::pair<std::string, Segment>> FloatingSweep::gone_of(const Finding& finding) const {
  if (!finding.gone)
    return std::nullopt;
  const auto& tag = m_explicit[finding.gone->tag];
  return std::make_pair(tag.tag.name, tag.timeline.segments()[finding.gone->segment]);
}

base::Result<Change> FloatingSweep::change_of(const Finding& finding) {
  const auto& tag = m_floats[finding.floating.tag];
  const auto& repository = m_lookup.repository();
  Change change{repository.registry, repository.name, tag.tag.name, {}};
  auto& event = change.event;
  event.kind = finding.kind;
  event.at = finding.at;
  event.id = event_id(repository.registry + "/" + m_lookup.name_of(tag.tag.name), event.at, event.kind);
  const auto& stretch =
      tag.timeline.segments()[finding.reached ? finding.reached->segment : finding.floating.segment];
  event.first_seen = finding.at;
  event.last_seen = std::max(finding.at, stretch.last_seen);
  TAGDB_TRY_ASSIGN(event.from, side_of(tag, finding.floating.segment));
  if (finding.reached) {
    TAGDB_TRY_ASSIGN(event.to, side_of(tag, finding.reached->segment));
    return change;
  }
  if (finding.newest)
    event.use = m_explicit[finding.newest->tag].tag.name;
  if (finding.other) {
    const auto& other = m_floats[finding.other->tag];
    event.other = other.tag.name;
    TAGDB_TRY_ASSIGN(event.to, side_of(other, finding.other->segment));
  } else {
    TAGDB_TRY_ASSIGN(event.to, side_of(m_explicit[finding.newest->tag], finding.newest->segment));
  }
  return change;
}

base::Result<std::vector<FloatingTruth>> FloatingSweep::truths() {
  std::vector<FloatingTruth> truths;
  for (const auto& tag : m_floats) {
    const auto* now = segment_of(tag.timeline, tag.now);
    if (!is_present(now) || !tag.revision)
      continue;
    FloatingTruth truth;
    truth.tag = tag.tag;
    TAGDB_TRY_ASSIGN(const auto side, side_of(tag, *tag.now));
    truth.revision = side.revision;
    truth.kb = side.kb;
    truth.digest = side.digest;
    TAGDB_TRY_ASSIGN(const auto newest, newest_for(tag, false));
    const auto& shown = tag.newest ? tag.newest : newest;
    if (shown) {
      truth.newest = m_explicit[shown->tag].tag.revision;
      truth.newest_tag = m_explicit[shown->tag].tag.name;
    }
    if (tag.came_back() || (tag.newest && tag.highest && *tag.revision < *tag.highest)) {
      truth.state = FloatingState::rollback;
      truth.since = tag.came_back() ? tag.revision_since : tag.behind_since;
    } else if (tag.newest) {
      truth.state = FloatingState::lag;
      truth.since = tag.behind_since;
    }
    truths.push_back(std::move(truth));
  }
  std::sort(truths.begin(), truths.end(),
            [](const auto& a, const auto& b) { return a.tag.name < b.tag.name; });
  return truths;
}

} // namespace tagdb::query
