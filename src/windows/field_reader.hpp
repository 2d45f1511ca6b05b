#pragma once

#include "csv.hpp"
#include <tagdb/base/error.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// Reads the fields of one record from left to right, each as what its column holds. The first field that is
/// not that makes the record bad: later calls then return placeholders, and `failure()` says column and
/// reason. So a row can be written as one braced list, in the order of its columns.
class FieldReader {
 public:
  FieldReader(const CsvRecord& record, std::span<const std::string_view> columns)
      : m_record(record), m_columns(columns) {}

  const std::optional<std::string>& failure() const { return m_failure; }
  /// Says what is wrong about the field read last, where only its meaning shows it.
  void fail(std::string_view why);

  std::string text(); ///< may be empty; no control characters
  std::string word(); ///< not empty
  bool yes_no();
  std::optional<bool> optional_yes_no();
  std::uint32_t number(); ///< 1 to 2^31 - 1
  Date date();
  std::optional<Date> optional_date();
  base::Instant instant();
  OsVersion version();
  std::optional<OsVersion> optional_version();
  Kb kb();
  std::optional<Kb> optional_kb();
  ReleaseLabel label();
  std::optional<ReleaseLabel> optional_label();
  Milestone milestone(); ///< two columns: revision and KB
  std::optional<Milestone> optional_milestone();
  std::vector<std::string> list(); ///< separated by semicolons, each not empty, none twice

  /// One of `words`, as its index.
  std::size_t choice(std::span<const std::string_view> words);

 private:
  std::string_view next();
  bool next_is_empty() const;

  const CsvRecord& m_record;
  std::span<const std::string_view> m_columns;
  std::size_t m_index = 0;
  std::optional<std::string> m_failure;
};

} // namespace tagdb::windows
