#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// A table as text: its file name in schema/reference and its bytes (RFC 4180, UTF-8, a header line).
struct TableText {
  std::string_view name; ///< "releases.csv"
  std::string_view text;
  std::size_t first_line = 1; ///< what errors call its first line
};

/// The names of all tables, in the order in which they are written.
std::span<const std::string_view> table_names();

/// Reads and checks the tables, all of them together: exactly table_names(), each once, in any order. One
/// wrong row refuses everything: ErrorKind::usage with table, line and reason. Checked are, besides the form
/// of each field: keys are unique; every row names its source; dates are in order (a lifecycle, an incident,
/// a baseline) and not after the edition's; builds are known (releases among the versions, host releases
/// among the host builds); what supersedes is a release of the same build and a higher revision; a release's
/// label is not later than its date, and has an instant; an instant lies on its date and agrees with its zone
/// and second Tuesday.
base::Result<KnowledgeTables> parse_tables(std::span<const TableText> texts);

/// releases.csv alone, each row checked by itself only: what release_instants.csv is made from.
base::Result<std::vector<Release>> parse_releases(std::string_view text);

/// edition.csv alone: which edition a set of tables is, without reading the rest.
base::Result<KnowledgeEdition> parse_edition(std::string_view text);

/// The tables as texts again, in the order of table_names(): what parse_tables() reads back to the same rows.
struct PrintedTable {
  std::string name;
  std::string text;
};
std::vector<PrintedTable> print_tables(const KnowledgeTables& tables);

/// All tables in one text, for `tagdb knowledge export` and `import`:
///
///     # tagdb knowledge 1
///     [edition.csv]
///     as_of,revision,source
///     …
///     [versions.csv]
///     …
///
/// A line that begins with "[" outside quotes begins a table. Lines in errors count from the top of the
/// document.
base::Result<KnowledgeTables> parse_document(std::string_view text);
std::string print_document(const KnowledgeTables& tables);

} // namespace tagdb::windows
