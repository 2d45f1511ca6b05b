#include "knowledge_formats.hpp"
#include <tagdb/windows/knowledge_csv.hpp>
#include <tagdb/windows/knowledge_diff.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

namespace tagdb::windows {

namespace {

// The keys of the tables, as knowledge_rows.hpp names them.
std::string key_of(const KnowledgeEdition&) {
  return {}; // there is one
}
std::string key_of(const Version& row) {
  return row.name;
}
std::string key_of(const Release& row) {
  return row.version.to_string();
}
std::string key_of(const HostRelease& row) {
  return row.version.to_string();
}
std::string key_of(const Baseline& row) {
  return std::to_string(row.build);
}
std::string key_of(const HostBuild& row) {
  return std::to_string(row.build);
}
std::string key_of(const Incident& row) {
  return fmt::format("{} {} {} {} {}", format_day(row.from), fmt::join(row.repositories, ";"),
                     fmt::join(row.tags, ";"), row.kind, row.pointed_at.to_string());
}
std::string key_of(const ReleaseInstant& row) {
  return format_day(row.date) + " " + row.label.to_string();
}

template <class Row>
TableChange compare(std::string_view name, std::span<const Row> before, std::span<const Row> after) {
  TableChange change{std::string(name), after.size(), 0, 0, 0};
  std::map<std::string, Fields> old;
  for (const auto& row : before)
    old.emplace(key_of(row), Format<Row>::write(row));
  for (const auto& row : after) {
    const auto known = old.find(key_of(row));
    if (known == old.end()) {
      ++change.added;
      continue;
    }
    if (known->second != Format<Row>::write(row))
      ++change.changed;
    old.erase(known);
  }
  change.removed = old.size();
  return change;
}

template <class Row, class DateOf>
TableSize size_of(std::string_view name, const std::vector<Row>& rows, DateOf date_of) {
  TableSize size{std::string(name), rows.size(), {}, {}};
  for (const auto& row : rows) {
    const Date date = date_of(row);
    size.first = std::min(size.first.value_or(date), date);
    size.last = std::max(size.last.value_or(date), date);
  }
  return size;
}

} // namespace

std::vector<TableSize> table_sizes(const KnowledgeTables& tables) {
  const auto names = table_names();
  const auto date = [](const auto& row) { return row.date; };
  return {
      {std::string(names[0]), 1, tables.edition.as_of, tables.edition.as_of},
      size_of(names[1], tables.versions, [](const Version& row) { return row.lifecycle.released; }),
      size_of(names[2], tables.releases, date),
      size_of(names[3], tables.host_releases, date),
      size_of(names[4], tables.baselines, [](const Baseline& row) { return row.container_2b_date; }),
      {std::string(names[5]), tables.host_builds.size(), {}, {}},
      size_of(names[6], tables.incidents, [](const Incident& row) { return row.from; }),
      size_of(names[7], tables.instants, date),
  };
}

std::vector<TableChange> compare_tables(const KnowledgeTables& before, const KnowledgeTables& after) {
  const auto names = table_names();
  return {
      compare<KnowledgeEdition>(names[0], {&before.edition, 1}, {&after.edition, 1}),
      compare<Version>(names[1], before.versions, after.versions),
      compare<Release>(names[2], before.releases, after.releases),
      compare<HostRelease>(names[3], before.host_releases, after.host_releases),
      compare<Baseline>(names[4], before.baselines, after.baselines),
      compare<HostBuild>(names[5], before.host_builds, after.host_builds),
      compare<Incident>(names[6], before.incidents, after.incidents),
      compare<ReleaseInstant>(names[7], before.instants, after.instants),
  };
}

} // namespace tagdb::windows
