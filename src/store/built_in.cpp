#include "built_in.hpp"

#include "knowledge_tables.hpp"
#include "migrate.hpp"
#include "reference.hpp"
#include <tagdb/base/clock.hpp>
#include <tagdb/windows/knowledge_csv.hpp>

#include <sqlite3.h>

#include <string>
#include <vector>

namespace tagdb::store {

namespace {

base::Error unsound(const base::Error& error) {
  return {base::ErrorKind::internal, "the built-in knowledge is unsound: " + error.message()};
}

} // namespace

base::Result<windows::KnowledgeEdition> built_in_edition() {
  for (const auto& file : embedded::reference)
    if (file.name == "edition.csv") {
      auto edition = windows::parse_edition(file.bytes);
      if (!edition)
        return unsound(edition.error());
      return *std::move(edition);
    }
  return base::Error(base::ErrorKind::internal, "the built-in knowledge has no edition");
}

base::Result<windows::KnowledgeTables> built_in_tables() {
  std::vector<windows::TableText> texts;
  for (const auto& file : embedded::reference)
    texts.push_back({file.name, file.bytes});
  auto tables = windows::parse_tables(texts);
  if (!tables)
    return unsound(tables.error());
  return *std::move(tables);
}

base::Result<std::unique_ptr<Connection>> open_built_in() {
  TAGDB_TRY_ASSIGN(
      auto connection,
      Connection::open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
                       "the built-in knowledge"));
  // Nothing is rolled back here: where something fails, all of it is dropped.
  TAGDB_TRY(connection->use("PRAGMA journal_mode = OFF").run());
  TAGDB_TRY(migrate(*connection, base::SystemClock()));
  TAGDB_TRY_ASSIGN(const auto tables, built_in_tables());
  TAGDB_TRY_ASSIGN(auto transaction, Transaction::begin(*connection, "BEGIN"));
  TAGDB_TRY(write_knowledge(*connection, tables));
  TAGDB_TRY(transaction.commit());
  return connection;
}

} // namespace tagdb::store
