#include "question.hpp"
#include "repository_record.hpp"
#include "truth_of_tags.hpp"
#include <tagdb/query/history.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

/// The tag whose history is meant. A revision or KB answers with the tag that carries it; content has no
/// history of its own.
base::Result<store::TagRecord> tag_of(const store::Reader& reader, const Scope& scope,
                                      const ReferenceQuery& query, Question& question) {
  std::string name;
  if (const auto* tag = std::get_if<oci::Tag>(&query.subject)) {
    name = tag->to_string();
  } else if (const auto* version = std::get_if<windows::OsVersion>(&query.subject)) {
    name = version->to_string();
  } else if (std::holds_alternative<windows::Kb>(query.subject)) {
    TAGDB_TRY_ASSIGN(const auto answer, resolve(reader, scope, query, {}));
    name = answer.tag;
  } else {
    return base::Error(base::ErrorKind::usage,
                       query.text + " is content, which does not change; only a tag has a history",
                       "`tagdb resolve " + query.text + "` names the tags that lead to it");
  }
  TAGDB_TRY_ASSIGN(auto tag, reader.find_tag(question.repository().id, name));
  if (!tag)
    return unknown_tag(question, name);
  return *std::move(tag);
}

/// What the comparison with other tags showed, as a part of the stretch in which it did.
HistoryItem item_of(const store::RepositoryRecord& repository, const std::string& tag,
                    const Timeline& timeline, Event event) {
  HistoryItem item{repository.registry, repository.name, tag, {}, {}, event.to};
  if (const auto* segment = timeline.at(event.at).before)
    item.segment = *segment;
  item.segment.first_seen = event.first_seen;
  item.segment.last_seen = event.last_seen;
  item.event = std::move(event);
  return item;
}

} // namespace

base::Result<std::vector<HistoryItem>> history(const store::Reader& reader, const Scope& scope,
                                               const ReferenceQuery& query) {
  TAGDB_TRY_ASSIGN(auto repository, choose_repository(reader, scope, query));
  Question question{scope, query, scope.now, Lookup(reader, std::move(repository))};
  TAGDB_TRY_ASSIGN(const auto tag, tag_of(reader, scope, query, question));
  TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(tag.id));
  TAGDB_TRY_ASSIGN(const auto baseline, baseline_end(reader, question.repository().id));
  const Wanted wanted = wanted_of(scope, tag);
  const auto& repository_record = question.repository();
  std::vector<HistoryItem> items;
  TAGDB_TRY_ASSIGN(auto compared, comparison_events(question.lookup, scope, tag, timeline));
  for (auto event = compared.rbegin(); event != compared.rend(); ++event)
    items.push_back(item_of(repository_record, tag.name, timeline, std::move(*event)));
  for (auto i = timeline.segments().size(); i-- > 0;) {
    const auto& segment = timeline.segments()[i];
    HistoryItem item{repository_record.registry, repository_record.name, tag.name, {}, segment, {}};
    TAGDB_TRY_ASSIGN(item.event, event_of_stretch(question.lookup, scope, tag, timeline, i, baseline));
    if (segment.digest) {
      TAGDB_TRY_ASSIGN(item.side, question.lookup.describe(segment, tag, wanted, true));
    }
    items.push_back(std::move(item));
  }
  std::stable_sort(items.begin(), items.end(), [](const HistoryItem& a, const HistoryItem& b) {
    return a.segment.first_seen > b.segment.first_seen;
  });
  return items;
}

base::Result<std::vector<Change>> changes(const store::Reader& reader, const Scope& scope,
                                          const ChangesOptions& options) {
  TAGDB_TRY_ASSIGN(const auto repositories, repositories_in_scope(reader, scope, options.repository));
  const base::Instant until = options.until.value_or(scope.now);
  const auto asked = [&](base::Instant at) { return at <= until && (!options.since || *options.since < at); };
  TAGDB_TRY_ASSIGN(const auto knowledge, product_knowledge(reader));
  std::vector<Change> changes;
  for (const auto& repository : repositories) {
    TAGDB_TRY_ASSIGN(const auto baseline, baseline_end(reader, repository.id));
    TAGDB_TRY_ASSIGN(auto moments, Moments::of(reader, repository.id));
    Lookup lookup(reader, repository);
    FloatingSweep sweep(lookup, scope, knowledge, std::move(moments));
    TAGDB_TRY(for_each_tag(
        reader, repository.id,
        [&](const store::TagRecord& tag, const std::vector<store::SpanRecord>& spans) -> base::Status {
          Timeline timeline(spans);
          for (std::size_t i = 0; i < timeline.segments().size(); ++i) {
            if (!asked(timeline.segments()[i].first_seen))
              continue;
            TAGDB_TRY_ASSIGN(auto event, event_of_stretch(lookup, scope, tag, timeline, i, baseline));
            if (event)
              changes.push_back({repository.registry, repository.name, tag.name, *std::move(event)});
          }
          sweep.add(tag, std::move(timeline));
          return {};
        }));
    TAGDB_TRY(sweep.run());
    for (const auto& finding : sweep.findings())
      if (asked(finding.at)) {
        TAGDB_TRY_ASSIGN(auto change, sweep.change_of(finding));
        changes.push_back(std::move(change));
      }
  }
  sort_changes(changes);
  return changes;
}

} // namespace tagdb::query
