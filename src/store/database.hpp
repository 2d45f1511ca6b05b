#pragma once

#include "sqlite.hpp"
#include <tagdb/base/clock.hpp>
#include <tagdb/base/result.hpp>

#include <filesystem>
#include <memory>

namespace tagdb::store {

/// Opens for reading and begins the read transaction in which everything is read: see Reader::open. Null
/// where there is no database: no file, or one that was made and never filled.
base::Result<std::unique_ptr<Connection>> open_for_reading(const std::filesystem::path& path);

/// Whether it is one of an older schema than this program's.
base::Result<bool> is_outdated(const std::filesystem::path& path);

/// Opens, makes and migrates for the one writer, who holds the WriterLock already. `path` is canonical.
base::Result<std::unique_ptr<Connection>> open_for_writing(const std::filesystem::path& path,
                                                           const base::Clock& clock);

/// The file that a path leads to, so that two names of one database have one lock and one `-wal`.
std::filesystem::path real_path(const std::filesystem::path& path);

} // namespace tagdb::store
