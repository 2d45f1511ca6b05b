#pragma once

#include <tagdb/base/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// One record of a CSV text, with the line on which it begins.
struct CsvRecord {
  std::size_t line = 1;
  std::vector<std::string> fields;
};

/// What a CSV text may cost; refused before it is held.
struct CsvLimits {
  std::size_t max_bytes = 16u << 20;
  std::size_t max_records = 200'000;
  std::size_t max_fields = 64;
};

/// Reads RFC 4180: comma, double quotes, quotes doubled inside them, lines ended by LF or CRLF (the last one
/// may lack it), line breaks inside quotes. Must be UTF-8 without NUL; a byte order mark is skipped, as is an
/// empty line. Stricter than most readers, for a table is data: a quote inside a bare field, text after a
/// closing quote and an open quote at the end are refused, with the line. `first_line` is the number of the
/// text's first line.
base::Result<std::vector<CsvRecord>> parse_csv(std::string_view text, std::size_t first_line = 1,
                                               CsvLimits limits = {});

/// Appends a field, quoted where it must be.
void append_csv_field(std::string& out, std::string_view field);

} // namespace tagdb::windows
