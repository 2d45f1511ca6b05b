#pragma once

#include "support/temp_dir.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::test {

/// One of the real documents below tests/data/mcr, by the beginning of its name:
/// "list_servercore_10.0.14393.3986".
inline std::string mcr_sample(std::string_view beginning) {
  for (const auto& entry : std::filesystem::directory_iterator(TAGDB_SOURCE_DIR "/tests/data/mcr"))
    if (entry.path().filename().string().starts_with(beginning))
      return slurp(entry.path());
  throw std::runtime_error("no sample in tests/data/mcr begins with " + std::string(beginning));
}

/// The folder with all real manifests, lists and configs, where it lies beside the checkout; the tests that
/// want it say so and pass without it.
inline std::optional<std::filesystem::path> mcr_collection() {
  std::filesystem::path folder(TAGDB_SHARED_DIR "/data/mcr/manifests");
  if (!std::filesystem::exists(folder / "INDEX.csv"))
    return std::nullopt;
  return folder;
}

} // namespace tagdb::test
