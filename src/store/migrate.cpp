#include "migrate.hpp"

#include "migrations.hpp"
#include <tagdb/base/sha256.hpp>
#include <tagdb/base/text.hpp>

#include <array>
#include <string>

namespace tagdb::store {

namespace {

constexpr std::size_t k_count = std::size(embedded::migrations);

/// "0001_foundations.sql" -> 1. The names are ours, so anything else does not compile.
constexpr std::int64_t number_of(std::string_view name) {
  std::int64_t number = 0;
  for (const char c : name.substr(0, 4))
    number = c >= '0' && c <= '9' ? number * 10 + (c - '0') : throw "a migration is named NNNN_name.sql";
  return number;
}

constexpr std::array<Migration, k_count> make_table() {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<Migration, k_count>{Migration{number_of(embedded::migrations[I].name),
                                                    embedded::migrations[I].name,
                                                    embedded::migrations[I].bytes}...};
  }
  (std::make_index_sequence<k_count>());
}

constexpr std::array<Migration, k_count> k_table = make_table();

constexpr bool numbered_from_one() {
  for (std::size_t i = 0; i < k_count; ++i)
    if (k_table[i].number != static_cast<std::int64_t>(i) + 1)
      return false;
  return true;
}
static_assert(numbered_from_one(), "migrations are numbered 0001, 0002, … without gaps");

base::Status apply(Connection& connection, const Migration& migration, const base::Clock& clock) {
  static constexpr const char* k_insert =
      "INSERT INTO schema_migration (number, name, sha256, applied) VALUES (?, ?, ?, ?)";
  TAGDB_TRY_ASSIGN(auto transaction, Transaction::begin(connection, "BEGIN EXCLUSIVE"));
  // Somebody else may have been faster between our look and our lock.
  TAGDB_TRY_ASSIGN(const auto state, schema_state(connection));
  if (state.version >= migration.number)
    return check_schema(connection, state);
  TAGDB_TRY(connection.execute(std::string(migration.sql).c_str()));
  const std::string hash = base::sha256_hex(migration.sql);
  const std::string now = base::format_rfc3339(clock.now());
  TAGDB_TRY(connection.use(k_insert).bind(migration.number).bind(migration.name).bind(hash).bind(now).run());
  // Both are part of the transaction. Pragmas take no parameters.
  TAGDB_TRY(connection.execute(("PRAGMA application_id = " + std::to_string(k_application_id)).c_str()));
  TAGDB_TRY(connection.execute(("PRAGMA user_version = " + std::to_string(migration.number)).c_str()));
  return transaction.commit();
}

} // namespace

std::span<const Migration> migrations() {
  return k_table;
}

std::int64_t schema_version() {
  return k_table.back().number;
}

base::Result<SchemaState> schema_state(Connection& connection) {
  SchemaState state;
  TAGDB_TRY_ASSIGN(state.application_id, connection.integer("PRAGMA application_id"));
  TAGDB_TRY_ASSIGN(state.version, connection.integer("PRAGMA user_version"));
  return state;
}

base::Status check_schema(Connection& connection, const SchemaState& state) {
  if (state.application_id != k_application_id) {
    // A file that was just made has neither an id nor anything else.
    bool blank = state.application_id == 0 && state.version == 0;
    if (blank) {
      TAGDB_TRY_ASSIGN(const auto objects, connection.integer("SELECT count(*) FROM sqlite_schema"));
      blank = objects == 0;
    }
    if (!blank)
      return base::Error(base::ErrorKind::integrity,
                         connection.path() + " is not a tagdb database (another program's SQLite file)",
                         "name the right file with --db, or a new one");
  }
  if (state.version > schema_version())
    return base::Error(base::ErrorKind::busy,
                       connection.path() + " has schema " + std::to_string(state.version) +
                           ", made by a newer tagdb; this one knows schemas up to " +
                           std::to_string(schema_version()),
                       "upgrade tagdb on this machine");
  return {};
}

base::Status migrate(Connection& connection, const base::Clock& clock) {
  TAGDB_TRY_ASSIGN(const auto state, schema_state(connection));
  TAGDB_TRY(check_schema(connection, state));
  if (state.version > 0) {
    TAGDB_TRY_ASSIGN(const auto differing, differing_migrations(connection));
    if (!differing.empty())
      return base::Error(base::ErrorKind::integrity, connection.path() + ": " + differing.front(),
                         "restore the database from a copy, or move it away and sync again");
  }
  for (const auto& migration : k_table)
    if (migration.number > state.version)
      TAGDB_TRY(apply(connection, migration, clock));
  return {};
}

base::Result<std::vector<std::string>> differing_migrations(Connection& connection) {
  static constexpr const char* k_select = "SELECT number, name, sha256 FROM schema_migration ORDER BY number";
  std::vector<std::string> differing;
  auto query = connection.use(k_select);
  std::int64_t expected = 1;
  for (;; ++expected) {
    TAGDB_TRY_ASSIGN(const bool row, query.step());
    if (!row)
      break;
    const std::string name = base::escape_untrusted(query.text(1));
    if (query.integer(0) != expected || expected > schema_version())
      differing.push_back("migration " + name + " is out of order");
    else if (query.text(2) != base::sha256_hex(k_table[static_cast<std::size_t>(expected - 1)].sql))
      differing.push_back("migration " + name + " is not the one this program has");
  }
  TAGDB_TRY_ASSIGN(const auto version, connection.integer("PRAGMA user_version"));
  if (expected - 1 != version)
    differing.push_back("schema " + std::to_string(version) + " is claimed, but " +
                        std::to_string(expected - 1) + " migrations are recorded");
  return differing;
}

} // namespace tagdb::store
