#include "verify_knowledge.hpp"

#include "knowledge_tables.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/windows/knowledge_csv.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace tagdb::store {

namespace {

/// The tables in the order of windows::table_names().
constexpr std::array<std::string_view, 8> k_tables = {"knowledge_edition", "version",        "release",
                                                      "host_release",      "baseline",       "host_build",
                                                      "incident",          "release_instant"};

/// Line `number` of a text, from 1.
std::string_view line_of(std::string_view text, std::uint64_t number) {
  const auto lines = base::split(text, '\n');
  return number >= 1 && number <= lines.size() ? lines[number - 1] : std::string_view();
}

/// The line for which a file as a whole is refused as text; empty where there is none.
std::string_view unprintable_line(std::string_view text) {
  for (const auto line : base::split(text, '\n'))
    if (line.find('\0') != std::string_view::npos || !base::is_valid_utf8(line))
      return line;
  return {};
}

/// A refusal speaks of the lines of a file ("releases.csv line 12: …"); here the row itself is what helps.
Damage damage_of(const base::Error& refusal, const std::vector<windows::PrintedTable>& printed) {
  const std::string_view message = refusal.message();
  for (std::size_t i = 0; i < printed.size(); ++i) {
    const auto& table = printed[i];
    if (!message.starts_with(table.name))
      continue;
    auto rest = message.substr(table.name.size());
    constexpr std::string_view k_line = " line ";
    const auto colon = rest.find(':');
    if (rest.starts_with(k_line) && colon != std::string_view::npos)
      if (const auto number = base::parse_number(rest.substr(k_line.size(), colon - k_line.size())))
        return {"knowledge", std::string(k_tables[i]),
                base::escape_untrusted(line_of(table.text, *number)) + std::string(rest.substr(colon))};
    const std::string why(rest.substr(rest.find_first_not_of(": ")));
    const auto bytes = unprintable_line(table.text);
    return {"knowledge", std::string(k_tables[i]),
            bytes.empty() ? why : base::escape_untrusted(bytes) + ": " + why};
  }
  return {"knowledge", "the knowledge tables", std::string(message)};
}

base::Status find_misplaced(Connection& db, std::vector<Damage>& damages) {
  static constexpr const char* k_sql = R"(
    SELECT 'release', os_version, build, revision FROM release
    WHERE os_version NOT LIKE '%.' || build || '.' || revision
    UNION ALL
    SELECT 'host_release', os_version, build, revision FROM host_release
    WHERE os_version NOT LIKE '%.' || build || '.' || revision)";
  auto query = db.use(k_sql);
  for (;;) {
    TAGDB_TRY_ASSIGN(const bool row, query.step());
    if (!row)
      return {};
    damages.push_back({"knowledge", query.string(0),
                       base::escape_untrusted(query.text(1)) + ": stands under build " +
                           std::to_string(query.integer(2)) + " and revision " +
                           std::to_string(query.integer(3))});
  }
}

} // namespace

base::Status verify_knowledge(Connection& db, std::vector<Damage>& damages) {
  std::vector<UnreadableRow> unreadable;
  TAGDB_TRY_ASSIGN(const auto tables, read_what_is_sound(db, unreadable));
  for (auto& row : unreadable)
    damages.push_back({"knowledge", std::move(row.table), std::move(row.message)});
  TAGDB_TRY(find_misplaced(db, damages));
  if (!unreadable.empty())
    return {}; // what stands without its neighbours would be refused for that alone
  const auto printed = windows::print_tables(tables);
  std::vector<windows::TableText> texts;
  for (const auto& table : printed)
    texts.push_back({table.name, table.text});
  if (const auto parsed = windows::parse_tables(texts); !parsed)
    damages.push_back(damage_of(parsed.error(), printed));
  return {};
}

} // namespace tagdb::store
