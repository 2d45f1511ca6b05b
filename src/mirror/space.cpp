#include "space.hpp"

#include <tagdb/base/text.hpp>
#include <tagdb/mirror/spool.hpp>

#include <fmt/format.h>

#include <numeric>

namespace tagdb::mirror {

base::Status check_room(const std::filesystem::path& folder, std::span<const std::uint64_t> sizes,
                        std::string_view purpose) {
  const auto needed = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  TAGDB_TRY_ASSIGN(const auto available, free_space(folder));
  if (needed <= available)
    return {};
  return base::Error(base::ErrorKind::internal,
                     fmt::format("there is not enough room at {} {}: {} are needed and {} are free",
                                 folder.string(), purpose, base::format_bytes(needed),
                                 base::format_bytes(available)),
                     "nothing was fetched; make room, or name fewer images");
}

} // namespace tagdb::mirror
