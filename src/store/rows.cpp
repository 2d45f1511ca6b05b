#include "rows.hpp"

#include <tagdb/base/text.hpp>

#include <array>
#include <utility>

namespace tagdb::store {

namespace {

/// One table for each enumeration: what is written and what is read cannot differ.
template <class Enum, std::size_t N>
std::string_view name_of(const std::array<std::pair<Enum, std::string_view>, N>& table, Enum value) {
  for (const auto& [candidate, name] : table)
    if (candidate == value)
      return name;
  return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<std::pair<Enum, std::string_view>, N>& table,
                             std::string_view text) {
  for (const auto& [value, name] : table)
    if (name == text)
      return value;
  return std::nullopt;
}

constexpr std::array<std::pair<CheckScope, std::string_view>, 2> k_scopes{
    {{CheckScope::quiet, "quiet"}, {CheckScope::full, "full"}}};
constexpr std::array<std::pair<CheckOutcome, std::string_view>, 5> k_outcomes{
    {{CheckOutcome::running, "running"},
     {CheckOutcome::complete, "complete"},
     {CheckOutcome::partial, "partial"},
     {CheckOutcome::failed, "failed"},
     {CheckOutcome::interrupted, "interrupted"}}};
constexpr std::array<std::pair<SpanState, std::string_view>, 3> k_states{
    {{SpanState::present, "present"}, {SpanState::absent, "absent"}, {SpanState::unpullable, "unpullable"}}};

template <class T>
base::Result<T> expect(std::optional<T> value, std::string_view what, std::string_view text) {
  if (!value)
    return damaged(what, text);
  return *std::move(value);
}

/// Parses a column that its type refuses only if the database is damaged.
template <class T>
base::Result<std::optional<T>> read_optional(const Query& query, int column, std::string_view what) {
  if (query.is_null(column))
    return std::nullopt;
  auto value = T::parse(query.text(column));
  if (!value)
    return damaged(what, query.text(column));
  return *std::move(value);
}

} // namespace

base::Error damaged(std::string_view what, std::string_view value) {
  return {
      base::ErrorKind::integrity,
      "the database is damaged: \"" + base::escape_untrusted(value, 80) + "\" is no " + std::string(what),
      "`tagdb verify` says what is wrong; restore the database from a copy, or move it away and sync again"};
}

std::string_view to_string(CheckScope scope) {
  return name_of(k_scopes, scope);
}
std::string_view to_string(CheckOutcome outcome) {
  return name_of(k_outcomes, outcome);
}
std::string_view to_string(SpanState state) {
  return name_of(k_states, state);
}
std::optional<SpanState> parse_span_state(std::string_view text) {
  return value_of(k_states, text);
}

base::Result<base::Instant> read_instant(const Query& query, int column) {
  auto instant = base::parse_rfc3339(query.text(column));
  if (!instant)
    return damaged("instant", query.text(column));
  return *instant;
}

base::Result<std::optional<base::Instant>> read_optional_instant(const Query& query, int column) {
  if (query.is_null(column))
    return std::nullopt;
  TAGDB_TRY_ASSIGN(const auto instant, read_instant(query, column));
  return instant;
}

base::Result<oci::Digest> read_digest(const Query& query, int column) {
  auto digest = oci::Digest::parse(query.text(column));
  if (!digest)
    return damaged("digest", query.text(column));
  return *std::move(digest);
}

base::Result<TagRecord> read_tag(const Query& query, int column) {
  TagRecord tag{query.id<TagId>(column),
                query.id<RepositoryId>(column + 1),
                query.string(column + 2),
                windows::TagKind::other,
                query.string(column + 4),
                query.string(column + 5),
                std::nullopt,
                std::nullopt};
  const auto kind = query.text(column + 3);
  TAGDB_TRY_ASSIGN(tag.kind, expect(windows::parse_tag_kind(kind), "kind of tag", kind));
  TAGDB_TRY_ASSIGN(tag.revision, read_optional<windows::OsVersion>(query, column + 6, "OS version"));
  TAGDB_TRY_ASSIGN(tag.kb, read_optional<windows::Kb>(query, column + 7, "KB"));
  return tag;
}

base::Result<CheckRecord> read_check(const Query& query, int column) {
  CheckRecord check{};
  check.id = query.id<CheckId>(column);
  check.observer = query.id<ObserverId>(column + 1);
  check.number = query.integer(column + 2);
  check.repository = query.id<RepositoryId>(column + 3);
  const auto scope = query.text(column + 4);
  TAGDB_TRY_ASSIGN(check.scope, expect(value_of(k_scopes, scope), "scope of a check", scope));
  TAGDB_TRY_ASSIGN(check.started, read_instant(query, column + 5));
  TAGDB_TRY_ASSIGN(check.finished, read_optional_instant(query, column + 6));
  const auto outcome = query.text(column + 7);
  TAGDB_TRY_ASSIGN(check.outcome, expect(value_of(k_outcomes, outcome), "outcome of a check", outcome));
  check.counts = {query.count(column + 8),  query.count(column + 9),  query.count(column + 10),
                  query.count(column + 11), query.count(column + 12), query.count(column + 13),
                  query.count(column + 14), query.count(column + 15)};
  return check;
}

base::Result<SpanRecord> read_span(const Query& query, int column) {
  SpanRecord span{};
  span.id = query.id<SpanId>(column);
  span.tag = query.id<TagId>(column + 1);
  span.observer = query.id<ObserverId>(column + 2);
  const auto state = query.text(column + 3);
  TAGDB_TRY_ASSIGN(span.state, expect(parse_span_state(state), "state of a span", state));
  if (!query.is_null(column + 4)) {
    span.content = query.id<ContentId>(column + 4);
    TAGDB_TRY_ASSIGN(span.digest, read_digest(query, column + 5));
  }
  span.answer = query.string(column + 6);
  TAGDB_TRY_ASSIGN(span.first_seen, read_instant(query, column + 7));
  TAGDB_TRY_ASSIGN(span.last_seen, read_instant(query, column + 8));
  span.opened_by = query.id<CheckId>(column + 9);
  span.confirmed_by = query.id<CheckId>(column + 10);
  return span;
}

base::Result<ContentRecord> read_content(const Query& query, int column) {
  TAGDB_TRY_ASSIGN(auto digest, read_digest(query, column + 1));
  return ContentRecord{query.id<ContentId>(column),    std::move(digest),
                       query.string(column + 2),       query.count(column + 3),
                       query.integer(column + 5) != 0, query.string(column + 4)};
}

base::Result<ImageRecord> read_image(const Query& query, int column) {
  TAGDB_TRY_ASSIGN(auto manifest, read_content(query, column));
  ImageRecord image{std::move(manifest), {}, {}, {}, {}, {}, {}, {}, {}};
  column += k_content_columns;
  if (!query.is_null(column)) {
    TAGDB_TRY_ASSIGN(image.config, read_content(query, column));
  }
  column += k_content_columns;
  image.os = query.string(column);
  image.architecture = query.string(column + 1);
  image.variant = query.string(column + 2);
  image.os_version = query.string(column + 3);
  // An index may say anything here; what is no version is kept as text only.
  if (const auto version = windows::OsVersion::parse(image.os_version))
    image.version = *version;
  TAGDB_TRY_ASSIGN(image.created, read_optional_instant(query, column + 4));
  if (!query.is_null(column + 5))
    image.layer_bytes = query.count(column + 5);
  return image;
}

} // namespace tagdb::store
