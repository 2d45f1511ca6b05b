#pragma once

#include "lookup.hpp"
#include "truth_moments.hpp"
#include <tagdb/query/history.hpp>
#include <tagdb/query/truth.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tagdb::query {

/// One stretch of one tag of a sweep, by their numbers.
struct StretchOf {
  std::size_t tag = 0;
  std::size_t segment = 0;
};

/// What a sweep found; an event without its words.
struct Finding {
  EventKind kind = EventKind::lag;
  base::Instant at;
  std::size_t moment = 0;           ///< the whole check that made it known
  StretchOf floating;               ///< of lag_ended: where it was while it lagged
  std::optional<StretchOf> newest;  ///< the explicit tag to use
  std::optional<StretchOf> other;   ///< of alias_differs
  std::optional<StretchOf> reached; ///< of lag_ended: where the floating tag is then
  std::optional<StretchOf> gone;    ///< of lag_ended: the explicit tag whose vanishing ended it
};

/// Compares all floating tags of a repository with its revision tags and with each other, in one pass through
/// the whole checks of the record. Work and memory are linear in the tags and their stretches: contents are
/// looked at only for floating tags and for what is newer than one of them.
class FloatingSweep {
 public:
  FloatingSweep(Lookup& lookup, const Scope& scope, const windows::Knowledge& knowledge, Moments moments);

  /// Whether tags like this one are compared at all.
  static bool takes_part(const store::TagRecord& tag);
  /// Any tag may be added; what takes no part is passed over. All before run().
  void add(const store::TagRecord& tag, Timeline timeline);
  base::Status run();

  /// By the moment at which they became known.
  const std::vector<Finding>& findings() const { return m_findings; }
  const Moments& moments() const { return m_moments; }
  const std::string& tag_of(const Finding& finding) const { return m_floats[finding.floating.tag].tag.name; }
  const Segment& stretch_of(const Finding& finding) const {
    return m_floats[finding.floating.tag].timeline.segments()[finding.floating.segment];
  }
  /// Where a vanished explicit tag ended a lag: its name, and the stretch in which it is not there.
  std::optional<std::pair<std::string, Segment>> gone_of(const Finding& finding) const;
  base::Result<Change> change_of(const Finding& finding);
  /// Where every floating tag that is there stands after the last look, by name.
  base::Result<std::vector<FloatingTruth>> truths();

 private:
  struct Compared {
    store::TagRecord tag;
    Timeline timeline;
    std::vector<std::size_t> begins; ///< see Moments::begins_of
    std::optional<std::size_t> now;  ///< the stretch of the moment
  };
  struct Floating : Compared {
    Wanted wanted;
    std::optional<std::size_t> group; ///< of the other floating tags of its product
    // Of the stretch of the moment:
    std::optional<windows::OsVersion> revision;
    std::string architecture;
    // Of those before it:
    std::optional<windows::OsVersion> before;  ///< the last other revision
    std::optional<windows::OsVersion> highest; ///< of the same build
    base::Instant revision_since;              ///< when it came to the revision that it has
    // The verdict:
    std::optional<StretchOf> newest; ///< what it is behind
    std::size_t behind_segment = 0;  ///< where it was when that began
    base::Instant behind_since;
    bool reported = false; ///< the lag was (or, in the baseline, would have been) an event
    bool came_back() const;
  };
  using ByRevision = std::map<windows::OsVersion, std::vector<std::size_t>>;
  struct Build {
    ByRevision present; ///< explicit tags that are there
    /// The same, without those whose image is not of the architecture.
    std::map<std::string, ByRevision> of_architecture;
    std::vector<std::size_t> floats;
  };
  /// Of one product and one suffix.
  struct Group {
    std::vector<std::size_t> floats;
    bool differs = false;
  };
  struct Point {
    std::size_t moment;
    bool floating;
    std::size_t tag, segment;
  };

  std::vector<Point> points() const;
  void set_explicit(std::size_t tag, std::size_t segment);
  base::Status set_floating(std::size_t tag, std::size_t segment);
  base::Status judge(std::size_t floating, std::size_t moment);
  base::Status judge_group(std::size_t group, std::size_t moment);
  base::Status begin_lag(std::size_t floating, std::size_t moment, const StretchOf& newest);
  void end_lag(std::size_t floating, std::size_t moment);
  bool looked_since(const Compared& tag, std::size_t moment) const;
  base::Result<bool> fits(const Compared& revision_tag, const std::string& architecture);
  /// The newest explicit tag of the build and architecture; with `above` only one that is newer, and that was
  /// there at a look at the floating tag.
  base::Result<std::optional<StretchOf>> newest_for(const Floating& floating, bool above);
  bool emits(std::size_t moment) const;
  base::Result<EventSide> side_of(const Compared& tag, std::size_t segment);

  Lookup& m_lookup;
  const Scope& m_scope;
  const windows::Knowledge& m_knowledge;
  Moments m_moments;
  std::vector<Compared> m_explicit;
  std::vector<Floating> m_floats;
  std::vector<Group> m_groups;
  std::map<std::pair<const windows::Version*, std::string>, std::size_t> m_group_numbers;
  std::map<std::uint32_t, Build> m_builds;
  std::vector<Finding> m_findings;
};

} // namespace tagdb::query
