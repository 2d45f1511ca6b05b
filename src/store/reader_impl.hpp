#pragma once

#include "rows.hpp"
#include "sqlite.hpp"
#include <tagdb/store/reader.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace tagdb::store {

struct Reader::Impl {
  std::unique_ptr<Connection> db;
  /// Where the knowledge is read: `db`, or the built-in one where that has none. Null until it was asked for.
  Connection* knowledge = nullptr;
  std::unique_ptr<Connection> substitute;

  base::Result<Connection*> knowledge_source();
};

/// The first row, read by `read`; nothing where there is none.
template <class Read>
auto first_row(Query& query, Read&& read)
    -> base::Result<std::optional<typename decltype(read(query))::value_type>> {
  TAGDB_TRY_ASSIGN(const bool row, query.step());
  if (!row)
    return std::nullopt;
  TAGDB_TRY_ASSIGN(auto value, read(query));
  return value;
}

/// All rows, each read by `read`.
template <class Read>
auto all_rows(Query& query, Read&& read)
    -> base::Result<std::vector<typename decltype(read(query))::value_type>> {
  std::vector<typename decltype(read(query))::value_type> rows;
  for (;;) {
    TAGDB_TRY_ASSIGN(const bool row, query.step());
    if (!row)
      return rows;
    TAGDB_TRY_ASSIGN(auto value, read(query));
    rows.push_back(std::move(value));
  }
}

} // namespace tagdb::store
