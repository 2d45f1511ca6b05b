#include "csv.hpp"
#include "field_reader.hpp"
#include "knowledge_check.hpp"
#include "knowledge_formats.hpp"
#include "knowledge_names.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/windows/knowledge_csv.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace tagdb::windows {

namespace {

constexpr std::string_view k_document_head = "# tagdb knowledge 1";

base::Error refuse_table(Table table, std::string_view why) {
  return {base::ErrorKind::usage, fmt::format("{}: {}", k_tables[static_cast<std::size_t>(table)], why)};
}

template <class Row>
base::Result<std::vector<Row>> read_table(Table table, const TableText& text, RowLines& lines) {
  constexpr auto& columns = Format<Row>::columns;
  auto records = parse_csv(text.text, text.first_line);
  if (!records)
    return base::Error(base::ErrorKind::usage, fmt::format("{} {}", k_tables[static_cast<std::size_t>(table)],
                                                           records.error().message()));
  const auto fits = [&](const CsvRecord& record) { return record.fields.size() == columns.size(); };
  if (records->empty() || !fits(records->front()) ||
      !std::equal(columns.begin(), columns.end(), records->front().fields.begin()))
    return refuse_row(table, records->empty() ? text.first_line : records->front().line,
                      fmt::format("the columns must be {}", fmt::join(columns, ",")));
  std::vector<Row> rows;
  rows.reserve(records->size() - 1);
  for (std::size_t i = 1; i < records->size(); ++i) {
    const auto& record = (*records)[i];
    if (!fits(record))
      return refuse_row(table, record.line,
                        fmt::format("{} fields instead of {}", record.fields.size(), columns.size()));
    FieldReader in(record, columns);
    rows.push_back(Format<Row>::read(in));
    if (in.failure())
      return refuse_row(table, record.line, *in.failure());
    lines[static_cast<std::size_t>(table)].push_back(record.line);
  }
  if (rows.empty() && table != Table::incidents)
    return refuse_table(table, "has no rows");
  return rows;
}

/// The text of each table, in the order of k_tables.
using Texts = std::array<std::optional<TableText>, k_tables.size()>;

base::Result<Texts> sort_out(std::span<const TableText> texts) {
  Texts sorted;
  for (const auto& text : texts) {
    const auto* found = std::find(k_tables.begin(), k_tables.end(), text.name);
    if (found == k_tables.end())
      return base::Error(base::ErrorKind::usage,
                         fmt::format("line {}: no table is called '{}'", text.first_line,
                                     base::escape_untrusted(text.name)));
    auto& place = sorted[static_cast<std::size_t>(found - k_tables.begin())];
    if (place)
      return base::Error(base::ErrorKind::usage,
                         fmt::format("line {}: {} is there twice", text.first_line, *found));
    place = text;
  }
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (!sorted[i])
      return base::Error(base::ErrorKind::usage, fmt::format("{} is missing", k_tables[i]));
  return sorted;
}

template <class Row>
PrintedTable print_table(Table table, std::span<const Row> rows) {
  PrintedTable printed{std::string(k_tables[static_cast<std::size_t>(table)]), {}};
  printed.text = fmt::format("{}\n", fmt::join(Format<Row>::columns, ","));
  for (const auto& row : rows) {
    const auto fields = Format<Row>::write(row);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0)
        printed.text += ',';
      append_csv_field(printed.text, fields[i]);
    }
    printed.text += '\n';
  }
  return printed;
}

/// The next line of `text` from `at`, with its line end, stepping over line ends inside quotes.
std::string_view take_line(std::string_view text, std::size_t at) {
  bool quoted = false;
  for (auto i = at; i < text.size(); ++i) {
    if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == '\n' && !quoted)
      return text.substr(at, i + 1 - at);
  }
  return text.substr(at);
}

} // namespace

base::Error refuse_row(Table table, std::size_t line, std::string_view why) {
  return {base::ErrorKind::usage,
          fmt::format("{} line {}: {}", k_tables[static_cast<std::size_t>(table)], line, why)};
}

std::span<const std::string_view> table_names() {
  return k_tables;
}

namespace {

base::Result<KnowledgeEdition> read_edition(const TableText& text, RowLines& lines) {
  TAGDB_TRY_ASSIGN(auto editions, read_table<KnowledgeEdition>(Table::edition, text, lines));
  if (editions.size() != 1)
    return refuse_row(Table::edition, lines[0][1], "there is one edition only");
  return std::move(editions.front());
}

} // namespace

base::Result<KnowledgeTables> parse_tables(std::span<const TableText> unsorted) {
  TAGDB_TRY_ASSIGN(const auto texts, sort_out(unsorted));
  const auto text = [&](Table table) -> const TableText& { return *texts[static_cast<std::size_t>(table)]; };
  KnowledgeTables tables;
  RowLines lines;
  TAGDB_TRY_ASSIGN(tables.edition, read_edition(text(Table::edition), lines));
  const auto read = [&]<class Row>(Table table, std::vector<Row>& rows) -> base::Status {
    TAGDB_TRY_ASSIGN(rows, read_table<Row>(table, text(table), lines));
    return {};
  };
  TAGDB_TRY(read(Table::versions, tables.versions));
  TAGDB_TRY(read(Table::releases, tables.releases));
  TAGDB_TRY(read(Table::host_releases, tables.host_releases));
  TAGDB_TRY(read(Table::baselines, tables.baselines));
  TAGDB_TRY(read(Table::host_builds, tables.host_builds));
  TAGDB_TRY(read(Table::incidents, tables.incidents));
  TAGDB_TRY(read(Table::instants, tables.instants));
  TAGDB_TRY(check_tables(tables, lines));
  return tables;
}

base::Result<KnowledgeEdition> parse_edition(std::string_view text) {
  RowLines lines;
  return read_edition({k_tables[static_cast<std::size_t>(Table::edition)], text}, lines);
}

base::Result<std::vector<Release>> parse_releases(std::string_view text) {
  RowLines lines;
  return read_table<Release>(Table::releases, {k_tables[static_cast<std::size_t>(Table::releases)], text},
                             lines);
}

std::vector<PrintedTable> print_tables(const KnowledgeTables& tables) {
  std::vector<PrintedTable> printed;
  printed.push_back(print_table<KnowledgeEdition>(Table::edition, {&tables.edition, 1}));
  printed.push_back(print_table<Version>(Table::versions, tables.versions));
  printed.push_back(print_table<Release>(Table::releases, tables.releases));
  printed.push_back(print_table<HostRelease>(Table::host_releases, tables.host_releases));
  printed.push_back(print_table<Baseline>(Table::baselines, tables.baselines));
  printed.push_back(print_table<HostBuild>(Table::host_builds, tables.host_builds));
  printed.push_back(print_table<Incident>(Table::incidents, tables.incidents));
  printed.push_back(print_table<ReleaseInstant>(Table::instants, tables.instants));
  return printed;
}

base::Result<KnowledgeTables> parse_document(std::string_view text) {
  const auto head = take_line(text, 0);
  if (base::trim(head) != k_document_head)
    return base::Error(base::ErrorKind::usage,
                       fmt::format("line 1: the first line is not '{}'", k_document_head),
                       "`tagdb knowledge export` writes such a file");
  std::vector<TableText> tables;
  std::size_t at = head.size();
  std::size_t number = 1;
  while (at < text.size()) {
    const auto line = take_line(text, at);
    ++number;
    const auto trimmed = base::trim(line);
    if (trimmed.starts_with('[') && trimmed.ends_with(']'))
      tables.push_back({trimmed.substr(1, trimmed.size() - 2), text.substr(at + line.size(), 0), number + 1});
    else if (!tables.empty())
      tables.back().text = {tables.back().text.data(), tables.back().text.size() + line.size()};
    else if (!trimmed.empty())
      return base::Error(base::ErrorKind::usage, fmt::format("line {}: text before the first table", number));
    at += line.size();
    number += static_cast<std::size_t>(std::count(line.begin(), line.end(), '\n'));
    number -= line.ends_with('\n') ? 1 : 0;
  }
  return parse_tables(tables);
}

std::string print_document(const KnowledgeTables& tables) {
  std::string document(k_document_head);
  document += '\n';
  for (const auto& table : print_tables(tables))
    document += fmt::format("[{}]\n{}\n", table.name, table.text);
  return document;
}

} // namespace tagdb::windows
