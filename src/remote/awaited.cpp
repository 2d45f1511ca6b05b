#include "awaited.hpp"

#include <tagdb/base/text.hpp>
#include <tagdb/query/list.hpp>
#include <tagdb/query/reference.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace tagdb::remote {

namespace {

constexpr std::string_view k_default_registry = "mcr.microsoft.com";
constexpr std::string_view k_default_repository = "windows/servercore";

base::Error usage(std::string message, std::string hint = {}) {
  return base::Error(base::ErrorKind::usage, std::move(message), std::move(hint));
}

const store::RepositoryRecord* find(const std::vector<store::RepositoryRecord>& repositories,
                                    std::string_view registry, std::string_view name) {
  for (const auto& repository : repositories)
    if (repository.registry == registry && repository.name == name)
      return &repository;
  return nullptr;
}

} // namespace

base::Result<AwaitedRelease> awaited_release(const windows::Knowledge& knowledge,
                                             const std::optional<windows::ReleaseLabel>& asked,
                                             base::Instant now) {
  using windows::Knowledge;
  if (!asked) {
    const auto* last = knowledge.last_at_or_before(now, Knowledge::Which::b);
    if (last == nullptr)
      return base::Error(base::ErrorKind::not_found, "no release is known to be due",
                         "name one with --release, as in --release 2025-10B");
    return AwaitedRelease{last->label, last->instant};
  }
  const std::string name = asked->to_string();
  const bool known = !knowledge.releases_of(*asked).empty();
  const bool may_bring_images =
      asked->letter() == windows::ReleaseLetter::b || asked->is_out_of_band() || known;
  if (!may_bring_images)
    return usage(name + " is a preview, and base images are not made of those",
                 "wait for the B release of the month, or for an out-of-band one, as in \"2025-10 OOB\"");
  if (const auto* row = knowledge.instant_of(*asked))
    return AwaitedRelease{*asked, row->instant};
  const auto& days = knowledge.tables().instants; // those that brought nothing are none of a release
  if (std::any_of(days.begin(), days.end(), [&](const auto& day) { return day.label == *asked; }))
    return base::Error(base::ErrorKind::not_found, name + " brought no base images");
  if (!asked->is_out_of_band())
    return usage("no release day is known for " + name,
                 "`tagdb calendar` prints those that are; sync adds two years ahead");
  const auto month_ends = windows::Date((asked->month() + std::chrono::months(1)) / std::chrono::day(1));
  if (month_ends <= knowledge.edition().as_of)
    return base::Error(base::ErrorKind::not_found, "no base image of " + name + " is known",
                       "`tagdb releases` prints the releases that are");
  return AwaitedRelease{*asked, std::nullopt};
}

base::Result<AwaitedTags> parse_awaited(const std::vector<std::string>& typed) {
  AwaitedTags awaited;
  for (const auto& text : typed) {
    TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(text));
    const auto* tag = std::get_if<oci::Tag>(&query.subject);
    if (tag == nullptr || query.expected)
      return usage(fmt::format("'{}' is no tag; only a tag can be waited for", base::escape_untrusted(text)),
                   "a tag is ltsc2019 or nanoserver:ltsc2022; a whole release is --release 2025-10B");
    if (query.registry) {
      const auto& name = query.registry->to_string();
      if (awaited.registry && *awaited.registry != name)
        return usage(fmt::format("two registries are named: {} and {}", *awaited.registry, name),
                     "one wait looks at one registry; run it once for each");
      awaited.registry = name;
    }
    TAGDB_TRY_ASSIGN(auto fallback, oci::RepositoryName::parse(k_default_repository));
    AwaitedTag one{query.repository ? query::expand_repository(*query.repository) : std::move(fallback),
                   tag->to_string()};
    if (std::find(awaited.tags.begin(), awaited.tags.end(), one) == awaited.tags.end())
      awaited.tags.push_back(std::move(one));
  }
  return awaited;
}

base::Result<std::string> choose_registry(const std::optional<store::Reader>& reader) {
  std::set<std::string> crawled;
  if (reader) {
    TAGDB_TRY_ASSIGN(const auto repositories, reader->repositories());
    for (const auto& repository : repositories)
      crawled.insert(repository.registry);
  }
  if (crawled.empty() || crawled.count(std::string(k_default_registry)) > 0)
    return std::string(k_default_registry);
  if (crawled.size() == 1)
    return *crawled.begin();
  const std::vector<std::string> names(crawled.begin(), crawled.end());
  return usage("several registries were crawled: " + base::join(names, ", "),
               "name one: --registry " + names.front());
}

base::Result<std::vector<AwaitedTag>> featured_tags(const store::Reader& reader,
                                                    const windows::Knowledge& knowledge,
                                                    const query::Scope& scope,
                                                    const windows::ReleaseLabel& release) {
  std::vector<AwaitedTag> tags;
  TAGDB_TRY_ASSIGN(const auto repositories, reader.repositories());
  const bool crawled = std::any_of(repositories.begin(), repositories.end(), [&](const auto& repository) {
    return repository.registry == scope.registry->to_string();
  });
  if (!crawled)
    return tags;
  const auto images =
      release.is_out_of_band() ? knowledge.releases_of(release) : std::vector<const windows::Release*>{};
  query::ListOptions options;
  options.featured = true;
  TAGDB_TRY_ASSIGN(const auto items, query::list(reader, scope, options));
  for (const auto& item : items) {
    const bool has_one = std::any_of(images.begin(), images.end(), [&](const windows::Release* image) {
      return item.revision && image->version.build() == item.revision->build();
    });
    if (!images.empty() && !has_one)
      continue;
    TAGDB_TRY_ASSIGN(auto repository, oci::RepositoryName::parse(item.repository));
    tags.push_back({std::move(repository), item.tag.name});
  }
  return tags;
}

query::Landing never_seen(const std::string& registry, const AwaitedTag& tag) {
  query::Landing landing;
  landing.registry = registry;
  landing.repository = tag.repository.to_string();
  landing.tag = tag.name;
  return landing;
}

base::Result<std::vector<query::Landing>>
landings_of(const store::Reader& reader, const windows::Knowledge& knowledge, const query::Scope& scope,
            const std::vector<AwaitedTag>& tags, const windows::ReleaseLabel& release) {
  TAGDB_TRY_ASSIGN(const auto repositories, reader.repositories());
  const auto& registry = scope.registry->to_string();
  std::vector<query::Landing> landings;
  for (const auto& tag : tags) {
    std::optional<query::Landing> landing;
    if (const auto* repository = find(repositories, registry, tag.repository.to_string())) {
      TAGDB_TRY_ASSIGN(landing, query::landing_of(reader, knowledge, scope, *repository, tag.name, release));
    }
    landings.push_back(landing ? *std::move(landing) : never_seen(registry, tag));
  }
  return landings;
}

bool all_landed(const std::vector<query::Landing>& landings) {
  return !landings.empty() && std::all_of(landings.begin(), landings.end(), [](const auto& landing) {
    return landing.state == query::LandingState::landed;
  });
}

base::Result<std::optional<base::Error>> mistyped(const store::Reader& reader, const query::Scope& scope,
                                                  const AwaitedTag& tag) {
  using Answer = std::optional<base::Error>;
  const auto kind = windows::parse_tag_name(tag.name).kind;
  if (kind == windows::TagKind::revision || kind == windows::TagKind::kb)
    return Answer{};
  TAGDB_TRY_ASSIGN(const auto repositories, reader.repositories());
  const auto* repository = find(repositories, scope.registry->to_string(), tag.repository.to_string());
  if (repository == nullptr)
    return Answer{};
  TAGDB_TRY_ASSIGN(const auto complete, reader.last_complete_check(repository->id));
  TAGDB_TRY_ASSIGN(const auto known, reader.find_tag(repository->id, tag.name));
  if (!complete || known)
    return Answer{};
  TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(tag.text()));
  const auto resolved = query::resolve(reader, scope, query, {});
  if (!resolved && resolved.error().kind() == base::ErrorKind::not_found)
    return Answer(resolved.error());
  return Answer(base::Error(base::ErrorKind::not_found, tag.text() + " is not there"));
}

} // namespace tagdb::remote
