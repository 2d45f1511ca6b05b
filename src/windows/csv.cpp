#include "csv.hpp"

#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <utility>

namespace tagdb::windows {

namespace {

base::Error refused(std::size_t line, std::string_view why) {
  return {base::ErrorKind::usage, fmt::format("line {}: {}", line, why)};
}

class Reader {
 public:
  Reader(std::string_view text, std::size_t first_line, CsvLimits limits)
      : m_text(text), m_line(first_line), m_limits(limits) {}

  base::Result<std::vector<CsvRecord>> read() {
    std::vector<CsvRecord> records;
    while (m_at < m_text.size()) {
      if (take_line_end())
        continue;
      if (records.size() == m_limits.max_records)
        return refused(m_line, fmt::format("more than {} records", m_limits.max_records));
      TAGDB_TRY_ASSIGN(auto record, read_record());
      records.push_back(std::move(record));
    }
    return records;
  }

 private:
  bool at_line_end() const {
    return m_at == m_text.size() || m_text[m_at] == '\n' || m_text.substr(m_at, 2) == "\r\n";
  }
  bool take_line_end() {
    if (m_at == m_text.size() || !at_line_end())
      return false;
    m_at += m_text[m_at] == '\r' ? 2 : 1;
    ++m_line;
    return true;
  }

  base::Result<CsvRecord> read_record() {
    CsvRecord record;
    record.line = m_line;
    for (;;) {
      if (record.fields.size() == m_limits.max_fields)
        return refused(m_line, fmt::format("more than {} fields", m_limits.max_fields));
      const bool quoted = m_at < m_text.size() && m_text[m_at] == '"';
      TAGDB_TRY_ASSIGN(auto field, quoted ? read_quoted() : read_bare());
      record.fields.push_back(std::move(field));
      if (at_line_end()) {
        take_line_end();
        return record;
      }
      if (m_text[m_at] != ',')
        return refused(m_line,
                       quoted ? "text after a closing quote" : "a carriage return without a line feed");
      ++m_at;
    }
  }

  base::Result<std::string> read_bare() {
    const auto begin = m_at;
    while (!at_line_end() && m_text[m_at] != ',' && m_text[m_at] != '\r') {
      if (m_text[m_at] == '"')
        return refused(m_line, "a quote inside a field without quotes");
      ++m_at;
    }
    return std::string(m_text.substr(begin, m_at - begin));
  }

  base::Result<std::string> read_quoted() {
    const auto opened = m_line;
    std::string field;
    for (++m_at; m_at < m_text.size(); ++m_at) {
      if (m_text[m_at] == '"') {
        ++m_at;
        if (m_at == m_text.size() || m_text[m_at] != '"')
          return field;
      }
      if (m_text[m_at] == '\n')
        ++m_line;
      field += m_text[m_at];
    }
    return refused(opened, "a quote that is never closed");
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  std::size_t m_line;
  CsvLimits m_limits;
};

} // namespace

base::Result<std::vector<CsvRecord>> parse_csv(std::string_view text, std::size_t first_line,
                                               CsvLimits limits) {
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  if (text.size() > limits.max_bytes)
    return base::Error(base::ErrorKind::usage, fmt::format("is larger than {} bytes", limits.max_bytes));
  if (!base::is_valid_utf8(text) || text.find('\0') != std::string_view::npos)
    return base::Error(base::ErrorKind::usage, "is not UTF-8 text");
  if (text.starts_with(k_byte_order_mark))
    text.remove_prefix(k_byte_order_mark.size());
  return Reader(text, first_line, limits).read();
}

void append_csv_field(std::string& out, std::string_view field) {
  // A bare field that begins with "[" would pass for the head of a table in a document of several.
  if (field.find_first_of(",\"\r\n") == std::string_view::npos && !field.starts_with('[')) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"')
      out += '"';
    out += c;
  }
  out += '"';
}

} // namespace tagdb::windows
