#include "table.hpp"

#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

/// Longer than anything of ours.
constexpr std::size_t k_cell_bytes = 1000;

} // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string cell(text);
  const auto used = display_width(text);
  if (used < width)
    cell.append(width - used, ' ');
  return cell;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string result;
  std::size_t column = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (column > indent && column + 1 + display_width(word) > width) {
      result += '\n';
      result.append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += display_width(word);
  }
  return result;
}

std::string table(const std::vector<std::vector<std::string>>& rows, bool bold) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == widths.size())
        widths.push_back(0);
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += (i == 0 ? "" : "  ") + padded(row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    const bool heading = bold && &row == &rows.front();
    text += heading ? "\033[1m" + line + "\033[0m\n" : line + "\n";
  }
  return text;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos)
    return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"')
      quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_record(const std::vector<std::string>& fields) {
  std::string record;
  for (const auto& field : fields)
    record += (&field == &fields.front() ? "" : ",") + csv_field(field);
  return record + "\r\n";
}

namespace {

std::string markdown_cell(std::string_view text) {
  std::string cell;
  // A backslash of escape_untrusted is none of Markdown's.
  for (const char c : base::escape_untrusted(text, k_cell_bytes)) {
    if (std::string_view("\\|`*[]<>").find(c) != std::string_view::npos)
      cell += '\\';
    cell += c;
  }
  return cell;
}

} // namespace

std::string markdown_table(const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  for (const auto& row : rows) {
    text += '|';
    for (const auto& cell : row)
      text += ' ' + markdown_cell(cell) + " |";
    text += '\n';
    if (&row != &rows.front())
      continue;
    text += '|';
    for (std::size_t i = 0; i < row.size(); ++i)
      text += "---|";
    text += '\n';
  }
  return text;
}

} // namespace tagdb::cli
