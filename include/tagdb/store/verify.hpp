#pragma once

#include <tagdb/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagdb::store {

/// One thing that is wrong with a database.
struct Damage {
  std::string what;  ///< "content", "span", "integrity", "foreignKey", "check", "migration",
                     ///< "knowledge"
  std::string where; ///< a digest, a tag, a table
  std::string message;
};

struct VerifyReport {
  std::uint64_t contents = 0; ///< contents re-hashed
  std::uint64_t bytes = 0;
  std::uint64_t spans = 0;
  std::vector<Damage> damages; ///< empty: sound
};

/// Checks a database from end to end without changing it: SQLite's integrity check, foreign keys, every
/// content against its digest, spans that overlap or run backwards within one observer, migrations against
/// the embedded ones, the knowledge against the rules of an import. Failure: it could not be opened or read
/// at all.
base::Result<VerifyReport> verify_database(const std::filesystem::path& path);

} // namespace tagdb::store
