#pragma once

#include "knowledge_names.hpp"
#include <tagdb/base/result.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

namespace tagdb::windows {

/// What no single field can show: keys, orders, and that the tables agree with each other.
base::Status check_tables(const KnowledgeTables& tables, const RowLines& lines);

/// "releases.csv line 12: why".
base::Error refuse_row(Table table, std::size_t line, std::string_view why);

} // namespace tagdb::windows
