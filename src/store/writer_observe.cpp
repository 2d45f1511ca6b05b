#include "rows.hpp"
#include "writer_impl.hpp"
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>
#include <utility>

namespace tagdb::store {

/// A tag's row and the newest own span of it, as far as there are any.
struct Writer::Impl::Newest {
  std::optional<TagId> tag;
  std::optional<SpanId> span;
  std::int64_t number = 0;
  SpanState state = SpanState::present;
  std::optional<ContentId> content;
  std::string answer;
  std::string last_seen;
};

base::Status Writer::observe(CheckId check, RepositoryId repository, const Observation& observation) {
  return m_impl->write([&] { return m_impl->observe(check, repository, observation); });
}

base::Result<Writer::Impl::Newest> Writer::Impl::newest_span(RepositoryId repository, std::string_view tag) {
  static constexpr const char* k_sql = R"(
    SELECT t.id, s.id, s.number, s.state, s.content_id, s.answer, s.last_seen
    FROM tag t LEFT JOIN span s ON s.tag_id = t.id AND s.observer_id = ?
    WHERE t.repository_id = ? AND t.name = ?
    ORDER BY s.number DESC LIMIT 1)";
  auto query = db->use(k_sql);
  Newest newest;
  TAGDB_TRY_ASSIGN(const bool row, query.bind(observer).bind(repository).bind(tag).step());
  if (!row)
    return newest;
  newest.tag = query.id<TagId>(0);
  if (query.is_null(1))
    return newest;
  newest.span = query.id<SpanId>(1);
  newest.number = query.integer(2);
  newest.state = parse_span_state(query.text(3)).value_or(SpanState::present);
  if (!query.is_null(4))
    newest.content = query.id<ContentId>(4);
  newest.answer = query.string(5);
  newest.last_seen = query.string(6);
  return newest;
}

base::Result<TagId> Writer::Impl::add_tag(RepositoryId repository, const std::string& name) {
  static constexpr const char* k_sql = "INSERT INTO tag (repository_id, name, kind, architecture, locale, "
                                       "os_version, kb) VALUES (?, ?, ?, ?, ?, ?, ?)";
  const auto parsed = windows::parse_tag_name(name);
  std::optional<std::string> version;
  std::optional<std::string> kb;
  if (parsed.revision)
    version = parsed.revision->to_string();
  if (parsed.kb)
    kb = parsed.kb->to_string();
  TAGDB_TRY(db->use(k_sql)
                .bind(repository)
                .bind(name)
                .bind(windows::to_string(parsed.kind))
                .bind(parsed.architecture)
                .bind(parsed.locale)
                .bind(version)
                .bind(kb)
                .run());
  return TagId{db->last_insert_id()};
}

base::Status Writer::Impl::observe(CheckId check, RepositoryId repository, const Observation& observation) {
  static constexpr const char* k_extend = "UPDATE span SET last_seen = ?, confirmed_by = ? WHERE id = ?";
  static constexpr const char* k_open = "INSERT INTO span (tag_id, observer_id, number, state, content_id, "
                                        "answer, first_seen, last_seen, opened_by, "
                                        "confirmed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?8)";
  TAGDB_TRY_ASSIGN(auto newest, newest_span(repository, observation.tag));
  std::optional<ContentId> content;
  if (observation.digest && observation.state != SpanState::absent) {
    // Known content for everything that was fetched; a name alone where a digest was seen and the bytes are
    // still to come.
    TAGDB_TRY_ASSIGN(const auto row, intern(*observation.digest, "", 0));
    content = row.id;
  }
  if (observation.state == SpanState::present && !content)
    return base::Error(base::ErrorKind::internal, "a present tag needs a digest: " + observation.tag);
  // Only an unpullable tag has an answer; anything else would open spans that differ in nothing.
  const std::string_view answer =
      observation.state == SpanState::unpullable ? observation.answer : std::string_view();
  // Clocks go back; history does not.
  const std::string at = std::max(text_of(observation.at), newest.last_seen);
  if (newest.span && newest.state == observation.state && newest.content == content &&
      newest.answer == answer)
    return db->use(k_extend).bind(at).bind(check).bind(*newest.span).run();
  if (!newest.tag) {
    TAGDB_TRY_ASSIGN(newest.tag, add_tag(repository, observation.tag));
  }
  return db->use(k_open)
      .bind(*newest.tag)
      .bind(observer)
      .bind(newest.number + 1)
      .bind(to_string(observation.state))
      .bind(content)
      .bind(answer)
      .bind(at)
      .bind(check)
      .run();
}

base::Result<std::vector<KnownTag>> Writer::known_tags(RepositoryId repository) {
  // What is still to be fetched is little, so the way goes up from there: one walk instead of one for each
  // tag. A depth of five leads from a config over its manifest through four indexes.
  static constexpr const char* k_sql = R"(
    WITH RECURSIVE
      lacking (id, depth) AS (
        SELECT id, 0 FROM content WHERE typeof(bytes) = 'null' AND refused IS NULL
        UNION
        SELECT up.id, lacking.depth + 1
        FROM lacking JOIN (SELECT manifest_id AS below, index_id AS id FROM index_entry
                           UNION ALL SELECT config_id, manifest_id FROM image WHERE config_id IS NOT NULL) AS up
          ON up.below = lacking.id
        WHERE lacking.depth < 5)
    SELECT t.id, t.name, t.kind, s.state, c.digest, s.answer, s.first_seen, s.last_seen,
           s.state = 'present' AND s.content_id IN (SELECT id FROM lacking)
    FROM tag t
    JOIN span s ON s.id = (SELECT n.id FROM span n WHERE n.tag_id = t.id AND n.observer_id = ?2
                           ORDER BY n.number DESC LIMIT 1)
    LEFT JOIN content c ON c.id = s.content_id
    WHERE t.repository_id = ?1
    ORDER BY t.name)";
  return m_impl->read([&]() -> base::Result<std::vector<KnownTag>> {
    std::vector<KnownTag> known;
    auto query = m_impl->db->use(k_sql);
    query.bind(repository).bind(m_impl->observer);
    for (;;) {
      TAGDB_TRY_ASSIGN(const bool row, query.step());
      if (!row)
        return known;
      KnownTag tag{};
      tag.tag = query.id<TagId>(0);
      tag.name = query.string(1);
      tag.kind = windows::parse_tag_kind(query.text(2)).value_or(windows::TagKind::other);
      tag.state = parse_span_state(query.text(3)).value_or(SpanState::present);
      if (!query.is_null(4)) {
        TAGDB_TRY_ASSIGN(tag.digest, read_digest(query, 4));
      }
      tag.answer = query.string(5);
      TAGDB_TRY_ASSIGN(tag.first_seen, read_instant(query, 6));
      TAGDB_TRY_ASSIGN(tag.last_seen, read_instant(query, 7));
      tag.incomplete = query.integer(8) != 0;
      known.push_back(std::move(tag));
    }
  });
}

} // namespace tagdb::store
