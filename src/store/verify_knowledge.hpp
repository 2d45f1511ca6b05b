#pragma once

#include "sqlite.hpp"
#include <tagdb/base/result.hpp>
#include <tagdb/store/verify.hpp>

#include <vector>

namespace tagdb::store {

/// Whether the knowledge tables hold what an import would take: each row that cannot be read, or else the
/// first that does not fit, as damage.
base::Status verify_knowledge(Connection& connection, std::vector<Damage>& damages);

} // namespace tagdb::store
