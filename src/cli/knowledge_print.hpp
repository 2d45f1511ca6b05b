#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/windows/knowledge_diff.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tagdb::cli {

/// `knowledge show`.
struct KnowledgeView {
  base::Instant now;
  windows::KnowledgeEdition edition;
  windows::KnowledgeEdition built_in; ///< what this program itself brings
  std::string database;               ///< where it was read; empty: from the program
  std::vector<windows::TableSize> tables;
};
std::string knowledge_text(const KnowledgeView& view, bool bold);
std::string knowledge_document(const KnowledgeView& view);

/// `knowledge import`.
struct KnowledgeImport {
  base::Instant now;
  std::string database;
  windows::KnowledgeEdition before, after;
  std::vector<windows::TableChange> changes;
};
std::string import_text(const KnowledgeImport& report, bool bold);
std::string import_document(const KnowledgeImport& report);

/// `knowledge export FILE --format json`.
std::string export_document(base::Instant now, const windows::KnowledgeEdition& edition,
                            const std::string& file, std::uint64_t bytes,
                            const std::vector<windows::TableSize>& tables);

} // namespace tagdb::cli
