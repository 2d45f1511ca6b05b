#pragma once

#include "../../src/store/sqlite.hpp"
#include "support/record_builder.hpp"

#include <sqlite3.h>

#include <filesystem>

namespace tagdb::query::test {

/// From now on whoever writes to this database is somebody else: a record of several observers, as an import
/// makes it.
inline void become_another_observer(const std::filesystem::path& path) {
  const auto database =
      tagdb::test::must(store::Connection::open(path.string(), SQLITE_OPEN_READWRITE, path.string()));
  tagdb::test::must(database->execute("UPDATE observer SET is_self = 0"));
  tagdb::test::must(
      database->execute("INSERT INTO observer (uid, created, is_self)"
                        " SELECT 'another-' || count(*), '2020-01-01T00:00:00Z', 1 FROM observer"));
}

} // namespace tagdb::query::test
