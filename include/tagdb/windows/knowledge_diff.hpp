#pragma once

#include <tagdb/windows/knowledge_rows.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::windows {

/// A table of some knowledge in numbers.
struct TableSize {
  std::string name; ///< "releases.csv"
  std::size_t rows = 0;
  std::optional<Date> first, last; ///< of its rows' dates; nothing where a row has none
};
/// In the order of table_names().
std::vector<TableSize> table_sizes(const KnowledgeTables& tables);

/// What became of a table.
struct TableChange {
  std::string name;
  std::size_t rows = 0; ///< afterwards
  std::size_t added = 0, removed = 0, changed = 0;
  bool any() const { return added + removed + changed > 0; }
};
/// Row by row, by the key of each table, in the order of table_names().
std::vector<TableChange> compare_tables(const KnowledgeTables& before, const KnowledgeTables& after);

} // namespace tagdb::windows
