#include <tagdb/query/timeline.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>
#include <utility>

namespace tagdb::query {
namespace {

/// Two lists without a tag must lie this far apart before it is gone: a registry's list is a cached file and
/// may be short for a moment.
constexpr std::chrono::hours k_sure_absence{1};

/// One look that a span proves: it was made at `at` and showed the span's state.
struct Point {
  base::Instant at;
  store::CheckId check;
  const store::SpanRecord* span;
};

bool same_state(const store::SpanRecord& a, const store::SpanRecord& b) {
  return a.state == b.state && a.content == b.content && a.answer == b.answer;
}

/// Orders by what was seen and never by row ids, which differ between databases that hold the same record.
auto meaning(const Point& point) {
  return std::make_tuple(point.at, point.span->state,
                         point.span->digest ? std::string_view(point.span->digest->to_string())
                                            : std::string_view{},
                         std::string_view(point.span->answer));
}

std::vector<Point> points_of(std::vector<const store::SpanRecord*> spans) {
  std::stable_sort(spans.begin(), spans.end(), [](const auto* a, const auto* b) {
    return std::tie(a->first_seen, a->last_seen, a->id) < std::tie(b->first_seen, b->last_seen, b->id);
  });
  std::vector<Point> points;
  points.reserve(spans.size() * 2);
  for (const auto* span : spans) {
    points.push_back({span->first_seen, span->opened_by, span});
    points.push_back({span->last_seen, span->confirmed_by, span});
  }
  return points;
}

/// All looks in the order of time. Looks of one observer keep their order within a second; of two observers
/// in the same second, the one whose whole record sorts first comes first, whatever order the rows came in.
std::vector<Point> merged_points(const std::vector<store::SpanRecord>& spans) {
  std::map<store::ObserverId, std::vector<const store::SpanRecord*>> by_observer;
  for (const auto& span : spans)
    by_observer[span.observer].push_back(&span);
  std::vector<std::vector<Point>> records;
  records.reserve(by_observer.size());
  for (auto& [observer, own] : by_observer)
    records.push_back(points_of(std::move(own)));
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const Point& x, const Point& y) { return meaning(x) < meaning(y); });
  });
  std::vector<Point> all;
  all.reserve(spans.size() * 2);
  for (const auto& record : records)
    all.insert(all.end(), record.begin(), record.end());
  std::stable_sort(all.begin(), all.end(), [](const Point& a, const Point& b) { return a.at < b.at; });
  return all;
}

/// A run of looks that showed the same state.
struct Run {
  Point first, last;
};

void append(std::vector<Run>& runs, const Run& next) {
  if (!runs.empty() && same_state(*runs.back().last.span, *next.first.span))
    runs.back().last = next.last;
  else
    runs.push_back(next);
}

bool counts(const Run& run) {
  return run.first.span->state != store::SpanState::absent || run.last.at - run.first.at >= k_sure_absence;
}

} // namespace

Timeline::Timeline(const std::vector<store::SpanRecord>& spans) {
  std::vector<Run> looked;
  for (const auto& point : merged_points(spans))
    append(looked, {point, point});
  std::vector<Run> known;
  for (const auto& run : looked)
    if (counts(run))
      append(known, run);
  m_segments.reserve(known.size());
  for (const auto& run : known) {
    const auto& span = *run.first.span;
    m_segments.push_back({span.state, span.content, span.digest, span.answer, run.first.at, run.last.at,
                          run.first.check, run.last.check});
  }
}

Look Timeline::at(base::Instant instant) const {
  const auto next = std::upper_bound(m_segments.begin(), m_segments.end(), instant,
                                     [](base::Instant t, const Segment& s) { return t < s.first_seen; });
  Look look;
  if (next != m_segments.end())
    look.after = &*next;
  if (next != m_segments.begin()) {
    look.before = &*std::prev(next);
    look.inside = instant <= look.before->last_seen;
  }
  return look;
}

} // namespace tagdb::query
