#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

base::Result<Resolution> resolve_name(Question& question, const std::string& name) {
  TAGDB_TRY_ASSIGN(const auto tag, question.reader().find_tag(question.repository().id, name));
  if (tag)
    return resolve_tag(question, *tag);
  if (auto version = windows::OsVersion::parse(name))
    return resolve_revision(question, *version);
  return unknown_tag(question, name);
}

/// Where content may be: the repository that was typed, else all of the chosen registry, the default one
/// first.
base::Result<std::vector<store::RepositoryRecord>>
places_of_content(const store::Reader& reader, const Scope& scope, const ReferenceQuery& query) {
  std::vector<store::RepositoryRecord> places;
  if (query.repository) {
    TAGDB_TRY_ASSIGN(auto repository, choose_repository(reader, scope, query));
    places.push_back(std::move(repository));
    return places;
  }
  TAGDB_TRY_ASSIGN(places, reader.repositories());
  TAGDB_TRY_ASSIGN(const auto registry, choose_registry(places, scope, query.registry));
  std::erase_if(places, [&](const auto& place) { return place.registry != registry; });
  std::sort(places.begin(), places.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(a.name != "windows/servercore", std::string_view(a.name)) <
           std::make_tuple(b.name != "windows/servercore", std::string_view(b.name));
  });
  if (places.empty())
    return not_found("nothing on " + registry + " was crawled",
                     "run `" + sync_command("windows/servercore", registry) + "`");
  return places;
}

base::Result<Resolution> resolve_stored(const store::Reader& reader, const Scope& scope,
                                        const ReferenceQuery& query, base::Instant at,
                                        const store::ContentRecord& content) {
  TAGDB_TRY_ASSIGN(const auto places, places_of_content(reader, scope, query));
  for (const auto& place : places) {
    Question question{scope, query, at, Lookup(reader, place)};
    TAGDB_TRY_ASSIGN(auto answer, resolve_content(question, content));
    if (answer) {
      TAGDB_TRY(warn_of_knowledge(question, *answer));
      return *std::move(answer);
    }
  }
  std::string where =
      query.repository ? places.front().name : "the repositories of " + places.front().registry;
  return not_found("no tag of " + where + " leads to " + content.digest.to_string(),
                   query.repository ? "ask without the repository, to look in all of them" : "");
}

base::Result<Resolution> resolve_digest(const store::Reader& reader, const Scope& scope,
                                        const ReferenceQuery& query, base::Instant at,
                                        const oci::Digest& digest) {
  TAGDB_TRY_ASSIGN(const auto content, reader.find_content(digest));
  if (!content) {
    TAGDB_TRY(places_of_content(reader, scope, query)); // never crawled is the better answer
    return not_found(digest.to_string() + " is not in this database",
                     "it is an image that was not crawled, or a layer; `tagdb sync` brings in what the "
                     "registry lists now");
  }
  return resolve_stored(reader, scope, query, at, *content);
}

base::Result<Resolution> resolve_prefix(const store::Reader& reader, const Scope& scope,
                                        const ReferenceQuery& query, base::Instant at,
                                        const DigestPrefix& prefix) {
  TAGDB_TRY_ASSIGN(const auto contents, reader.contents_with_prefix(prefix.hex));
  if (contents.empty()) {
    TAGDB_TRY(places_of_content(reader, scope, query));
    return not_found("no image ID or digest in this database begins with " + prefix.hex,
                     "`docker images --no-trunc` prints whole image IDs; `tagdb sync` brings in what the "
                     "registry lists now");
  }
  if (contents.size() > 1) {
    std::vector<std::string> candidates;
    for (const auto& content : contents)
      candidates.push_back(content.digest.to_string());
    return base::Error(base::ErrorKind::usage,
                       "several digests begin with " + prefix.hex + ": " + base::join(candidates, ", "),
                       "give more digits");
  }
  return resolve_stored(reader, scope, query, at, contents.front());
}

base::Result<Resolution> resolve_named(Question& question) {
  if (const auto* kb = std::get_if<windows::Kb>(&question.query.subject))
    return resolve_kb(question, *kb);
  if (const auto* version = std::get_if<windows::OsVersion>(&question.query.subject))
    return resolve_name(question, version->to_string());
  return resolve_name(question, std::get<oci::Tag>(question.query.subject).to_string());
}

base::Result<Resolution> resolve_subject(const store::Reader& reader, const Scope& scope,
                                         const ReferenceQuery& query, base::Instant at) {
  if (const auto* digest = std::get_if<oci::Digest>(&query.subject))
    return resolve_digest(reader, scope, query, at, *digest);
  if (const auto* prefix = std::get_if<DigestPrefix>(&query.subject))
    return resolve_prefix(reader, scope, query, at, *prefix);
  TAGDB_TRY_ASSIGN(auto place, choose_place(reader, scope, query));
  if (!place.crawled)
    return resolve_from_reference({reader, scope, query, at, place.registry, place.repository}, place);
  Question question{scope, query, at, Lookup(reader, *std::move(place.crawled))};
  TAGDB_TRY_ASSIGN(auto answer, resolve_named(question));
  TAGDB_TRY(warn_of_knowledge(question, answer));
  return answer;
}

/// tag@digest: docker pulls by the digest and does not look at the tag, so a pin that disagrees must be said.
base::Status agree(const Resolution& answer, const std::optional<oci::Digest>& expected) {
  if (!expected || answer.digest == expected)
    return {};
  for (const auto& platform : answer.platforms)
    if (platform.digest == *expected)
      return {};
  if (!answer.digest)
    return not_found("which digest " + answer.reference + " has is not known: no check saw it",
                     "run `" + sync_command(answer.repository, answer.registry) + "`");
  return base::Error(base::ErrorKind::integrity,
                     answer.repository + ":" + answer.tag + " at " + base::format_rfc3339(answer.as_of) +
                         " is " + answer.digest->to_string() + ", not " + expected->to_string(),
                     "`tagdb resolve " + expected->to_string() + "` tells what the digest is");
}

base::Status strong_enough(const Resolution& answer, EvidenceLevel weakest) {
  if (answer.evidence.level <= weakest)
    return {};
  return not_found(answer.reference + " at " + base::format_rfc3339(answer.as_of) + " is known only as " +
                       std::string(to_string(answer.evidence.level)) + ", which is weaker than " +
                       std::string(to_string(weakest)),
                   answer.warnings.empty() ? "" : answer.warnings.front().message);
}

} // namespace

base::Result<Resolution> resolve(const store::Reader& reader, const Scope& scope, const ReferenceQuery& query,
                                 const ResolveOptions& options) {
  base::Instant at = options.at.value_or(scope.now);
  if (options.at_release) {
    TAGDB_TRY_ASSIGN(at, instant_of_release(reader, scope, query, *options.at_release));
  }
  TAGDB_TRY_ASSIGN(auto answer, resolve_subject(reader, scope, query, at));
  TAGDB_TRY(strong_enough(answer, options.weakest));
  TAGDB_TRY(agree(answer, query.expected));
  return answer;
}

} // namespace tagdb::query
