#pragma once

#include "sqlite.hpp"
#include <tagdb/store/model.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tagdb::store {

// From columns to records. A value that its own type refuses is damage: the writer stores parsed values only.
// Each `read_…` takes the column at which its fields begin, in the order of the k_…_columns beside it, which
// go into the SELECT.

/// What a value is called that no writer writes: "…" is no `what`.
base::Error damaged(std::string_view what, std::string_view value);

std::optional<SpanState> parse_span_state(std::string_view text);

base::Result<base::Instant> read_instant(const Query& query, int column);
/// Nothing for NULL.
base::Result<std::optional<base::Instant>> read_optional_instant(const Query& query, int column);
base::Result<oci::Digest> read_digest(const Query& query, int column);

#define TAGDB_TAG_COLUMNS(t)                                                                                 \
  t ".id, " t ".repository_id, " t ".name, " t ".kind, " t ".architecture, " t ".locale, " t                 \
    ".os_version, " t ".kb"
inline constexpr int k_tag_columns = 8;
base::Result<TagRecord> read_tag(const Query& query, int column = 0);

#define TAGDB_CHECK_COLUMNS(c)                                                                               \
  c ".id, " c ".observer_id, " c ".number, " c ".repository_id, " c ".scope, " c ".started, " c              \
    ".finished, " c ".outcome, " c ".listed, " c ".resolved, " c ".fetched, " c ".requests, " c ".bytes, " c \
    ".skipped, " c ".failed, " c ".known"
base::Result<CheckRecord> read_check(const Query& query, int column = 0);

/// `s` is the span, `d` its content, joined from the left.
#define TAGDB_SPAN_COLUMNS(s, d)                                                                             \
  s ".id, " s ".tag_id, " s ".observer_id, " s ".state, " s ".content_id, " d ".digest, " s ".answer, " s    \
    ".first_seen, " s ".last_seen, " s ".opened_by, " s ".confirmed_by"
base::Result<SpanRecord> read_span(const Query& query, int column = 0);

#define TAGDB_CONTENT_COLUMNS(c)                                                                             \
  c ".id, " c ".digest, " c ".media_type, " c ".size, " c ".refused, typeof(" c ".bytes) <> 'null'"
inline constexpr int k_content_columns = 6;
base::Result<ContentRecord> read_content(const Query& query, int column = 0);

/// `m` is the manifest's content, `g` its config's, joined from the left; `i` the image.
#define TAGDB_IMAGE_COLUMNS(i, m, g)                                                                         \
  TAGDB_CONTENT_COLUMNS(m)                                                                                   \
  ", " TAGDB_CONTENT_COLUMNS(g) ", " i ".os, " i ".architecture, " i ".variant, " i ".os_version, " i        \
                                ".created, " i ".layer_bytes"
base::Result<ImageRecord> read_image(const Query& query, int column = 0);

} // namespace tagdb::store
