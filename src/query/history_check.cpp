#include "repository_record.hpp"
#include "truth_of_tags.hpp"

#include <algorithm>

namespace tagdb::query {
namespace {

using store::CheckOutcome;

base::Result<std::optional<store::RepositoryRecord>> repository_of(const store::Reader& reader,
                                                                   store::RepositoryId id) {
  TAGDB_TRY_ASSIGN(const auto repositories, reader.repositories());
  const auto found = std::find_if(repositories.begin(), repositories.end(),
                                  [&](const auto& repository) { return repository.id == id; });
  return found == repositories.end() ? std::optional<store::RepositoryRecord>{} : std::optional(*found);
}

/// The events of one check, as far as tags by themselves have them.
class CheckEvents {
 public:
  CheckEvents(const store::Reader& reader, const Scope& scope, const store::CheckRecord& check,
              store::RepositoryRecord repository, std::span<const std::string> changed)
      : m_scope(scope), m_check(check), m_lookup(reader, std::move(repository)), m_changed(changed) {}

  base::Status add_tag(const std::string& name, std::optional<base::Instant> baseline) {
    TAGDB_TRY_ASSIGN(const auto tag, m_lookup.reader().find_tag(m_lookup.repository().id, name));
    if (!tag)
      return {};
    m_compares = m_compares || FloatingSweep::takes_part(*tag);
    TAGDB_TRY_ASSIGN(const auto timeline, m_lookup.timeline(tag->id));
    for (std::size_t i = 0; i < timeline.segments().size(); ++i) {
      const auto& segment = timeline.segments()[i];
      // An absence becomes sure only with its second look, and dates from the first.
      const bool new_here = segment.opened_by == m_check.id ||
                            (segment.state == store::SpanState::absent && segment.confirmed_by == m_check.id);
      if (!new_here)
        continue;
      TAGDB_TRY_ASSIGN(auto event, event_of_stretch(m_lookup, m_scope, *tag, timeline, i, baseline));
      if (event)
        changes.push_back(
            {m_lookup.repository().registry, m_lookup.repository().name, tag->name, *std::move(event)});
    }
    return {};
  }

  /// Whether one of the tags is compared with others.
  bool compares() const { return m_compares; }

  base::Status add_comparisons() {
    const auto& reader = m_lookup.reader();
    const auto repository = m_lookup.repository().id;
    TAGDB_TRY_ASSIGN(const auto knowledge, product_knowledge(reader));
    TAGDB_TRY_ASSIGN(auto moments, Moments::of(reader, repository));
    FloatingSweep sweep(m_lookup, m_scope, knowledge, std::move(moments));
    TAGDB_TRY(for_each_tag(reader, repository, [&](const auto& tag, const auto& spans) -> base::Status {
      if (FloatingSweep::takes_part(tag))
        sweep.add(tag, Timeline(spans));
      return {};
    }));
    TAGDB_TRY(sweep.run());
    for (const auto& finding : sweep.findings()) {
      TAGDB_TRY_ASSIGN(const bool new_here, made_known(sweep, finding));
      if (!new_here)
        continue;
      TAGDB_TRY_ASSIGN(auto change, sweep.change_of(finding));
      changes.push_back(std::move(change));
    }
    return {};
  }

  std::vector<Change> changes;

 private:
  /// By this check; or by an earlier one that had no answer from the floating tag, which this check gave.
  base::Result<bool> made_known(const FloatingSweep& sweep, const Finding& finding) {
    const auto& moments = sweep.moments();
    if (const auto gone = sweep.gone_of(finding);
        gone && gone->second.confirmed_by == m_check.id &&
        std::find(m_changed.begin(), m_changed.end(), gone->first) != m_changed.end())
      return true; // its absence became sure only now
    if (moments.check(finding.moment).id == m_check.id)
      return true;
    if (sweep.stretch_of(finding).confirmed_by != m_check.id)
      return false;
    const std::string reference = m_lookup.name_of(sweep.tag_of(finding));
    for (std::size_t moment = finding.moment;
         moment < moments.size() && moments.check(moment).id != m_check.id; ++moment) {
      if (moments.check(moment).outcome == CheckOutcome::complete)
        return false;
      TAGDB_TRY_ASSIGN(const auto failures, m_lookup.reader().failures(moments.check(moment).id));
      if (std::none_of(failures.begin(), failures.end(),
                       [&](const auto& failure) { return failure.reference == reference; }))
        return false;
    }
    return true;
  }

  const Scope& m_scope;
  const store::CheckRecord& m_check;
  Lookup m_lookup;
  std::span<const std::string> m_changed;
  bool m_compares = false;
};

} // namespace

base::Result<std::vector<Change>> events_of_check(const store::Reader& reader, const Scope& scope,
                                                  store::CheckId id, std::span<const std::string> changed) {
  TAGDB_TRY_ASSIGN(const auto check, reader.check(id));
  if (!check)
    return std::vector<Change>{};
  TAGDB_TRY_ASSIGN(const auto before, reader.check_before(*check));
  // What a check that was cut off or had no answer for some tag has seen is judged by the next whole one.
  const bool unjudged = before && before->outcome != CheckOutcome::complete;
  if (changed.empty() && !unjudged)
    return std::vector<Change>{};
  TAGDB_TRY_ASSIGN(auto repository, repository_of(reader, check->repository));
  if (!repository)
    return std::vector<Change>{};
  TAGDB_TRY_ASSIGN(const auto baseline, baseline_end(reader, check->repository));
  CheckEvents events(reader, scope, *check, *std::move(repository), changed);
  for (const auto& name : changed)
    TAGDB_TRY(events.add_tag(name, baseline));
  if (unjudged || events.compares())
    TAGDB_TRY(events.add_comparisons());
  sort_changes(events.changes);
  return std::move(events.changes);
}

} // namespace tagdb::query
