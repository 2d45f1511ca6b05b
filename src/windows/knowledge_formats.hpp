#pragma once

#include "field_reader.hpp"
#include "knowledge_names.hpp"
#include <tagdb/windows/knowledge_rows.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

using Fields = std::vector<std::string>;

/// One table: its columns, how a row is read and how it is written. The three stand together, so that a new
/// column is one edit in one place; read() takes the fields in the order of the columns.
template <class Row>
struct Format;

template <>
struct Format<KnowledgeEdition> {
  static constexpr std::array<std::string_view, 3> columns = {"as_of", "revision", "source"};
  static KnowledgeEdition read(FieldReader& in) { return {in.date(), in.number(), in.word()}; }
  static Fields write(const KnowledgeEdition& row);
};

template <>
struct Format<Version> {
  static constexpr std::array<std::string_view, 10> columns = {
      "name",           "floating_tags", "build", "channel", "released",
      "mainstream_end", "extended_end",  "repos", "source",  "note"};
  static Version read(FieldReader& in);
  static Fields write(const Version& row);
};

template <>
struct Format<Release> {
  static constexpr std::array<std::string_view, 9> columns = {"release_date", "label",         "channel",
                                                              "floating_tag", "os_version",    "kb",
                                                              "out_of_band",  "superseded_by", "source"};
  static Release read(FieldReader& in);
  static Fields write(const Release& row);
};

template <>
struct Format<HostRelease> {
  static constexpr std::array<std::string_view, 7> columns = {"os_version", "release_date", "kb",    "type",
                                                              "b_label",    "sku",          "source"};
  static HostRelease read(FieldReader& in);
  static Fields write(const HostRelease& row);
};

template <>
struct Format<Baseline> {
  static constexpr std::array<std::string_view, 27> columns = {"build",
                                                               "name",
                                                               "container_1b_rev",
                                                               "container_1b_kb",
                                                               "container_1b_date",
                                                               "container_feb11_rev_superseded",
                                                               "container_feb11_date",
                                                               "container_2b_rev",
                                                               "container_2b_kb",
                                                               "container_2b_date",
                                                               "container_3b_rev",
                                                               "container_3b_kb",
                                                               "host_1b_rev",
                                                               "host_1b_kb",
                                                               "host_last_before_rev",
                                                               "host_last_before_kb",
                                                               "host_2b_rev",
                                                               "host_2b_kb",
                                                               "host_2b_date",
                                                               "host_2c_rev",
                                                               "host_2c_kb",
                                                               "host_3b_rev",
                                                               "host_3b_kb",
                                                               "container_after_min_rev",
                                                               "host_after_min_rev",
                                                               "source",
                                                               "note"};
  static Baseline read(FieldReader& in);
  static Fields write(const Baseline& row);
};

template <>
struct Format<HostBuild> {
  static constexpr std::array<std::string_view, 5> columns = {"build", "server_name", "client_name", "sku",
                                                              "source"};
  static HostBuild read(FieldReader& in);
  static Fields write(const HostBuild& row);
};

template <>
struct Format<Incident> {
  static constexpr std::array<std::string_view, 9> columns = {
      "from", "to", "repository", "tags", "kind", "pointed_at", "should_have_been", "source", "note"};
  static Incident read(FieldReader& in);
  static Fields write(const Incident& row);
};

template <>
struct Format<ReleaseInstant> {
  static constexpr std::array<std::string_view, 7> columns = {"date",          "label",    "instant", "zone",
                                                              "patch_tuesday", "released", "source"};
  static ReleaseInstant read(FieldReader& in);
  static Fields write(const ReleaseInstant& row);
};

} // namespace tagdb::windows
