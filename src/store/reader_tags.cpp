#include "reader_impl.hpp"

namespace tagdb::store {

namespace {

base::Result<TagRecord> read_tag_row(const Query& query) {
  return read_tag(query);
}

base::Result<SpanRecord> read_span_row(const Query& query) {
  return read_span(query);
}

} // namespace

base::Result<std::optional<TagRecord>> Reader::find_tag(RepositoryId repository,
                                                        std::string_view name) const {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_TAG_COLUMNS("t") " FROM tag t WHERE t.repository_id = ? AND t.name = ?";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(repository).bind(name), read_tag_row);
}

base::Result<std::optional<TagRecord>> Reader::tag(TagId id) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_TAG_COLUMNS("t") " FROM tag t WHERE t.id = ?";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(id), read_tag_row);
}

base::Result<std::vector<TagRecord>> Reader::tags(RepositoryId repository) const {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_TAG_COLUMNS("t") " FROM tag t WHERE t.repository_id = ? ORDER BY t.name";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(repository), read_tag_row);
}

base::Result<std::vector<TagRecord>> Reader::tags_of_kb(const windows::Kb& kb) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_TAG_COLUMNS(
      "t") " FROM tag t WHERE t.kb = ? "
           "ORDER BY t.architecture <> '' OR t.locale <> '', t.repository_id, t.name";
  const std::string text = kb.to_string();
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(text), read_tag_row);
}

namespace {

/// The build and the number in the words of the index tag_revision, or SQLite does not see that it fits.
#define TAGDB_TAG_BUILD "rtrim(t.os_version, '0123456789')"
#define TAGDB_TAG_NUMBER                                                                                     \
  "CAST(substr(t.os_version, length(rtrim(t.os_version, '0123456789')) + 1) AS INTEGER)"
#define TAGDB_REVISION_TAGS(COMPARE)                                                                         \
  "SELECT " TAGDB_TAG_COLUMNS("t") " FROM tag t WHERE t.repository_id = ? AND " TAGDB_TAG_BUILD " = ? "      \
                                   "AND " TAGDB_TAG_NUMBER " " COMPARE " ? AND t.kind = 'revision' "         \
                                   "AND t.locale = '' ORDER BY " TAGDB_TAG_NUMBER " DESC, t.name LIMIT ?"

base::Result<std::vector<TagRecord>> revision_tags(Connection& db, const char* sql, RepositoryId repository,
                                                   const windows::OsVersion& version, std::size_t limit) {
  const std::string build = std::to_string(version.major()) + "." + std::to_string(version.minor()) + "." +
                            std::to_string(version.build()) + ".";
  auto query = db.use(sql);
  return all_rows(query.bind(repository).bind(build).bind_count(version.revision()).bind_count(limit),
                  read_tag_row);
}

} // namespace

base::Result<std::vector<TagRecord>> Reader::revision_tags_above(RepositoryId repository,
                                                                 const windows::OsVersion& version,
                                                                 std::size_t limit) const {
  static constexpr const char* k_sql = TAGDB_REVISION_TAGS(">");
  return revision_tags(*m_impl->db, k_sql, repository, version, limit);
}

base::Result<std::vector<TagRecord>> Reader::revision_tags_below(RepositoryId repository,
                                                                 const windows::OsVersion& version,
                                                                 std::size_t limit) const {
  static constexpr const char* k_sql = TAGDB_REVISION_TAGS("<");
  return revision_tags(*m_impl->db, k_sql, repository, version, limit);
}

base::Result<std::vector<std::string>> Reader::tag_names(RepositoryId repository) const {
  static constexpr const char* k_sql = "SELECT name FROM tag WHERE repository_id = ? ORDER BY name";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(repository),
                  [](const Query& row) -> base::Result<std::string> { return row.string(0); });
}

base::Result<std::vector<SpanRecord>> Reader::spans(TagId tag) const {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_SPAN_COLUMNS("s", "d") " FROM span s LEFT JOIN content d ON d.id = s.content_id "
                                             "WHERE s.tag_id = ? ORDER BY s.first_seen, s.id";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(tag), read_span_row);
}

base::Result<std::vector<SpanRecord>> Reader::spans_of_repository(RepositoryId repository) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_SPAN_COLUMNS(
      "s", "d") " FROM tag t JOIN span s ON s.tag_id = t.id "
                "LEFT JOIN content d ON d.id = s.content_id "
                "WHERE t.repository_id = ? ORDER BY s.tag_id, s.first_seen, s.id";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(repository), read_span_row);
}

base::Result<std::vector<SpanRecord>> Reader::spans_pointing_at(RepositoryId repository,
                                                                std::span<const ContentId> contents) const {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_SPAN_COLUMNS("s", "d") " FROM span s JOIN tag t ON t.id = s.tag_id "
                                             "JOIN content d ON d.id = s.content_id "
                                             "WHERE s.content_id = ? AND t.repository_id = ? "
                                             "ORDER BY s.tag_id, s.first_seen, s.id";
  std::vector<SpanRecord> spans;
  for (const ContentId content : contents) {
    auto query = m_impl->db->use(k_sql);
    TAGDB_TRY_ASSIGN(auto found, all_rows(query.bind(content).bind(repository), read_span_row));
    spans.insert(spans.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }
  return spans;
}

base::Result<std::vector<PointingTag>> Reader::tags_of_version(RepositoryId repository,
                                                               const windows::OsVersion& version,
                                                               std::string_view architecture) const {
  // From the images up through at most four indexes to what tags point at. CROSS JOIN: in this order; without
  // statistics SQLite would begin with all tags of the repository.
  static constexpr const char* k_sql = R"(
    WITH RECURSIVE above (id, depth) AS (
      SELECT manifest_id, 0 FROM image WHERE os_version = ?2 AND architecture = ?3
      UNION
      SELECT e.index_id, above.depth + 1 FROM above JOIN index_entry e ON e.manifest_id = above.id WHERE above.depth < 4)
    SELECT )" TAGDB_TAG_COLUMNS("t") R"(, s.content_id, min(s.first_seen), max(s.last_seen)
    FROM (SELECT DISTINCT id FROM above) AS a
    CROSS JOIN span s ON s.content_id = a.id
    CROSS JOIN tag t ON t.id = s.tag_id
    WHERE t.repository_id = ?1
    GROUP BY t.id, s.content_id
    ORDER BY t.name, min(s.first_seen))";
  const std::string text = version.to_string();
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(repository).bind(text).bind(architecture),
                  [](const Query& row) -> base::Result<PointingTag> {
                    TAGDB_TRY_ASSIGN(auto tag, read_tag(row));
                    TAGDB_TRY_ASSIGN(const auto first, read_instant(row, k_tag_columns + 1));
                    TAGDB_TRY_ASSIGN(const auto last, read_instant(row, k_tag_columns + 2));
                    return PointingTag{std::move(tag), row.id<ContentId>(k_tag_columns), first, last};
                  });
}

} // namespace tagdb::store
