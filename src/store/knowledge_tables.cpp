#include "knowledge_tables.hpp"

#include "knowledge_rows.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tagdb::store {

namespace {

/// The row that stands ready.
template <class Row>
base::Result<Row> read_row(const Query& query) {
  RowReader in(query);
  auto row = Columns<Row>::read(in);
  if (in.failure())
    return *in.failure();
  return row;
}

/// The one row that a statement finds with these values.
template <class Row, class... Values>
base::Result<std::optional<Row>> find_row(Connection& db, const char* sql, const Values&... values) {
  auto query = db.use(sql);
  (query.bind(values), ...);
  TAGDB_TRY_ASSIGN(const bool there, query.step());
  if (!there)
    return std::nullopt;
  TAGDB_TRY_ASSIGN(auto row, read_row<Row>(query));
  return row;
}

/// All rows. With `unreadable`, a row that cannot be read is noted there and left out.
template <class Row>
base::Result<std::vector<Row>> read_all(Query& query, std::string_view table,
                                        std::vector<UnreadableRow>* unreadable = nullptr) {
  std::vector<Row> rows;
  for (;;) {
    TAGDB_TRY_ASSIGN(const bool there, query.step());
    if (!there)
      return rows;
    auto row = read_row<Row>(query);
    if (row)
      rows.push_back(*std::move(row));
    else if (unreadable != nullptr)
      unreadable->push_back({std::string(table), row.error().message()});
    else
      return row.error();
  }
}

constexpr const char* k_all_versions = "SELECT " TAGDB_VERSION_COLUMNS " FROM version ORDER BY id";
constexpr const char* k_all_releases =
    "SELECT " TAGDB_RELEASE_COLUMNS " FROM release ORDER BY build, revision, os_version";
constexpr const char* k_all_host_releases =
    "SELECT " TAGDB_HOST_RELEASE_COLUMNS " FROM host_release ORDER BY build, revision, os_version";
constexpr const char* k_all_baselines = "SELECT " TAGDB_BASELINE_COLUMNS " FROM baseline ORDER BY build";
constexpr const char* k_all_host_builds =
    "SELECT " TAGDB_HOST_BUILD_COLUMNS " FROM host_build ORDER BY build";
constexpr const char* k_all_incidents = "SELECT " TAGDB_INCIDENT_COLUMNS " FROM incident ORDER BY id";
constexpr const char* k_all_instants =
    "SELECT " TAGDB_INSTANT_COLUMNS " FROM release_instant ORDER BY date, label";

base::Result<windows::KnowledgeTables> read_tables(Connection& db, const KnowledgePart& part,
                                                   std::vector<UnreadableRow>* unreadable) {
  static constexpr const char* k_releases =
      "SELECT " TAGDB_RELEASE_COLUMNS " FROM release WHERE build = ? ORDER BY revision, os_version";
  static constexpr const char* k_host_releases =
      "SELECT " TAGDB_HOST_RELEASE_COLUMNS " FROM host_release WHERE build = ? ORDER BY revision, os_version";
  static constexpr const char* k_baselines =
      "SELECT " TAGDB_BASELINE_COLUMNS " FROM baseline WHERE build = ?";
  static constexpr const char* k_host_builds =
      "SELECT " TAGDB_HOST_BUILD_COLUMNS " FROM host_build WHERE build = ?";
  const auto read = [&]<class Row>(std::vector<Row>& rows, std::string_view table,
                                   const char* sql) -> base::Status {
    auto query = db.use(sql);
    TAGDB_TRY_ASSIGN(rows, read_all<Row>(query, table, unreadable));
    return {};
  };
  const auto read_part = [&]<class Row>(std::vector<Row>& rows, std::string_view table, const char* all,
                                        const char* of_build) -> base::Status {
    if (!part.build)
      return read(rows, table, all);
    auto query = db.use(of_build);
    query.bind(std::int64_t{*part.build});
    TAGDB_TRY_ASSIGN(rows, read_all<Row>(query, table, unreadable));
    return {};
  };
  windows::KnowledgeTables tables;
  TAGDB_TRY(read(tables.versions, "version", k_all_versions));
  if (part.images)
    TAGDB_TRY(read_part(tables.releases, "release", k_all_releases, k_releases));
  if (part.hosts) {
    TAGDB_TRY(read_part(tables.host_releases, "host_release", k_all_host_releases, k_host_releases));
    TAGDB_TRY(read_part(tables.baselines, "baseline", k_all_baselines, k_baselines));
    TAGDB_TRY(read_part(tables.host_builds, "host_build", k_all_host_builds, k_host_builds));
  }
  TAGDB_TRY(read(tables.incidents, "incident", k_all_incidents));
  if (part.images)
    TAGDB_TRY(read(tables.instants, "release_instant", k_all_instants));
  return tables;
}

template <class Row>
base::Status insert(Connection& db, const char* sql, const Row& row) {
  auto query = db.use(sql);
  RowBinder out(query);
  Columns<Row>::write(out, row);
  return query.run();
}

template <class Row>
base::Status insert_all(Connection& db, const char* sql, const std::vector<Row>& rows) {
  for (const auto& row : rows)
    TAGDB_TRY(insert(db, sql, row));
  return {};
}

/// Releases and host releases stand under their build and revision, which their version repeats.
template <class Row>
base::Status insert_by_build(Connection& db, const char* sql, const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    auto query = db.use(sql);
    RowBinder out(query);
    out << row.version.build() << row.version.revision();
    Columns<Row>::write(out, row);
    TAGDB_TRY(query.run());
  }
  return {};
}

} // namespace

base::Result<std::optional<windows::KnowledgeEdition>> read_edition(Connection& db) {
  static constexpr const char* k_sql = "SELECT " TAGDB_EDITION_COLUMNS " FROM knowledge_edition";
  return find_row<windows::KnowledgeEdition>(db, k_sql);
}

base::Result<windows::KnowledgeTables> read_knowledge(Connection& db, const KnowledgePart& part) {
  TAGDB_TRY_ASSIGN(auto edition, read_edition(db));
  if (!edition)
    return base::Error(base::ErrorKind::integrity, "there is no knowledge in " + db.path(),
                       "any command that writes (tagdb sync) puts it there");
  TAGDB_TRY_ASSIGN(auto tables, read_tables(db, part, nullptr));
  tables.edition = *std::move(edition);
  return tables;
}

base::Result<windows::KnowledgeTables> read_what_is_sound(Connection& db,
                                                          std::vector<UnreadableRow>& unreadable) {
  auto edition = read_edition(db);
  if (!edition)
    unreadable.push_back({"knowledge_edition", edition.error().message()});
  else if (!*edition)
    unreadable.push_back({"knowledge_edition", "has no row: the next command that writes puts one there"});
  TAGDB_TRY_ASSIGN(auto tables, read_tables(db, {}, &unreadable));
  if (edition && *edition)
    tables.edition = **std::move(edition);
  return tables;
}

base::Result<std::optional<windows::Release>> read_release(Connection& db,
                                                           const windows::OsVersion& version) {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_RELEASE_COLUMNS " FROM release WHERE build = ? AND revision = ? AND os_version = ?";
  return find_row<windows::Release>(db, k_sql, std::int64_t{version.build()},
                                    std::int64_t{version.revision()}, version.to_string());
}

base::Result<std::optional<windows::Release>> read_release_after(Connection& db,
                                                                 const windows::OsVersion& version) {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_RELEASE_COLUMNS " FROM release WHERE build = ? AND revision > ? "
      "AND superseded_by IS NULL ORDER BY revision, os_version LIMIT 1";
  return find_row<windows::Release>(db, k_sql, std::int64_t{version.build()},
                                    std::int64_t{version.revision()});
}

base::Result<std::optional<windows::HostRelease>> read_host_release(Connection& db,
                                                                    const windows::OsVersion& version) {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_HOST_RELEASE_COLUMNS
      " FROM host_release WHERE build = ? AND revision = ? AND os_version = ?";
  return find_row<windows::HostRelease>(db, k_sql, std::int64_t{version.build()},
                                        std::int64_t{version.revision()}, version.to_string());
}

base::Result<std::optional<windows::Release>> read_newest_release(Connection& db, std::uint32_t build,
                                                                  base::Instant at) {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_RELEASE_COLUMNS " FROM release r WHERE build = ? AND superseded_by IS NULL "
      "AND EXISTS (SELECT 1 FROM release_instant i WHERE i.date = r.release_date AND i.label = r.label "
      "AND i.instant <= ?) ORDER BY revision DESC, os_version DESC LIMIT 1";
  return find_row<windows::Release>(db, k_sql, std::int64_t{build}, base::format_rfc3339(at));
}

base::Result<std::optional<windows::Release>>
read_release_below(Connection& db, const windows::OsVersion& version, const windows::ReleaseLabel& label) {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_RELEASE_COLUMNS " FROM release WHERE build = ? AND revision < ? AND label = ? "
      "ORDER BY revision DESC, os_version DESC LIMIT 1";
  return find_row<windows::Release>(db, k_sql, std::int64_t{version.build()},
                                    std::int64_t{version.revision()}, label.to_string());
}

base::Result<std::optional<windows::ReleaseInstant>> read_release_next(Connection& db, base::Instant at) {
  static constexpr const char* k_sql =
      "SELECT " TAGDB_INSTANT_COLUMNS " FROM release_instant WHERE instant >= ? AND label LIKE '_______B' "
      "AND released IS NOT 0 ORDER BY instant, label LIMIT 1";
  return find_row<windows::ReleaseInstant>(db, k_sql, base::format_rfc3339(at));
}

base::Result<std::optional<windows::ReleaseInstant>> read_release_due(Connection& db, base::Instant at) {
  // "2020-02 OOB" ends in B too. Labels of one letter are in the order of their text.
  static constexpr const char* k_sql =
      "SELECT " TAGDB_INSTANT_COLUMNS " FROM release_instant WHERE instant <= ? AND label LIKE '_______B' "
      "AND released IS NOT 0 ORDER BY instant DESC, label DESC LIMIT 1";
  return find_row<windows::ReleaseInstant>(db, k_sql, base::format_rfc3339(at));
}

base::Status write_knowledge(Connection& db, const windows::KnowledgeTables& tables) {
  static constexpr const char* k_empty =
      "DELETE FROM knowledge_edition; DELETE FROM version; DELETE FROM release; DELETE FROM host_release; "
      "DELETE FROM baseline; DELETE FROM host_build; DELETE FROM incident";
  static constexpr const char* k_empty_instants = "DELETE FROM release_instant WHERE instant <= ?";
  static constexpr const char* k_edition =
      "INSERT INTO knowledge_edition (" TAGDB_EDITION_COLUMNS ") VALUES (?, ?, ?)";
  static constexpr const char* k_version =
      "INSERT INTO version (" TAGDB_VERSION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr const char* k_release = "INSERT INTO release (build, revision, " TAGDB_RELEASE_COLUMNS
                                           ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr const char* k_host_release =
      "INSERT INTO host_release (build, revision, " TAGDB_HOST_RELEASE_COLUMNS
      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr const char* k_baseline = "INSERT INTO baseline (" TAGDB_BASELINE_COLUMNS
                                            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                            "?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr const char* k_host_build =
      "INSERT INTO host_build (" TAGDB_HOST_BUILD_COLUMNS ") VALUES (?, ?, ?, ?, ?)";
  static constexpr const char* k_incident =
      "INSERT INTO incident (" TAGDB_INCIDENT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr const char* k_instant =
      "INSERT INTO release_instant (" TAGDB_INSTANT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)";
  TAGDB_TRY(db.execute(k_empty));
  auto last = base::Instant::min();
  for (const auto& row : tables.instants)
    last = std::max(last, row.instant);
  if (!tables.instants.empty()) {
    const std::string text = base::format_rfc3339(last);
    TAGDB_TRY(db.use(k_empty_instants).bind(text).run());
  }
  TAGDB_TRY(insert(db, k_edition, tables.edition));
  TAGDB_TRY(insert_all(db, k_version, tables.versions));
  TAGDB_TRY(insert_by_build(db, k_release, tables.releases));
  TAGDB_TRY(insert_by_build(db, k_host_release, tables.host_releases));
  TAGDB_TRY(insert_all(db, k_baseline, tables.baselines));
  TAGDB_TRY(insert_all(db, k_host_build, tables.host_builds));
  TAGDB_TRY(insert_all(db, k_incident, tables.incidents));
  return insert_all(db, k_instant, tables.instants);
}

base::Result<std::size_t> insert_new_instants(Connection& db, std::span<const windows::ReleaseInstant> rows) {
  static constexpr const char* k_sql = "INSERT INTO release_instant (" TAGDB_INSTANT_COLUMNS
                                       ") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (date, label) DO NOTHING";
  std::size_t count = 0;
  for (const auto& row : rows) {
    TAGDB_TRY(insert(db, k_sql, row));
    count += static_cast<std::size_t>(db.changes());
  }
  return count;
}

bool is_newer(const windows::KnowledgeEdition& a, const windows::KnowledgeEdition& b) {
  return std::tie(a.as_of, a.revision) > std::tie(b.as_of, b.revision);
}

} // namespace tagdb::store
