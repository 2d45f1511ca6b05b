#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::cli {

/// How many columns a text takes on a terminal: code points, not bytes. What comes from outside has been
/// through escape_untrusted before.
std::size_t display_width(std::string_view text);

/// The text, and spaces up to `width` columns.
std::string padded(std::string_view text, std::size_t width);

/// Breaks at spaces so that no line is wider; later lines begin with `indent` spaces.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Rows of cells under aligned columns, two spaces apart; no space at the end of a line. The first row is a
/// heading: bold where `bold`.
std::string table(const std::vector<std::vector<std::string>>& rows, bool bold);

/// One field as RFC 4180 has it.
std::string csv_field(std::string_view text);
/// One record of RFC 4180, with its CRLF.
std::string csv_record(const std::vector<std::string>& fields);

/// Rows of cells as a table of Markdown, the first one its heading. What means something to Markdown or to
/// a terminal inside a cell is escaped, so that a cell stays what it is.
std::string markdown_table(const std::vector<std::vector<std::string>>& rows);

} // namespace tagdb::cli
