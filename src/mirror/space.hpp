#pragma once

#include <tagdb/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace tagdb::mirror {

/// Whether blobs of these sizes fit there. `purpose` ends the sentence: "to spool what goes to …".
base::Status check_room(const std::filesystem::path& folder, std::span<const std::uint64_t> sizes,
                        std::string_view purpose);

} // namespace tagdb::mirror
