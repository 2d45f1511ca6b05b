#pragma once

#include <tagdb/query/releases.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace tagdb::cli {

/// `releases --format text`: the table, how long the rows' products are supported, and how the cells are
/// known. Where it would be wider than `width` it is broken into blocks of columns, one below the other;
/// without a width it never is.
std::string releases_text(const query::Releases& answer, std::optional<std::size_t> width, bool bold);

/// The table alone, cells as "10.0.17763.1040 (KB4546852)".
std::string releases_csv(const query::Releases& answer);
/// As the documentation has it: one row a product with its tag, the days in the heading.
std::string releases_markdown(const query::Releases& answer);

/// cli.md section 5, with its newline.
std::string releases_document(const query::Releases& answer);

/// "reference as of 2026-09-08, 11 days old"
std::string edition_for_people(const windows::KnowledgeEdition& edition, base::Instant now);

} // namespace tagdb::cli
