#pragma once

#include "sqlite.hpp"
#include <tagdb/base/error.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::store {

/// Reads the columns of a row from left to right, each as what it holds. The first that is not that fails the
/// row: later calls return placeholders, and failure() says what was wrong. So a row is one braced list.
class RowReader {
 public:
  explicit RowReader(const Query& row) : m_row(row) {}

  const std::optional<base::Error>& failure() const { return m_failure; }

  std::string text();
  std::uint32_t number();
  bool flag();
  std::optional<bool> optional_flag();
  windows::Date date();
  std::optional<windows::Date> optional_date();
  base::Instant instant();
  windows::OsVersion version();
  std::optional<windows::OsVersion> optional_version();
  std::optional<windows::Kb> optional_kb();
  windows::ReleaseLabel label();
  std::optional<windows::ReleaseLabel> optional_label();
  windows::Milestone milestone(); ///< two columns: revision and KB
  std::optional<windows::Milestone> optional_milestone();
  std::vector<std::string> list(); ///< separated by semicolons
  windows::Channel channel();
  windows::HostReleaseType host_release_type();
  std::pair<bool, bool> sku(); ///< client, server

 private:
  int next() { return m_column++; }
  bool skip_null();
  void fail(std::string_view what, std::string_view value);

  const Query& m_row;
  int m_column = 0;
  std::optional<base::Error> m_failure;
};

/// Binds the values of a row from left to right and keeps what it had to print until the statement ran.
class RowBinder {
 public:
  explicit RowBinder(Query& query) : m_query(query) {}

  RowBinder& operator<<(const std::string& text);
  RowBinder& operator<<(std::string_view text);
  RowBinder& operator<<(std::uint32_t number);
  RowBinder& operator<<(bool flag);
  RowBinder& operator<<(windows::Date date);
  RowBinder& operator<<(const windows::OsVersion& version);
  RowBinder& operator<<(const windows::Kb& kb);
  RowBinder& operator<<(const windows::ReleaseLabel& label);
  RowBinder& operator<<(const windows::Milestone& milestone); ///< two columns
  RowBinder& operator<<(const std::optional<windows::Milestone>& milestone);
  RowBinder& operator<<(const std::vector<std::string>& list);
  template <class T>
  RowBinder& operator<<(const std::optional<T>& value) {
    if (value)
      return *this << *value;
    m_query.bind_null();
    return *this;
  }
  /// By name: a day turns into an instant by itself, and would be written as one.
  RowBinder& instant(base::Instant instant);

 private:
  RowBinder& keep(std::string text);

  Query& m_query;
  std::deque<std::string> m_kept; ///< does not move what it holds
};

/// One table: its columns as read() and write() take them, the same list for both.
template <class Row>
struct Columns;

template <>
struct Columns<windows::KnowledgeEdition> {
  static windows::KnowledgeEdition read(RowReader& in);
  static void write(RowBinder& out, const windows::KnowledgeEdition& row);
};
template <>
struct Columns<windows::Version> {
  static windows::Version read(RowReader& in);
  static void write(RowBinder& out, const windows::Version& row);
};
template <>
struct Columns<windows::Release> {
  static windows::Release read(RowReader& in);
  static void write(RowBinder& out, const windows::Release& row);
};
template <>
struct Columns<windows::HostRelease> {
  static windows::HostRelease read(RowReader& in);
  static void write(RowBinder& out, const windows::HostRelease& row);
};
template <>
struct Columns<windows::Baseline> {
  static windows::Baseline read(RowReader& in);
  static void write(RowBinder& out, const windows::Baseline& row);
};
template <>
struct Columns<windows::HostBuild> {
  static windows::HostBuild read(RowReader& in);
  static void write(RowBinder& out, const windows::HostBuild& row);
};
template <>
struct Columns<windows::Incident> {
  static windows::Incident read(RowReader& in);
  static void write(RowBinder& out, const windows::Incident& row);
};
template <>
struct Columns<windows::ReleaseInstant> {
  static windows::ReleaseInstant read(RowReader& in);
  static void write(RowBinder& out, const windows::ReleaseInstant& row);
};

// The columns in the order of Columns<Row>.
#define TAGDB_EDITION_COLUMNS "as_of, revision, source"
#define TAGDB_VERSION_COLUMNS                                                                                \
  "name, floating_tags, build, channel, released, mainstream_end, extended_end, repos, source, note"
#define TAGDB_RELEASE_COLUMNS                                                                                \
  "release_date, label, channel, floating_tag, os_version, kb, out_of_band, superseded_by, source"
#define TAGDB_HOST_RELEASE_COLUMNS "os_version, release_date, kb, type, b_label, sku, source"
#define TAGDB_BASELINE_COLUMNS                                                                               \
  "build, name, container_1b_rev, container_1b_kb, container_1b_date, container_feb11_rev_superseded, "      \
  "container_feb11_date, container_2b_rev, container_2b_kb, container_2b_date, container_3b_rev, "           \
  "container_3b_kb, host_1b_rev, host_1b_kb, host_last_before_rev, host_last_before_kb, host_2b_rev, "       \
  "host_2b_kb, host_2b_date, host_2c_rev, host_2c_kb, host_3b_rev, host_3b_kb, container_after_min_rev, "    \
  "host_after_min_rev, source, note"
#define TAGDB_HOST_BUILD_COLUMNS "build, server_name, client_name, sku, source"
#define TAGDB_INCIDENT_COLUMNS                                                                               \
  "from_day, to_day, repository, tags, kind, pointed_at, should_have_been, source, note"
#define TAGDB_INSTANT_COLUMNS "date, label, instant, zone, patch_tuesday, released, source"

} // namespace tagdb::store
