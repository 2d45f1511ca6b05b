#include "question.hpp"
#include "repository_record.hpp"
#include "truth_floating.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/list.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace tagdb::query {
namespace {

using Revision = std::pair<windows::OsVersion, std::string>; // with its architecture

/// One repository's tags at an instant, with what the whole list teaches about KBs.
class Lister {
 public:
  Lister(const store::Reader& reader, const Scope& scope, const ListOptions& options,
         const store::RepositoryRecord& repository)
      : m_scope(scope),
        m_options(options),
        m_at(options.at.value_or(scope.now)),
        m_lookup(reader, repository) {}

  base::Status add(const store::TagRecord& tag, const std::vector<store::SpanRecord>& spans) {
    const Timeline timeline(spans);
    if (tag.kb)
      TAGDB_TRY(learn_kb(tag, timeline));
    const Look look = timeline.at(m_at);
    if (look.before == nullptr || look.before->state == store::SpanState::absent || !asked(tag))
      return {};
    const Segment& segment = *look.before;
    ListItem item{m_lookup.repository().registry,
                  m_lookup.repository().name,
                  tag,
                  {},
                  tag.kb,
                  segment.digest,
                  {},
                  segment.first_seen,
                  segment.last_seen,
                  {},
                  {},
                  {}};
    if (segment.state == store::SpanState::unpullable)
      item.warnings.push_back({"unpullable", m_lookup.name_of(tag.name) +
                                                 " is listed, but the registry refuses it: " +
                                                 base::escape_untrusted(segment.answer)});
    std::optional<Revision> revision;
    if (segment.content) {
      TAGDB_TRY_ASSIGN(item.media_type, media_type(*segment.content));
      TAGDB_TRY_ASSIGN(revision, revision_of(*segment.content, tag));
    }
    if (revision)
      item.revision = revision->first;
    if (m_options.build && (!item.revision || item.revision->build() != *m_options.build))
      return {};
    TAGDB_TRY(add_support(item));
    if (m_options.featured && !is_featured(item))
      return {};
    TAGDB_TRY(add_truth(item, timeline, static_cast<std::size_t>(look.before - timeline.segments().data())));
    m_items.emplace_back(std::move(item), std::move(revision));
    return {};
  }

  /// All items, with the KBs and releases that became known on the way.
  base::Result<std::vector<ListItem>> finish() {
    std::vector<ListItem> items;
    items.reserve(m_items.size());
    // To derive a release costs questions to the database: only those of floating tags are.
    for (auto& [item, revision] : m_items)
      if (revision && item.tag.kind == windows::TagKind::floating)
        TAGDB_TRY(derive_release(*revision));
    for (auto& [item, revision] : m_items) {
      if (revision) {
        if (const auto known = m_kbs.find(*revision); !item.kb && known != m_kbs.end())
          item.kb = known->second.second;
        TAGDB_TRY_ASSIGN(item.release, release_of(*revision));
        if (!item.kb && item.release)
          item.kb = item.release->kb;
      }
      items.push_back(std::move(item));
    }
    std::sort(items.begin(), items.end(), [](const ListItem& a, const ListItem& b) {
      // What has no version stands last among its kind.
      return std::make_tuple(a.tag.kind, !a.revision, a.revision, std::string_view(a.tag.name)) <
             std::make_tuple(b.tag.kind, !b.revision, b.revision, std::string_view(b.tag.name));
    });
    return items;
  }

 private:
  bool asked(const store::TagRecord& tag) const {
    return (!m_options.kind || tag.kind == *m_options.kind) &&
           (!m_options.architecture_suffix || tag.architecture == *m_options.architecture_suffix);
  }

  base::Result<std::optional<Revision>> revision_of(store::ContentId content, const store::TagRecord& tag) {
    TAGDB_TRY_ASSIGN(const auto* images, m_lookup.images(content));
    const auto* image = revision_image(*images, wanted_of(m_scope, tag));
    if (image == nullptr || !image->version)
      return std::optional<Revision>{};
    return std::optional<Revision>(Revision{*image->version, image->architecture});
  }

  base::Status add_support(ListItem& item) {
    TAGDB_TRY_ASSIGN(const auto* knowledge,
                     m_lookup.knowledge(item.revision ? item.revision->build() : 0)); // of none: the products
    const auto* version =
        item.revision
            ? knowledge->version_of_image(item.repository, item.revision->build())
            : knowledge->version_of_tag(item.repository, windows::parse_tag_name(item.tag.name).product);
    if (version != nullptr)
      item.support = support_of(*version, m_at);
    return {};
  }

  static bool is_featured(const ListItem& item) {
    return item.tag.kind == windows::TagKind::floating && item.tag.architecture.empty() &&
           item.tag.locale.empty() && item.support &&
           (item.support->phase == windows::SupportPhase::mainstream ||
            item.support->phase == windows::SupportPhase::extended);
  }

  /// What is amiss with the tag, as resolve says it.
  base::Status add_truth(ListItem& item, const Timeline& timeline, std::size_t segment) {
    if (item.tag.kind == windows::TagKind::floating && item.revision) {
      TAGDB_TRY_ASSIGN(const auto* knowledge, m_lookup.knowledge(item.revision->build()));
      TAGDB_TRY_ASSIGN(auto warnings,
                       floating_warnings(m_lookup, m_scope, item.tag, timeline, segment, m_at, *knowledge));
      std::move(warnings.begin(), warnings.end(), std::back_inserter(item.warnings));
    }
    if (segment == 0)
      return {};
    TAGDB_TRY_ASSIGN(auto republished,
                     republished_warning(m_lookup, m_scope, item.tag, timeline, segment, m_at));
    if (republished)
      item.warnings.push_back(*std::move(republished));
    return {};
  }

  base::Status derive_release(const Revision& revision) {
    if (m_releases.count(revision) > 0)
      return {};
    TAGDB_TRY_ASSIGN(const auto* knowledge, m_lookup.knowledge(revision.first.build()));
    TAGDB_TRY_ASSIGN(auto release,
                     release_of_revision(m_lookup.reader(), *knowledge, m_lookup.repository().id,
                                         revision.first, revision.second));
    m_releases.emplace(revision, std::move(release));
    return {};
  }

  base::Result<std::optional<ReleaseAnswer>> release_of(const Revision& revision) {
    if (const auto known = m_releases.find(revision); known != m_releases.end())
      return known->second;
    TAGDB_TRY_ASSIGN(const auto* knowledge, m_lookup.knowledge(revision.first.build()));
    return release_of_revision(m_lookup.reader(), *knowledge, std::nullopt, revision.first, revision.second);
  }

  base::Result<std::string> media_type(store::ContentId content) {
    const auto known = m_media_types.find(content);
    if (known != m_media_types.end())
      return known->second;
    TAGDB_TRY_ASSIGN(const auto record, m_lookup.reader().content(content));
    std::string type = record ? record->media_type : std::string{};
    m_media_types.emplace(content, type);
    return type;
  }

  /// The same rule as Lookup::kb_of: the KB of the tag that was seen last.
  base::Status learn_kb(const store::TagRecord& tag, const Timeline& timeline) {
    for (const auto& segment : timeline.segments()) {
      if (!segment.content)
        continue;
      TAGDB_TRY_ASSIGN(const auto revision, revision_of(*segment.content, tag));
      if (!revision)
        continue;
      const auto newest = std::make_pair(segment.last_seen, *tag.kb);
      const auto [known, fresh] = m_kbs.emplace(*revision, newest);
      if (!fresh && known->second < newest)
        known->second = newest;
    }
    return {};
  }

  const Scope& m_scope;
  const ListOptions& m_options;
  base::Instant m_at;
  Lookup m_lookup;
  std::vector<std::pair<ListItem, std::optional<Revision>>> m_items;
  std::map<Revision, std::pair<base::Instant, windows::Kb>> m_kbs;
  std::map<Revision, std::optional<ReleaseAnswer>> m_releases;
  std::map<store::ContentId, std::string> m_media_types;
};

} // namespace

base::Result<std::vector<ListItem>> list(const store::Reader& reader, const Scope& scope,
                                         const ListOptions& options) {
  TAGDB_TRY_ASSIGN(const auto repositories, repositories_in_scope(reader, scope, options.repository));
  std::vector<ListItem> all;
  for (const auto& repository : repositories) {
    Lister lister(reader, scope, options, repository);
    TAGDB_TRY(for_each_tag(reader, repository.id,
                           [&](const auto& tag, const auto& spans) { return lister.add(tag, spans); }));
    TAGDB_TRY_ASSIGN(auto items, lister.finish());
    all.insert(all.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  }
  return all;
}

} // namespace tagdb::query
