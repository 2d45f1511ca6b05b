#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace tagdb::query::test {

/// From now on whoever writes to this database is somebody else: a record of several observers, as an import
/// makes it.
inline void become_another_observer(const std::filesystem::path& path) {
  sqlite3* database = nullptr;
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK)
    throw std::runtime_error("cannot open " + path.string());
  char* message = nullptr;
  sqlite3_exec(database,
               "UPDATE observer SET is_self = 0;"
               "INSERT INTO observer (uid, created, is_self)"
               " SELECT 'another-' || count(*), '2020-01-01T00:00:00Z', 1 FROM observer;",
               nullptr, nullptr, &message);
  const std::string problem = message != nullptr ? message : "";
  sqlite3_free(message);
  sqlite3_close(database);
  if (!problem.empty())
    throw std::runtime_error(problem);
}

} // namespace tagdb::query::test
