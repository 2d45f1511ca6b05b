#pragma once

#include "sqlite.hpp"
#include <tagdb/base/clock.hpp>
#include <tagdb/base/result.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace tagdb::store {

/// "tgdb" in ASCII: what PRAGMA application_id of a tagdb database says, and what file(1) can tell it by.
inline constexpr std::int64_t k_application_id = 0x74676462;

/// A file of schema/, in the order of its number.
struct Migration {
  std::int64_t number;
  std::string_view name; ///< "0001_foundations.sql"
  std::string_view sql;
};

/// Those compiled into this program.
std::span<const Migration> migrations();
/// The number of the newest one.
std::int64_t schema_version();

/// Whose the database is and which schema it has. Two cookies of its first page: cheap.
struct SchemaState {
  std::int64_t application_id = 0;
  std::int64_t version = 0;
};
base::Result<SchemaState> schema_state(Connection& connection);

/// Fails where the database is another program's (integrity) or of a newer schema than this program knows
/// (busy).
base::Status check_schema(Connection& connection, const SchemaState& state);

/// Applies what is missing, each in a transaction of its own that first looks again whether somebody else did
/// it. Applied ones must have the checksums of the compiled ones: else integrity.
base::Status migrate(Connection& connection, const base::Clock& clock);

/// The applied migrations that differ from the compiled ones, as sentences; for migrate() and verify.
base::Result<std::vector<std::string>> differing_migrations(Connection& connection);

} // namespace tagdb::store
