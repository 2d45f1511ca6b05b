#include "knowledge_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace tagdb::windows {

namespace {

class Checker {
 public:
  Checker(const KnowledgeTables& tables, const RowLines& lines) : m_tables(tables), m_lines(lines) {
    for (const auto& row : tables.host_builds)
      m_host_builds.insert(row.build);
    for (const auto& row : tables.instants)
      m_instants.emplace(std::pair(row.date, row.label), row.released);
    for (const auto& row : tables.releases) {
      m_releases.emplace(row.version, &row);
      m_released.emplace(row.date, row.label);
    }
  }

  base::Status check() {
    TAGDB_TRY(each(Table::host_builds, m_tables.host_builds, [this](const auto& row) { return wrong(row); }));
    TAGDB_TRY(each(Table::versions, m_tables.versions, [this](const auto& row) { return wrong(row); }));
    TAGDB_TRY(each(Table::releases, m_tables.releases, [this](const auto& row) { return wrong(row); }));
    TAGDB_TRY(each(Table::instants, m_tables.instants, [this](const auto& row) { return wrong(row); }));
    TAGDB_TRY(
        each(Table::host_releases, m_tables.host_releases, [this](const auto& row) { return wrong(row); }));
    TAGDB_TRY(each(Table::baselines, m_tables.baselines, [this](const auto& row) { return wrong(row); }));
    TAGDB_TRY(each(Table::incidents, m_tables.incidents, [this](const auto& row) { return wrong(row); }));
    return {};
  }

 private:
  /// `wrong` says what is wrong with a row, or nothing where it is right.
  template <class Row, class Wrong>
  base::Status each(Table table, const std::vector<Row>& rows, Wrong wrong) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (const std::string reason = wrong(rows[i]); !reason.empty())
        return refuse_row(table, m_lines[static_cast<std::size_t>(table)][i], reason);
    return {};
  }

  std::string too_late(Date date) const {
    return date > m_tables.edition.as_of ? fmt::format("{} is after the edition's {}", format_day(date),
                                                       format_day(m_tables.edition.as_of))
                                         : std::string();
  }

  std::string wrong(const HostBuild& row) {
    return m_seen_builds.insert(row.build).second ? "" : fmt::format("build {} is there twice", row.build);
  }

  std::string wrong(const Version& row) {
    if (!m_names.insert(row.name).second)
      return fmt::format("'{}' is there twice", row.name);
    if (!m_host_builds.contains(row.build))
      return fmt::format("build {} is not in host_builds.csv", row.build);
    const auto& life = row.lifecycle;
    if (life.extended_end && !life.mainstream_end)
      return "has an extended end without a mainstream end";
    if ((life.mainstream_end && *life.mainstream_end < life.released) ||
        (life.extended_end && *life.extended_end < *life.mainstream_end))
      return "its dates are not in order: released, mainstream_end, extended_end";
    if (row.has_images() && row.floating_tags.empty())
      return "has repositories but no floating tag";
    for (const auto& repository : row.repositories)
      for (const auto& tag : row.floating_tags)
        if (!m_tags.emplace(repository, tag).second)
          return fmt::format("{}:{} is the tag of another row too", repository, tag);
    if (row.has_images())
      for (const auto& tag : row.floating_tags)
        m_image_tags.emplace(tag, row.build);
    return too_late(life.released);
  }

  std::string wrong(const ReleaseInstant& row) {
    if (!m_seen_instants.emplace(row.date, row.label).second)
      return fmt::format("{} of {} is there twice", row.label.to_string(), format_day(row.date));
    const auto hour = row.zone == "PDT" ? std::chrono::hours(17) : std::chrono::hours(18);
    if (row.instant != row.date + hour)
      return fmt::format("10:00 {} of {} is {}", row.zone, format_day(row.date),
                         base::format_rfc3339(row.date + hour));
    const bool second_tuesday =
        row.label.letter() == ReleaseLetter::b && row.date == patch_tuesday(row.label.month());
    if (row.patch_tuesday != second_tuesday)
      return fmt::format("{} is {}the second Tuesday of its month", format_day(row.date),
                         second_tuesday ? "" : "not ");
    if (row.released == true && !m_released.contains({row.date, row.label}))
      return "is said to be released, but releases.csv has no image of that date and label";
    if (row.released == false && m_released.contains({row.date, row.label}))
      return "is said not to be released, but releases.csv has an image of that date and label";
    return {};
  }

  std::string wrong(const Release& row) {
    if (m_releases.at(row.version) != &row)
      return fmt::format("{} is there twice", row.version.to_string());
    if (!m_image_tags.contains({row.floating_tag, row.version.build()}))
      return fmt::format("build {} has no images tagged '{}' in versions.csv", row.version.build(),
                         row.floating_tag);
    if (Date(row.label.month() / 1) > row.date)
      return fmt::format("its label {} is later than its date", row.label.to_string());
    if (row.superseded_by) {
      const auto by = m_releases.find(*row.superseded_by);
      if (by == m_releases.end() || by->first.build() != row.version.build() || by->first <= row.version ||
          by->second->label != row.label)
        return fmt::format("{} is no later release of the same build and label",
                           row.superseded_by->to_string());
    }
    const auto instant = m_instants.find({row.date, row.label});
    if (instant == m_instants.end() || instant->second != true)
      return fmt::format("release_instants.csv has no released {} of {}", row.label.to_string(),
                         format_day(row.date));
    return too_late(row.date);
  }

  std::string wrong(const HostRelease& row) {
    if (!m_host_releases.insert(row.version).second)
      return fmt::format("{} is there twice", row.version.to_string());
    if (!m_host_builds.contains(row.version.build()))
      return fmt::format("build {} is not in host_builds.csv", row.version.build());
    return too_late(row.date);
  }

  std::string wrong(const Baseline& row) {
    if (!m_baselines.insert(row.build).second)
      return fmt::format("build {} is there twice", row.build);
    if (!m_host_builds.contains(row.build))
      return fmt::format("build {} is not in host_builds.csv", row.build);
    const bool containers = row.container_1b.revision < row.container_superseded &&
                            row.container_superseded < row.container_after &&
                            row.container_after <= row.container_2b.revision &&
                            (!row.container_3b || row.container_2b.revision < row.container_3b->revision);
    const bool hosts =
        row.host_1b.revision <= row.host_last_before.revision &&
        row.host_last_before.revision < row.host_after && row.host_after <= row.host_2b.revision &&
        row.host_2b.revision < row.host_2c.revision && row.host_2c.revision < row.host_3b.revision;
    const bool dates = row.container_1b_date < row.container_superseded_date &&
                       row.container_superseded_date < row.container_2b_date;
    if (!containers || !hosts || !dates)
      return fmt::format("its {} are not in order", !containers ? "container revisions"
                                                    : !hosts    ? "host revisions"
                                                                : "dates");
    return {};
  }

  std::string wrong(const Incident& row) {
    if (row.to && *row.to < row.from)
      return "ends before it begins";
    if (row.repositories.empty() || row.tags.empty())
      return "names no repository, or no tag";
    if (row.pointed_at == row.should_have_been)
      return "pointed_at and should_have_been are the same";
    return too_late(row.from);
  }

  const KnowledgeTables& m_tables;
  const RowLines& m_lines;
  std::set<std::uint32_t> m_host_builds, m_seen_builds, m_baselines;
  std::set<std::string> m_names;
  std::set<std::pair<std::string, std::string>> m_tags;
  std::set<std::pair<std::string, std::uint32_t>> m_image_tags;
  std::set<std::pair<Date, ReleaseLabel>> m_released, m_seen_instants;
  std::map<std::pair<Date, ReleaseLabel>, std::optional<bool>> m_instants;
  std::map<OsVersion, const Release*> m_releases;
  std::set<OsVersion> m_host_releases;
};

} // namespace

base::Status check_tables(const KnowledgeTables& tables, const RowLines& lines) {
  return Checker(tables, lines).check();
}

} // namespace tagdb::windows
