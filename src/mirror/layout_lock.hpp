#pragma once

#include <tagdb/base/file.hpp>
#include <tagdb/base/result.hpp>

#include <filesystem>

namespace tagdb::mirror {

/// Folder inside a layout that is ours: locks, and blobs on their way. Readers of layouts do not look there.
inline constexpr const char* k_own_folder = ".tagdb";

/// Who writes into a layout shares the use of it; gc has it alone.
enum class Use { shared, alone };
/// Does not wait. Failure: ErrorKind::busy, saying who keeps us out.
base::Result<base::Fd> lock_layout(const std::filesystem::path& layout, Use use);
/// For reading, merging and writing index.json: waits, for that takes milliseconds.
base::Result<base::Fd> lock_index(const std::filesystem::path& layout);

} // namespace tagdb::mirror
