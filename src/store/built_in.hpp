#pragma once

#include "sqlite.hpp"
#include <tagdb/base/result.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

#include <memory>

namespace tagdb::store {

// The knowledge that is compiled in: schema/reference. Failure is a fault of the build (internal).

/// Which edition it is, without reading the rest.
base::Result<windows::KnowledgeEdition> built_in_edition();
/// All of it, read and checked.
base::Result<windows::KnowledgeTables> built_in_tables();

/// A database in memory with all migrations and the built-in knowledge: what a file would hold that nothing
/// was crawled into.
base::Result<std::unique_ptr<Connection>> open_built_in();

} // namespace tagdb::store
