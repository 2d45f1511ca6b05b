#pragma once

#include <tagdb/query/status.hpp>

#include <string>

namespace tagdb::cli {

/// `status --format json` (cli.md section 5), with its newline.
std::string status_document(const query::Status& status);
/// `status --format text`: one screen.
std::string status_text(const query::Status& status, bool bold);

} // namespace tagdb::cli
