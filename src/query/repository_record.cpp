#include "repository_record.hpp"

#include "question.hpp"

#include <algorithm>
#include <unordered_map>

namespace tagdb::query {

base::Result<std::vector<store::RepositoryRecord>>
repositories_in_scope(const store::Reader& reader, const Scope& scope,
                      const std::optional<oci::RepositoryName>& asked) {
  std::vector<store::RepositoryRecord> found;
  if (asked) {
    const ReferenceQuery query{asked->to_string(), std::nullopt, asked, DigestPrefix{}, std::nullopt};
    TAGDB_TRY_ASSIGN(auto repository, choose_repository(reader, scope, query));
    found.push_back(std::move(repository));
    return found;
  }
  TAGDB_TRY_ASSIGN(found, reader.repositories());
  TAGDB_TRY_ASSIGN(const auto registry, choose_registry(found, scope, std::nullopt));
  std::erase_if(found, [&](const auto& repository) { return repository.registry != registry; });
  if (found.empty())
    return not_found("nothing on " + registry + " was crawled",
                     "run `" + sync_command("windows/servercore", registry) + "`");
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

base::Status for_each_tag(const store::Reader& reader, store::RepositoryId repository,
                          const std::function<base::Status(const store::TagRecord&,
                                                           const std::vector<store::SpanRecord>&)>& visit) {
  TAGDB_TRY_ASSIGN(const auto tags, reader.tags(repository));
  TAGDB_TRY_ASSIGN(auto spans, reader.spans_of_repository(repository));
  std::unordered_map<std::int64_t, const store::TagRecord*> by_id;
  by_id.reserve(tags.size());
  for (const auto& tag : tags)
    by_id.emplace(static_cast<std::int64_t>(tag.id), &tag);
  std::vector<store::SpanRecord> own;
  for (std::size_t begin = 0; begin < spans.size();) {
    std::size_t end = begin;
    own.clear();
    for (; end < spans.size() && spans[end].tag == spans[begin].tag; ++end)
      own.push_back(std::move(spans[end]));
    begin = end;
    const auto tag = by_id.find(static_cast<std::int64_t>(own.front().tag));
    if (tag != by_id.end())
      TAGDB_TRY(visit(*tag->second, own));
  }
  return {};
}

} // namespace tagdb::query
