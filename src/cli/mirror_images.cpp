#include "mirror_images.hpp"

#include "open_database.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/list.hpp>
#include <tagdb/query/timeline.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace tagdb::cli {

namespace {

using base::ErrorKind;

class Meant {
 public:
  Meant(const MirrorQuestion& question, const store::Reader& reader)
      : m_question(question), m_reader(reader) {}

  base::Result<std::vector<MirrorImage>> images() {
    const auto& options = m_question.options;
    if (m_question.at && !std::holds_alternative<windows::ReleaseLabel>(*m_question.at)) {
      TAGDB_TRY_ASSIGN(m_at, instant_of(*m_question.at, m_reader, m_question.scope.now));
    }
    if (options.all_tags || options.kind) {
      TAGDB_TRY(add_repositories());
    } else {
      for (const auto& text : options.references)
        TAGDB_TRY(m_question.since ? add_since(text) : add_reference(text));
    }
    if (m_images.empty())
      return base::Error(ErrorKind::not_found, "no image is meant by that");
    TAGDB_TRY(one_registry());
    TAGDB_TRY(warn_of_age());
    return std::move(m_images);
  }

 private:
  base::Status add(const std::string& registry, const std::string& repository, const std::string& tag,
                   const oci::Digest& digest, const std::string& media_type) {
    TAGDB_TRY_ASSIGN(auto host, oci::RegistryName::parse(registry));
    TAGDB_TRY_ASSIGN(auto name, oci::RepositoryName::parse(repository));
    MirrorImage image{std::move(host), std::move(name), std::nullopt, digest, media_type};
    if (!tag.empty()) {
      TAGDB_TRY_ASSIGN(image.tag, oci::Tag::parse(tag));
    }
    const auto same = [&](const MirrorImage& other) {
      return other.registry == image.registry && other.repository == image.repository &&
             other.tag == image.tag && (image.tag || other.digest == image.digest);
    };
    if (std::none_of(m_images.begin(), m_images.end(), same))
      m_images.push_back(std::move(image));
    return {};
  }

  /// One reference: what it means now or meant then, under the tag that was typed.
  base::Status add_reference(const std::string& text) {
    TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(text));
    query::ResolveOptions options;
    options.weakest = m_question.session.options.evidence;
    options.at = m_at;
    if (m_question.at && !m_at)
      options.at_release = std::get<windows::ReleaseLabel>(*m_question.at);
    TAGDB_TRY_ASSIGN(const auto answer, query::resolve(m_reader, m_question.scope, query, options));
    const auto shown = base::escape_untrusted(text);
    if (!answer.digest)
      return base::Error(ErrorKind::not_found,
                         shown + " is known from the reference alone: no digest to carry", "run tagdb sync");
    for (const auto& warning : answer.warnings)
      m_question.session.log.warning_once(warning.message);
    const bool by_digest = std::holds_alternative<oci::Digest>(query.subject) ||
                           std::holds_alternative<query::DigestPrefix>(query.subject);
    return add(answer.registry, answer.repository, by_digest ? "" : answer.tag, *answer.digest,
               answer.media_type);
  }

  /// Every image that a tag pointed at from an instant on.
  base::Status add_since(const std::string& text) {
    TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(text));
    TAGDB_TRY_ASSIGN(const auto repository, query::choose_repository(m_reader, m_question.scope, query));
    const auto* name = std::get_if<oci::Tag>(&query.subject);
    if (name == nullptr || query.expected)
      return base::Error(ErrorKind::usage,
                         "--since takes tags, and " + base::escape_untrusted(text) + " is none");
    TAGDB_TRY_ASSIGN(const auto tag, m_reader.find_tag(repository.id, name->to_string()));
    if (!tag)
      return add_reference(text); // which says what there is instead
    return add_since(repository, *tag);
  }

  base::Status add_since(const store::RepositoryRecord& repository, const store::TagRecord& tag) {
    TAGDB_TRY_ASSIGN(const auto spans, m_reader.spans(tag.id));
    const query::Timeline timeline(spans);
    const auto& segments = timeline.segments();
    // The newest first: where two images claim one revision, the name is the newer one's.
    for (std::size_t i = segments.size(); i-- > 0;) {
      const bool over = i + 1 < segments.size() && segments[i + 1].first_seen <= *m_question.since;
      if (over)
        break;
      if (segments[i].state == store::SpanState::present && segments[i].content)
        TAGDB_TRY(add_revision(repository, tag, *segments[i].content));
    }
    return {};
  }

  /// An image under its revision tag: the one that pointed at it, else the version that it says itself.
  base::Status add_revision(const store::RepositoryRecord& repository, const store::TagRecord& through,
                            store::ContentId id) {
    TAGDB_TRY_ASSIGN(const auto content, m_reader.content(id));
    if (!content)
      return base::Error(ErrorKind::integrity, "the database has no content for a span of " + through.name);
    std::string name;
    TAGDB_TRY_ASSIGN(const auto pointing, m_reader.spans_pointing_at(repository.id, std::span(&id, 1)));
    for (const auto& span : pointing) {
      TAGDB_TRY_ASSIGN(const auto tag, m_reader.tag(span.tag));
      if (tag && tag->kind == windows::TagKind::revision &&
          (name.empty() || std::pair(tag->name.size(), tag->name) < std::pair(name.size(), name)))
        name = tag->name;
    }
    if (name.empty()) {
      TAGDB_TRY_ASSIGN(const auto images, m_reader.images(id));
      const bool alone = through.architecture.empty() && through.locale.empty();
      for (const auto& image : images)
        if (image.version && image.architecture == m_question.scope.architecture && alone)
          name = image.version->to_string();
    }
    const auto taken = [&](const MirrorImage& image) {
      return image.registry.to_string() == repository.registry &&
             image.repository.to_string() == repository.name && image.tag && image.tag->to_string() == name &&
             image.digest != content->digest;
    };
    // Published again under the same revision: the older one has its digest alone.
    if (std::any_of(m_images.begin(), m_images.end(), taken))
      name.clear();
    return add(repository.registry, repository.name, name, content->digest, content->media_type);
  }

  base::Status add_repositories() {
    auto at = m_at;
    if (m_question.at && !at) {
      TAGDB_TRY_ASSIGN(at, instant_of(*m_question.at, m_reader, m_question.scope.now));
    }
    std::vector<std::optional<oci::Reference>> wanted;
    for (const auto& text : m_question.options.references) {
      TAGDB_TRY_ASSIGN(const auto reference, oci::parse_reference(text));
      if (reference.tag || reference.digest)
        return base::Error(ErrorKind::usage, "'" + base::escape_untrusted(text) +
                                                 "' names an image; --all-tags and --kind take repositories");
      wanted.emplace_back(reference);
    }
    if (wanted.empty())
      wanted.emplace_back();
    for (const auto& one : wanted) {
      auto scope = m_question.scope;
      query::ListOptions options;
      options.kind = m_question.options.kind;
      options.at = at;
      if (one) {
        options.repository = query::expand_repository(*one->repository);
        if (one->registry)
          scope.registry = one->registry;
      }
      TAGDB_TRY_ASSIGN(const auto items, query::list(m_reader, scope, options));
      for (const auto& item : items) {
        if (m_question.since)
          TAGDB_TRY(add_since({item.tag.repository, item.registry, item.repository}, item.tag));
        else if (item.digest)
          TAGDB_TRY(add(item.registry, item.repository, item.tag.name, *item.digest, item.media_type));
      }
    }
    return {};
  }

  base::Status one_registry() const {
    if (m_question.options.from)
      return {};
    for (const auto& image : m_images)
      if (image.registry != m_images.front().registry)
        return base::Error(ErrorKind::usage,
                           "two registries are meant: " + m_images.front().registry.to_string() + " and " +
                               image.registry.to_string(),
                           "one mirror takes from one registry; run it once for each, with --registry");
    return {};
  }

  base::Status warn_of_age() const {
    TAGDB_TRY_ASSIGN(auto repositories, m_reader.repositories());
    std::erase_if(repositories, [&](const auto& record) {
      return std::none_of(m_images.begin(), m_images.end(), [&](const auto& image) {
        return image.registry.to_string() == record.registry && image.repository.to_string() == record.name;
      });
    });
    auto at = m_at;
    if (m_question.at && !at) {
      TAGDB_TRY_ASSIGN(at, instant_of(*m_question.at, m_reader, m_question.scope.now));
    }
    TAGDB_TRY_ASSIGN(const auto warnings, judge_freshness(m_question.session, m_reader, repositories, at));
    for (const auto& warning : warnings)
      m_question.session.log.warning(warning.message);
    return {};
  }

  const MirrorQuestion& m_question;
  const store::Reader& m_reader;
  std::optional<base::Instant> m_at; ///< nothing for a label, which means another instant for each tag
  std::vector<MirrorImage> m_images;
};

} // namespace

bool is_layout(std::string_view place) {
  return place.starts_with("oci:");
}

base::Result<std::uint64_t> parse_rate(std::string_view text) {
  constexpr std::pair<std::string_view, std::uint64_t> k_units[] = {
      {"kK", 1000}, {"mM", 1000 * 1000}, {"gG", 1000 * 1000 * 1000}};
  std::string_view digits = text;
  std::uint64_t unit = 1;
  for (const auto& [letters, value] : k_units)
    if (!digits.empty() && letters.find(digits.back()) != std::string_view::npos) {
      unit = value;
      digits.remove_suffix(1);
      break;
    }
  std::uint64_t tenths = 0;
  const auto point = digits.find('.');
  const auto whole = base::parse_number(digits.substr(0, point));
  if (point != std::string_view::npos) {
    const auto fraction = base::parse_number(digits.substr(point + 1));
    if (digits.size() != point + 2 || !fraction || unit == 1)
      return base::Error(ErrorKind::usage, "\"" + base::escape_untrusted(text) + "\" is no rate",
                         "write it as 500k, 20M or 1.5G");
    tenths = *fraction;
  }
  constexpr std::uint64_t k_most = 1000ULL * 1000 * 1000;
  if (!whole || *whole > k_most || *whole * 10 + tenths == 0)
    return base::Error(ErrorKind::usage, "\"" + base::escape_untrusted(text) + "\" is no rate",
                       "write it as 500k, 20M or 1.5G");
  return (*whole * 10 + tenths) * unit / 10;
}

base::Result<std::vector<MirrorImage>> images_meant(const MirrorQuestion& question,
                                                    const store::Reader& reader) {
  return Meant(question, reader).images();
}

} // namespace tagdb::cli
