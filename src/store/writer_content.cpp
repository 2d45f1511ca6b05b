#include "rows.hpp"
#include "writer_impl.hpp"
#include <tagdb/oci/media_type.hpp>

#include <utility>

namespace tagdb::store {

namespace {

std::string joined(const std::vector<std::string>& features) {
  std::string text;
  for (const auto& feature : features)
    text += (text.empty() ? "" : " ") + feature;
  return text;
}

bool names_index(const oci::Descriptor& descriptor) {
  const auto type = oci::parse_manifest_type(descriptor.media_type);
  return type && oci::is_index(*type);
}

} // namespace

base::Result<std::optional<ContentRecord>> Writer::find_content(const oci::Digest& digest) {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_CONTENT_COLUMNS("c") " FROM content c WHERE c.digest = ?";
  return m_impl->read([&]() -> base::Result<std::optional<ContentRecord>> {
    auto query = m_impl->db->use(k_sql);
    TAGDB_TRY_ASSIGN(const bool row, query.bind(digest.to_string()).step());
    if (!row)
      return std::nullopt;
    TAGDB_TRY_ASSIGN(auto content, read_content(query));
    return content;
  });
}

base::Result<std::optional<std::string>> Writer::bytes(const oci::Digest& digest) {
  static constexpr const char* k_sql = "SELECT bytes FROM content WHERE digest = ? AND bytes IS NOT NULL";
  return m_impl->read([&]() -> base::Result<std::optional<std::string>> {
    auto query = m_impl->db->use(k_sql);
    TAGDB_TRY_ASSIGN(const bool row, query.bind(digest.to_string()).step());
    if (!row)
      return std::nullopt;
    return query.string(0);
  });
}

base::Result<bool> Writer::has_content() {
  static constexpr const char* k_sql = "SELECT EXISTS (SELECT 1 FROM content)";
  return m_impl->read([&]() -> base::Result<bool> {
    auto query = m_impl->db->use(k_sql);
    TAGDB_TRY(query.step());
    return query.integer(0) != 0;
  });
}

base::Status Writer::add_manifest(const oci::Digest& digest, std::string_view media_type,
                                  std::string_view bytes, const oci::ParsedManifest& parsed) {
  auto& self = *m_impl;
  return self.write([&]() -> base::Status {
    TAGDB_TRY_ASSIGN(const auto id, self.put_bytes(digest, media_type, bytes));
    if (!id)
      return {};
    if (parsed.index)
      return self.add_entries(*id, *parsed.index);
    return self.add_image(*id, *parsed.manifest);
  });
}

base::Status Writer::add_config(const oci::Digest& digest, std::string_view media_type,
                                std::string_view bytes, const oci::ImageConfig& parsed) {
  auto& self = *m_impl;
  return self.write([&]() -> base::Status {
    TAGDB_TRY_ASSIGN(const auto id, self.put_bytes(digest, media_type, bytes));
    return id ? self.add_config_facts(*id, parsed) : base::Status();
  });
}

base::Status Writer::add_refusal(const oci::Digest& digest, std::string_view answer) {
  static constexpr const char* k_sql =
      "INSERT INTO content (digest, media_type, size, refused) VALUES (?, '', 0, ?) "
      "ON CONFLICT (digest) DO UPDATE SET refused = excluded.refused WHERE bytes IS NULL";
  auto& self = *m_impl;
  return self.write([&] { return self.db->use(k_sql).bind(digest.to_string()).bind(answer).run(); });
}

base::Result<std::optional<ContentRow>> Writer::Impl::find_row(const oci::Digest& digest) {
  static constexpr const char* k_sql = "SELECT id, typeof(bytes) <> 'null' FROM content WHERE digest = ?";
  if (const auto known = contents.find(digest))
    return known;
  auto query = db->use(k_sql);
  TAGDB_TRY_ASSIGN(const bool row, query.bind(digest.to_string()).step());
  if (!row)
    return std::nullopt;
  const ContentRow found{query.id<ContentId>(0), query.integer(1) != 0};
  contents.remember(digest, found);
  return found;
}

base::Result<ContentRow> Writer::Impl::intern(const oci::Digest& digest, std::string_view media_type,
                                              std::uint64_t size) {
  static constexpr const char* k_sql = "INSERT INTO content (digest, media_type, size) VALUES (?, ?, ?)";
  TAGDB_TRY_ASSIGN(const auto known, find_row(digest));
  if (known)
    return *known;
  TAGDB_TRY(db->use(k_sql).bind(digest.to_string()).bind(media_type).bind_count(size).run());
  const ContentRow added{ContentId{db->last_insert_id()}, false};
  contents.remember(digest, added);
  return added;
}

base::Result<std::optional<ContentId>>
Writer::Impl::put_bytes(const oci::Digest& digest, std::string_view media_type, std::string_view bytes) {
  // Two statements and not an upsert: this is the hottest place of a crawl, and RETURNING builds a table for
  // its one row.
  static constexpr const char* k_insert =
      "INSERT INTO content (digest, media_type, size, bytes) VALUES (?, ?, ?, ?)";
  static constexpr const char* k_fill =
      "UPDATE content SET media_type = ?, size = ?, bytes = ?, refused = NULL WHERE id = ?";
  TAGDB_TRY_ASSIGN(auto row, find_row(digest));
  if (row && row->held)
    return std::nullopt;
  if (row) {
    TAGDB_TRY(db->use(k_fill).bind(media_type).bind_count(bytes.size()).bind_blob(bytes).bind(row->id).run());
  } else {
    TAGDB_TRY(db->use(k_insert)
                  .bind(digest.to_string())
                  .bind(media_type)
                  .bind_count(bytes.size())
                  .bind_blob(bytes)
                  .run());
    row = ContentRow{ContentId{db->last_insert_id()}, false};
  }
  contents.remember(digest, {row->id, true});
  return row->id;
}

base::Status Writer::Impl::add_entries(ContentId index, const oci::Index& entries) {
  static constexpr const char* k_entry = "INSERT INTO index_entry (index_id, position, manifest_id, os, "
                                         "architecture, variant, os_version, os_features) "
                                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
  // What an image's own config says, or the first index that said anything, stands.
  static constexpr const char* k_image = R"(
    INSERT INTO image (manifest_id, os, architecture, variant, os_version) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (manifest_id) DO UPDATE SET
      os = iif(os = '', excluded.os, os), architecture = iif(architecture = '', excluded.architecture, architecture),
      variant = iif(variant = '', excluded.variant, variant),
      os_version = iif(os_version = '', excluded.os_version, os_version)
    WHERE os = '' OR architecture = '' OR variant = '' OR os_version = '')";
  static const oci::Platform k_unsaid;
  std::int64_t position = 0;
  for (const auto& entry : entries.manifests) {
    const auto& platform = entry.platform ? *entry.platform : k_unsaid;
    const std::string features = joined(platform.os_features);
    TAGDB_TRY_ASSIGN(const auto child, intern(entry.digest, entry.media_type, entry.size));
    TAGDB_TRY(db->use(k_entry)
                  .bind(index)
                  .bind(position++)
                  .bind(child.id)
                  .bind(platform.os)
                  .bind(platform.architecture)
                  .bind(platform.variant)
                  .bind(platform.os_version)
                  .bind(features)
                  .run());
    // A missing child manifest does not lose what its index said of it.
    if (!names_index(entry))
      TAGDB_TRY(db->use(k_image)
                    .bind(child.id)
                    .bind(platform.os)
                    .bind(platform.architecture)
                    .bind(platform.variant)
                    .bind(platform.os_version)
                    .run());
  }
  return {};
}

base::Status Writer::Impl::add_image(ContentId manifest, const oci::Manifest& parsed) {
  static constexpr const char* k_image = R"(
    INSERT INTO image (manifest_id, config_id, os, architecture, variant, os_version, layer_bytes)
    VALUES (?, ?, '', '', '', '', ?)
    ON CONFLICT (manifest_id) DO UPDATE SET config_id = excluded.config_id, layer_bytes = excluded.layer_bytes)";
  static constexpr const char* k_layer =
      "INSERT INTO layer (manifest_id, position, digest, media_type, size) VALUES (?, ?, ?, ?, ?)";
  TAGDB_TRY_ASSIGN(const auto config,
                   intern(parsed.config.digest, parsed.config.media_type, parsed.config.size));
  std::uint64_t layer_bytes = 0;
  std::int64_t position = 0;
  for (const auto& layer : parsed.layers) {
    layer_bytes += layer.size;
    TAGDB_TRY(db->use(k_layer)
                  .bind(manifest)
                  .bind(position++)
                  .bind(layer.digest.to_string())
                  .bind(layer.media_type)
                  .bind_count(layer.size)
                  .run());
  }
  TAGDB_TRY(db->use(k_image).bind(manifest).bind(config.id).bind_count(layer_bytes).run());
  return config.held ? apply_held_config(config.id) : base::Status();
}

base::Status Writer::Impl::apply_held_config(ContentId config) {
  // Rare: a config that came before this manifest, or that two manifests share.
  static constexpr const char* k_sql = "SELECT bytes FROM content WHERE id = ?";
  auto query = db->use(k_sql);
  TAGDB_TRY(query.bind(config).step());
  TAGDB_TRY_ASSIGN(const auto parsed, oci::parse_image_config(query.text(0)));
  return add_config_facts(config, parsed);
}

base::Status Writer::Impl::add_config_facts(ContentId config, const oci::ImageConfig& parsed) {
  static constexpr const char* k_image = R"(
    UPDATE image SET os = iif(?2 = '', os, ?2), architecture = iif(?3 = '', architecture, ?3),
      variant = iif(?4 = '', variant, ?4), os_version = iif(?5 = '', os_version, ?5), created = ?6
    WHERE config_id = ?1)";
  static constexpr const char* k_diff_id =
      "INSERT INTO diff_id (config_id, position, diff_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
  std::optional<std::string> created;
  if (parsed.created)
    created = base::format_rfc3339(*parsed.created);
  TAGDB_TRY(db->use(k_image)
                .bind(config)
                .bind(parsed.os)
                .bind(parsed.architecture)
                .bind(parsed.variant)
                .bind(parsed.os_version)
                .bind(created)
                .run());
  std::int64_t position = 0;
  for (const auto& diff_id : parsed.diff_ids)
    TAGDB_TRY(db->use(k_diff_id).bind(config).bind(position++).bind(diff_id.to_string()).run());
  return {};
}

} // namespace tagdb::store
