#include "reader_impl.hpp"

#include <algorithm>

namespace tagdb::store {

namespace {

base::Result<ContentRecord> read_content_row(const Query& query) {
  return read_content(query);
}

base::Result<ImageRecord> read_image_row(const Query& query) {
  return read_image(query);
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

} // namespace

base::Result<std::optional<ContentRecord>> Reader::content(ContentId id) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_CONTENT_COLUMNS("c") " FROM content c WHERE c.id = ?";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(id), read_content_row);
}

base::Result<std::optional<ContentRecord>> Reader::find_content(const oci::Digest& digest) const {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_CONTENT_COLUMNS("c") " FROM content c WHERE c.digest = ?";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(digest.to_string()), read_content_row);
}

base::Result<std::vector<ContentRecord>> Reader::contents_with_prefix(std::string_view hex,
                                                                      std::size_t limit) const {
  // A range, so that the index of digests answers; 'g' is the first letter behind the hexadecimal digits.
  static constexpr const char* k_sql = "SELECT " TAGDB_CONTENT_COLUMNS(
      "c") " FROM content c WHERE c.digest >= ? AND c.digest < ? ORDER BY c.digest LIMIT ?";
  if (!is_lower_hex(hex))
    return std::vector<ContentRecord>();
  const std::string from = "sha256:" + std::string(hex);
  const std::string to = from + "g";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(from).bind(to).bind_count(limit), read_content_row);
}

base::Result<std::optional<std::string>> Reader::bytes(ContentId id) const {
  static constexpr const char* k_sql = "SELECT bytes FROM content WHERE id = ? AND bytes IS NOT NULL";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(id),
                   [](const Query& row) -> base::Result<std::string> { return row.string(0); });
}

base::Result<std::vector<ImageRecord>> Reader::images(ContentId index_or_manifest) const {
  // The path of positions gives the order of the file, nested indexes in the place of their entry; depth four
  // is what the crawl fetches. A manifest that is listed twice is one image, where it stands first.
  static constexpr const char* k_sql = R"(
    WITH RECURSIVE below (id, depth, path) AS (
      SELECT ?1, 0, ''
      UNION ALL
      SELECT e.manifest_id, below.depth + 1, below.path || printf('%05d.', e.position)
      FROM below JOIN index_entry e ON e.index_id = below.id WHERE below.depth < 4)
    SELECT )" TAGDB_IMAGE_COLUMNS("i", "m", "g") R"(
    FROM (SELECT id, min(path) AS path FROM below GROUP BY id) AS b
    JOIN image i ON i.manifest_id = b.id
    JOIN content m ON m.id = i.manifest_id
    LEFT JOIN content g ON g.id = i.config_id
    ORDER BY b.path)";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(index_or_manifest), read_image_row);
}

base::Result<std::vector<ContentId>> Reader::ancestors(ContentId content) const {
  static constexpr const char* k_sql = R"(
    WITH RECURSIVE above (id, depth) AS (
      SELECT ?1, 0 WHERE EXISTS (SELECT 1 FROM image WHERE manifest_id = ?1)
                      OR EXISTS (SELECT 1 FROM index_entry WHERE index_id = ?1 OR manifest_id = ?1)
      UNION
      SELECT manifest_id, 0 FROM image WHERE config_id = ?1
      UNION
      SELECT e.index_id, above.depth + 1 FROM above JOIN index_entry e ON e.manifest_id = above.id WHERE above.depth < 4)
    SELECT id FROM above GROUP BY id ORDER BY min(depth), id)";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(content),
                  [](const Query& row) -> base::Result<ContentId> { return row.id<ContentId>(0); });
}

base::Result<std::vector<ImageRecord>> Reader::images_of_version(const windows::OsVersion& version) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_IMAGE_COLUMNS("i", "m", "g") R"(
    FROM image i
    JOIN content m ON m.id = i.manifest_id
    LEFT JOIN content g ON g.id = i.config_id
    WHERE i.os_version = ? ORDER BY i.architecture, m.digest)";
  const std::string text = version.to_string();
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(text), read_image_row);
}

base::Result<std::vector<ImageRecord>> Reader::images_of_build(RepositoryId repository,
                                                               std::uint32_t build) const {
  // Every build that containers know is a 10.0; the range lets the index of versions answer ('/' is the
  // character behind '.').
  static constexpr const char* k_sql = R"(
    WITH RECURSIVE above (image, id, depth) AS (
      SELECT manifest_id, manifest_id, 0 FROM image WHERE os_version > ?2 AND os_version < ?3
      UNION
      SELECT above.image, e.index_id, above.depth + 1
      FROM above JOIN index_entry e ON e.manifest_id = above.id WHERE above.depth < 4)
    SELECT )" TAGDB_IMAGE_COLUMNS("i", "m", "g") R"(
    FROM image i
    JOIN content m ON m.id = i.manifest_id
    LEFT JOIN content g ON g.id = i.config_id
    WHERE i.manifest_id IN (SELECT above.image FROM above CROSS JOIN span s ON s.content_id = above.id
                            CROSS JOIN tag t ON t.id = s.tag_id WHERE t.repository_id = ?1)
    ORDER BY i.architecture, i.created, m.digest)";
  const std::string from = "10.0." + std::to_string(build) + ".";
  const std::string to = "10.0." + std::to_string(build) + "/";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(repository).bind(from).bind(to), read_image_row);
}

base::Result<std::vector<LayerRecord>> Reader::layers(ContentId manifest) const {
  static constexpr const char* k_sql =
      "SELECT digest, media_type, size FROM layer WHERE manifest_id = ? ORDER BY position";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(manifest), [](const Query& row) -> base::Result<LayerRecord> {
    TAGDB_TRY_ASSIGN(auto digest, read_digest(row, 0));
    return LayerRecord{std::move(digest), row.string(1), row.count(2)};
  });
}

base::Result<std::vector<oci::Digest>> Reader::diff_ids(ContentId config) const {
  static constexpr const char* k_sql = "SELECT diff_id FROM diff_id WHERE config_id = ? ORDER BY position";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(config), [](const Query& row) { return read_digest(row, 0); });
}

} // namespace tagdb::store
