#include "index_file.hpp"
#include <tagdb/base/file.hpp>
#include <tagdb/base/json.hpp>
#include <tagdb/mirror/layout.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tagdb::mirror {

namespace {
constexpr std::size_t k_max_marker = 64u << 10;
constexpr std::size_t k_max_manifest = 8u << 20;
} // namespace

base::Result<Layout> Layout::open(std::filesystem::path folder) {
  TAGDB_TRY_ASSIGN(const auto marker, base::read_file(folder / "oci-layout", k_max_marker));
  if (!marker)
    return base::Error(
        base::ErrorKind::not_found, fmt::format("there is no OCI layout at {}", folder.string()),
        "a layout is a folder with a file oci-layout; `tagdb mirror … --to oci:DIR` makes one");
  const auto document = base::JsonDocument::parse(*marker);
  const auto version = document ? document->root().string_at("imageLayoutVersion") : std::nullopt;
  if (!version || !version->starts_with("1."))
    return base::Error(base::ErrorKind::integrity,
                       fmt::format("{} says no version of the OCI layout that is known here",
                                   (folder / "oci-layout").string()));
  return Layout(std::move(folder));
}

std::filesystem::path Layout::blob_path(const oci::Digest& digest) const {
  return m_folder / "blobs" / digest.algorithm() / digest.encoded();
}

base::Result<std::vector<LayoutName>> Layout::names() const {
  TAGDB_TRY_ASSIGN(const auto index, IndexFile::read(m_folder / "index.json"));
  std::map<std::string, int> verbatim; ///< entries with containerd's annotation, by name
  for (const auto& entry : index.entries())
    if (entry.descriptor && !entry.image_name.empty())
      ++verbatim[entry.image_name];
  std::vector<LayoutName> names;
  for (const auto& entry : index.entries()) {
    if (!entry.descriptor)
      continue;
    const bool wrapper =
        entry.image_name.empty() && !entry.ref_name.empty() && verbatim.contains(entry.ref_name);
    if (!wrapper)
      names.push_back({entry.name(), *entry.descriptor});
  }
  for (auto& each : names)
    each.ambiguous =
        !each.name.empty() && std::any_of(names.begin(), names.end(), [&](const LayoutName& other) {
          return other.name == each.name && other.descriptor.digest != each.descriptor.digest;
        });
  return names;
}

base::Result<std::optional<LayoutName>> Layout::find(std::string_view name) const {
  TAGDB_TRY_ASSIGN(auto all, names());
  for (auto& each : all)
    if (each.name == name) {
      if (each.ambiguous)
        return base::Error(
            base::ErrorKind::usage,
            fmt::format("the layout at {} has several images of the name {}", m_folder.string(), name),
            "name the one that is meant by its digest");
      return std::optional(std::move(each));
    }
  return std::nullopt;
}

base::Result<std::optional<std::string>> Layout::bytes(const oci::Digest& digest) const {
  TAGDB_TRY_ASSIGN(auto bytes, base::read_file(blob_path(digest), k_max_manifest));
  if (bytes && !digest.matches(*bytes))
    return base::Error(base::ErrorKind::integrity,
                       fmt::format("{} is damaged: its bytes hash to {}", blob_path(digest).string(),
                                   oci::Digest::of(*bytes).to_string()),
                       "`tagdb verify oci:DIR` finds all that is; mirror it again");
  return bytes;
}

} // namespace tagdb::mirror
