#include "knowledge_print.hpp"

#include "documents.hpp"
#include "releases_print.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

constexpr std::size_t k_path_bytes = 1000;
constexpr std::size_t k_width = 100;
constexpr std::size_t k_indent = 10; // of what stands beside a word

std::string day_or_nothing(const std::optional<windows::Date>& day) {
  return day ? windows::format_day(*day) : std::string();
}

std::string edition_name(const windows::KnowledgeEdition& edition) {
  return windows::format_day(edition.as_of) + " revision " + std::to_string(edition.revision);
}

bool is_same(const windows::KnowledgeEdition& a, const windows::KnowledgeEdition& b) {
  return a.as_of == b.as_of && a.revision == b.revision;
}

/// "releases" of "releases.csv".
std::string table_name(const std::string& file) {
  return file.substr(0, file.rfind(".csv"));
}

void write_day(base::JsonWriter& json, std::string_view key, const std::optional<windows::Date>& day) {
  json.key(key);
  if (day)
    json.value(windows::format_day(*day));
  else
    json.null();
}

void write_edition(base::JsonWriter& json, std::string_view key, const windows::KnowledgeEdition& edition) {
  json.key(key).begin_object();
  json.member("asOf", windows::format_day(edition.as_of));
  json.member("revision", static_cast<std::int64_t>(edition.revision));
  json.member("source", edition.source).end_object();
}

void write_tables(base::JsonWriter& json, const std::vector<windows::TableSize>& tables) {
  json.key("items").begin_array();
  for (const auto& size : tables) {
    json.begin_object().member("table", table_name(size.name));
    json.member("rows", static_cast<std::uint64_t>(size.rows));
    write_day(json, "first", size.first);
    write_day(json, "last", size.last);
    json.end_object();
  }
  json.end_array();
}

} // namespace

std::string knowledge_text(const KnowledgeView& view, bool bold) {
  std::string text = edition_for_people(view.edition, view.now) + "\n";
  text += "edition   " + edition_name(view.edition) + "\n";
  text += "from      " +
          (view.database.empty() ? "this program" : base::escape_untrusted(view.database, k_path_bytes));
  if (!view.database.empty())
    text += is_same(view.edition, view.built_in) ? "; this program has the same edition"
                                                 : "; this program has " + edition_name(view.built_in);
  text += "\nsource    " +
          wrapped(base::escape_untrusted(view.edition.source, k_path_bytes), k_width, k_indent) + "\n\n";
  std::vector<std::vector<std::string>> rows{{"TABLE", "ROWS", "FIRST", "LAST"}};
  for (const auto& size : view.tables)
    rows.push_back({table_name(size.name), std::to_string(size.rows), day_or_nothing(size.first),
                    day_or_nothing(size.last)});
  return text + table(rows, bold);
}

std::string knowledge_document(const KnowledgeView& view) {
  base::JsonWriter json;
  begin_document(json, view.now);
  write_edition(json, "edition", view.edition);
  json.member("age", std::max<std::int64_t>((view.now - base::Instant(view.edition.as_of)).count(), 0));
  json.member("origin", view.database.empty() ? "builtIn" : "database");
  write_known(json, "database", view.database);
  write_edition(json, "builtIn", view.built_in);
  write_tables(json, view.tables);
  json.end_object();
  return json.text() + "\n";
}

std::string import_text(const KnowledgeImport& report, bool bold) {
  std::string text = base::escape_untrusted(report.database, k_path_bytes) + "\n";
  text += is_same(report.before, report.after)
              ? "edition " + edition_name(report.after) + "\n"
              : "edition " + edition_name(report.before) + " -> " + edition_name(report.after) + "\n";
  if (std::none_of(report.changes.begin(), report.changes.end(), [](const auto& one) { return one.any(); }))
    return text + "nothing changed: these rows were there already\n";
  std::vector<std::vector<std::string>> rows{{"TABLE", "ADDED", "REMOVED", "CHANGED", "ROWS NOW"}};
  for (const auto& change : report.changes)
    if (change.any())
      rows.push_back({table_name(change.name), std::to_string(change.added), std::to_string(change.removed),
                      std::to_string(change.changed), std::to_string(change.rows)});
  return text + "\n" + table(rows, bold);
}

std::string import_document(const KnowledgeImport& report) {
  base::JsonWriter json;
  begin_document(json, report.now);
  json.member("outcome", "complete").member("database", report.database);
  write_edition(json, "before", report.before);
  write_edition(json, "edition", report.after);
  json.key("items").begin_array();
  for (const auto& change : report.changes)
    json.begin_object()
        .member("table", table_name(change.name))
        .member("rows", static_cast<std::uint64_t>(change.rows))
        .member("added", static_cast<std::uint64_t>(change.added))
        .member("removed", static_cast<std::uint64_t>(change.removed))
        .member("changed", static_cast<std::uint64_t>(change.changed))
        .end_object();
  json.end_array();
  json.key("failures").begin_array().end_array();
  json.end_object();
  return json.text() + "\n";
}

std::string export_document(base::Instant now, const windows::KnowledgeEdition& edition,
                            const std::string& file, std::uint64_t bytes,
                            const std::vector<windows::TableSize>& tables) {
  base::JsonWriter json;
  begin_document(json, now);
  json.member("outcome", "complete").member("file", file).member("bytes", bytes);
  write_edition(json, "edition", edition);
  write_tables(json, tables);
  json.key("failures").begin_array().end_array();
  json.end_object();
  return json.text() + "\n";
}

} // namespace tagdb::cli
