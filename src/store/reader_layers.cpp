#include "reader_impl.hpp"

namespace tagdb::store {

base::Result<std::vector<LayeredConfig>> Reader::configs_on(const oci::Digest& first_diff_id) const {
  static constexpr const char* k_sql = R"(
    SELECT d.config_id, d.diff_id
    FROM diff_id b CROSS JOIN diff_id d ON d.config_id = b.config_id
    WHERE b.position = 0 AND b.diff_id = ? ORDER BY d.config_id, d.position)";
  auto query = m_impl->db->use(k_sql);
  query.bind(first_diff_id.to_string());
  std::vector<LayeredConfig> configs;
  for (;;) {
    TAGDB_TRY_ASSIGN(const bool row, query.step());
    if (!row)
      return configs;
    const auto id = query.id<ContentId>(0);
    if (configs.empty() || configs.back().config != id)
      configs.push_back({id, {}});
    TAGDB_TRY_ASSIGN(auto diff_id, read_digest(query, 1));
    configs.back().diff_ids.push_back(std::move(diff_id));
  }
}

base::Result<std::vector<ImageRecord>> Reader::images_of_config(ContentId config) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_IMAGE_COLUMNS("i", "m", "g") R"(
    FROM image i
    JOIN content m ON m.id = i.manifest_id
    LEFT JOIN content g ON g.id = i.config_id
    WHERE i.config_id = ? ORDER BY m.id)";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(config), [](const Query& row) { return read_image(row); });
}

base::Result<std::vector<ImageRecord>> Reader::images_created_at(base::Instant created) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_IMAGE_COLUMNS("i", "m", "g") R"(
    FROM image i
    JOIN content m ON m.id = i.manifest_id
    LEFT JOIN content g ON g.id = i.config_id
    WHERE i.created = ? ORDER BY m.id)";
  const auto text = base::format_rfc3339(created);
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(text), [](const Query& row) { return read_image(row); });
}

base::Result<std::vector<RepositoryRecord>> Reader::repositories_leading_to(ContentId content) const {
  static constexpr const char* k_sql = R"(
    WITH RECURSIVE above (id, depth) AS (
      SELECT ?1, 0
      UNION
      SELECT manifest_id, 0 FROM image WHERE config_id = ?1
      UNION
      SELECT e.index_id, above.depth + 1 FROM above JOIN index_entry e ON e.manifest_id = above.id WHERE above.depth < 4)
    SELECT DISTINCT p.id, g.name, p.name
    FROM above
    CROSS JOIN span s ON s.content_id = above.id
    JOIN tag t ON t.id = s.tag_id
    JOIN repository p ON p.id = t.repository_id
    JOIN registry g ON g.id = p.registry_id
    ORDER BY g.name, p.name)";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(content), [](const Query& row) -> base::Result<RepositoryRecord> {
    return RepositoryRecord{row.id<RepositoryId>(0), row.string(1), row.string(2)};
  });
}

} // namespace tagdb::store
