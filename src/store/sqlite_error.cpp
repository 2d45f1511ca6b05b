#include "sqlite.hpp"
#include <tagdb/base/text.hpp>

#include <sqlite3.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace tagdb::store {

namespace {

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string system_text(int error_number) {
  return std::generic_category().message(error_number);
}

base::Error no_space(const std::string& path, const std::string& cause) {
  return {base::ErrorKind::internal, "cannot write " + path + ": disk full (" + cause + ")",
          "free some space in " + folder_of(path) + " and run it again; what was recorded before is kept"};
}

base::Error no_access(const std::string& path, const std::string& cause) {
  return {base::ErrorKind::internal, "cannot open or write the database " + path + ": " + cause,
          "check the permissions of the file and of the folder " + folder_of(path) +
              ", or name another database with --db"};
}

} // namespace

bool is_unwritable(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY || primary == SQLITE_PERM;
}

base::Error sqlite_error(sqlite3* database, int code, const std::string& path) {
  using base::ErrorKind;
  // First, before anything else can set it. SQLite keeps it for most failures, but not for those of a COMMIT.
  const int last_number = errno;
  int system_number = database == nullptr ? 0 : sqlite3_system_errno(database);
  if (system_number == 0 && (code & 0xff) == SQLITE_IOERR)
    system_number = last_number;
  // The text speaks of the last failure, which is this one only if the codes agree.
  const std::string text = database != nullptr && sqlite3_extended_errcode(database) == code
                               ? sqlite3_errmsg(database)
                               : sqlite3_errstr(code);
  const std::string cause = base::escape_untrusted(text);
  switch (code & 0xff) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return {ErrorKind::integrity, path + " is not a tagdb database or is damaged (" + cause + ")",
            "restore it from a copy, or move it away and sync again"};
  case SQLITE_FULL:
    return no_space(path, cause);
  case SQLITE_IOERR:
    if (system_number == ENOSPC || system_number == EDQUOT || system_number == EFBIG)
      return no_space(path, system_text(system_number));
    return {ErrorKind::internal, "cannot read or write " + path + ": " +
                                     (system_number == 0 ? cause : system_text(system_number)) + " (" +
                                     sqlite3_errstr(code) + ")"};
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return no_access(path, system_number == 0 ? cause : system_text(system_number));
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return {ErrorKind::busy, path + " is locked by another program (" + cause + ")",
            "wait until it is done and run this again"};
  case SQLITE_NOMEM:
    return {ErrorKind::internal, "out of memory while using " + path};
  default:
    return {ErrorKind::internal, "the database " + path + " cannot do that: " + cause};
  }
}

} // namespace tagdb::store
