#pragma once

#include <tagdb/query/identify.hpp>

#include <string>

namespace tagdb::cli {

/// `identify --format json` (cli.md section 5), with its newline.
std::string identification_document(const query::Identification& answer);
/// The same for people.
std::string identification_text(const query::Identification& answer);

} // namespace tagdb::cli
