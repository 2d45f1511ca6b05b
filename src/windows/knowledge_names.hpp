#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace tagdb::windows {

// Words of the reference tables, each list in the order of the enumeration it spells.
inline constexpr std::array<std::string_view, 3> k_channels = {"LTSC", "SAC", "AC"};
inline constexpr std::array<std::string_view, 5> k_host_release_types = {"Standard", "Preview", "Out-of-band",
                                                                         "Hotpatch", "Hotpatch-OOB"};

enum class Table : std::size_t {
  edition,
  versions,
  releases,
  host_releases,
  baselines,
  host_builds,
  incidents,
  instants
};
inline constexpr std::array<std::string_view, 8> k_tables = {
    "edition.csv",          "versions.csv",    "releases.csv",  "host_releases.csv",
    "baseline_2020_2b.csv", "host_builds.csv", "incidents.csv", "release_instants.csv"};

/// For each table the line of each row: where a complaint points.
using RowLines = std::array<std::vector<std::size_t>, k_tables.size()>;

} // namespace tagdb::windows
