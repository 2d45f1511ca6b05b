#include "database.hpp"

#include "migrate.hpp"
#include <tagdb/base/file.hpp>

#include <sqlite3.h>

#include <cerrno>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace tagdb::store {

namespace {

namespace fs = std::filesystem;

/// Opening reads nothing yet, so what is wrong shows at the first statement only; both together are "opening"
/// here. Null: blank.
base::Result<std::unique_ptr<Connection>> begin_reading(const std::string& name, int flags,
                                                        const fs::path& path, int& code) {
  auto opened = Connection::open(name, SQLITE_OPEN_READONLY | flags, path.string());
  if (!opened) {
    code = SQLITE_CANTOPEN;
    return std::move(opened).error();
  }
  auto connection = *std::move(opened);
  const auto look = [&]() -> base::Result<SchemaState> {
    TAGDB_TRY(connection->execute("BEGIN"));
    // The first read is what fixes the moment that all answers are of.
    return schema_state(*connection);
  };
  const auto state = look();
  code = connection->last_code();
  if (!state)
    return state.error();
  TAGDB_TRY(check_schema(*connection, *state));
  if (state->version == 0)
    return std::unique_ptr<Connection>();
  if (state->version < schema_version())
    return base::Error(base::ErrorKind::busy,
                       path.string() + " has schema " + std::to_string(state->version) +
                           " of an older tagdb, and reading does not change it",
                       "run `tagdb sync` (or any command that writes) once to bring it to schema " +
                           std::to_string(schema_version()));
  return connection;
}

/// The path as a URI that says the file does not change while it is open: no locks, no files beside it.
std::string immutable_uri(const fs::path& path) {
  static constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#' || byte < 0x20 || byte == 0x7f) {
      uri += '%';
      uri += k_hex[byte >> 4];
      uri += k_hex[byte & 15];
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

} // namespace

fs::path real_path(const fs::path& path) {
  std::error_code failure;
  auto real = fs::weakly_canonical(path, failure);
  return failure ? fs::absolute(path, failure) : real;
}

base::Result<std::unique_ptr<Connection>> open_for_reading(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return std::unique_ptr<Connection>();
    return base::system_error("cannot open " + path.string(), errno);
  }
  if (S_ISDIR(info.st_mode))
    return base::Error(base::ErrorKind::internal, path.string() + " is a folder, not a database",
                       "name the file in it with --db");
  int code = SQLITE_OK;
  auto opened = begin_reading(path.string(), 0, path, code);
  if (opened || !is_unwritable(code))
    return opened;

  // A write-ahead database wants two files beside it even for reading, and the folder may not be ours to
  // write. Without a log the file alone is the whole truth; with one it is not, and reading past the log
  // would answer with old rows.
  const fs::path real = real_path(path);
  struct stat log {};
  if (::stat((real.string() + "-wal").c_str(), &log) == 0 && log.st_size > 0)
    return base::Error(
        base::ErrorKind::internal,
        "cannot read " + path.string() +
            ": a sync is writing it or was killed, and this user cannot use its log in " +
            real.parent_path().string(),
        "ask the owner of the database to let the sync end, or to run `tagdb sync` or `tagdb verify` "
        "once, then ask again");
  auto immutable = begin_reading(immutable_uri(real), SQLITE_OPEN_URI, path, code);
  // Where that does not work either, what was wrong at first is what matters (an unreadable file, for one).
  if (!immutable && is_unwritable(code))
    return opened;
  return immutable;
}

base::Result<bool> is_outdated(const fs::path& path) {
  TAGDB_TRY_ASSIGN(const auto connection,
                   Connection::open(path.string(), SQLITE_OPEN_READONLY, path.string()));
  TAGDB_TRY_ASSIGN(const auto state, schema_state(*connection));
  return state.application_id == k_application_id && state.version < schema_version();
}

base::Result<std::unique_ptr<Connection>> open_for_writing(const fs::path& path, const base::Clock& clock) {
  TAGDB_TRY_ASSIGN(
      auto connection,
      Connection::open(path.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, path.string()));
  // Before anything is written: a foreign or newer file stays as it is.
  TAGDB_TRY_ASSIGN(const auto state, schema_state(*connection));
  TAGDB_TRY(check_schema(*connection, state));
  // Readers go on while a sync writes. The mode is kept in the file.
  {
    auto mode = connection->use("PRAGMA journal_mode = WAL");
    TAGDB_TRY_ASSIGN(const bool row, mode.step());
    if (!row || mode.text(0) != "wal")
      return base::Error(base::ErrorKind::internal,
                         "cannot keep a write-ahead log beside " + path.string() +
                             " (a network file system, or a folder without shared memory)",
                         "put the database on a local disk");
  }
  // In WAL mode NORMAL can lose the newest commits when the power fails, but never damages the file; a crawl
  // asks again what it lost, and waiting for the disk at each checkpoint would cost more than that.
  TAGDB_TRY(connection->execute("PRAGMA synchronous = NORMAL"));
  // Negative: KiB. A sync of 20,000 tags stays below 40 MiB as a whole.
  TAGDB_TRY(connection->execute("PRAGMA cache_size = -6144"));
  // Pages of log after which a commit folds it in: 16 MiB, so that a first crawl folds a few times and not at
  // each commit.
  TAGDB_TRY(connection->execute("PRAGMA wal_autocheckpoint = 4096"));
  TAGDB_TRY(migrate(*connection, clock));
  return connection;
}

} // namespace tagdb::store
