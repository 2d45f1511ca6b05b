#include "question.hpp"
#include "repository_record.hpp"
#include <tagdb/query/history.hpp>

#include <algorithm>
#include <tuple>

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

} // namespace

base::Result<std::vector<HistoryItem>> history(const store::Reader& reader, const Scope& scope,
                                               const ReferenceQuery& query) {
  TAGDB_TRY_ASSIGN(auto repository, choose_repository(reader, scope, query));
  Question question{scope, query, scope.now, Lookup(reader, std::move(repository))};
  TAGDB_TRY_ASSIGN(const auto tag, tag_of(reader, scope, query, question));
  TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(tag.id));
  TAGDB_TRY_ASSIGN(const auto baseline, baseline_end(reader, question.repository().id));
  const Wanted wanted = wanted_of(scope, tag);
  std::optional<base::Error> failure;
  const auto context = question.lookup.events(tag, wanted, baseline, true, failure);

  std::vector<HistoryItem> items;
  for (auto i = timeline.segments().size(); i-- > 0;) {
    const auto& segment = timeline.segments()[i];
    HistoryItem item{question.repository().registry,
                     question.repository().name,
                     tag.name,
                     event_at(timeline, i, context),
                     segment,
                     {}};
    if (failure)
      return *std::move(failure);
    if (segment.digest) {
      TAGDB_TRY_ASSIGN(item.side, question.lookup.describe(segment, tag, wanted, true));
    }
    items.push_back(std::move(item));
  }
  return items;
}

base::Result<std::vector<Change>> changes(const store::Reader& reader, const Scope& scope,
                                          const ChangesOptions& options) {
  TAGDB_TRY_ASSIGN(const auto repositories, repositories_in_scope(reader, scope, options.repository));
  const base::Instant until = options.until.value_or(scope.now);
  const auto asked = [&](const Segment& segment) {
    return segment.first_seen <= until && (!options.since || *options.since < segment.first_seen);
  };
  std::vector<Change> changes;
  for (const auto& repository : repositories) {
    TAGDB_TRY_ASSIGN(const auto baseline, baseline_end(reader, repository.id));
    Lookup lookup(reader, repository);
    TAGDB_TRY(for_each_tag(
        reader, repository.id,
        [&](const store::TagRecord& tag, const std::vector<store::SpanRecord>& spans) -> base::Status {
          const Timeline timeline(spans);
          std::optional<base::Error> failure;
          const auto context = lookup.events(tag, wanted_of(scope, tag), baseline, true, failure);
          for (std::size_t i = 0; i < timeline.segments().size(); ++i) {
            if (!asked(timeline.segments()[i]))
              continue;
            auto event = event_at(timeline, i, context);
            if (failure)
              return *std::move(failure);
            if (event)
              changes.push_back({repository.registry, repository.name, tag.name, *std::move(event)});
          }
          return {};
        }));
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::tie(a.event.at, a.repository, a.tag) < std::tie(b.event.at, b.repository, b.tag);
  });
  return changes;
}

} // namespace tagdb::query
