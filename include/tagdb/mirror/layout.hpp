#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/oci/manifest.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::mirror {

/// The annotations of index.json that names live in, and ours.
inline constexpr std::string_view k_image_name = "io.containerd.image.name";
inline constexpr std::string_view k_ref_name = "org.opencontainers.image.ref.name";
/// What was left out on purpose below an entry: "metadata" (layers), "platforms" (index entries), or both
/// with a comma. Without it everything should be there.
inline constexpr std::string_view k_content = "tagdb.content";

/// A name in a layout.
struct LayoutName {
  std::string name; ///< as written: containerd's annotation, else ref.name; empty where there is neither
  oci::Descriptor descriptor;
  /// Another entry has the same name and another digest: neither may be guessed.
  bool ambiguous = false;
};

/// An OCI image layout that is read (image-spec image-layout.md). Nothing in it is trusted: index.json is
/// bounded, digests are parsed before they become paths.
class Layout {
 public:
  /// Failure: ErrorKind::not_found where there is no layout, ::integrity where `oci-layout` or `index.json`
  /// are none.
  static base::Result<Layout> open(std::filesystem::path folder);

  /// Every entry of index.json, in its order; the wrapper indexes that stand there for skopeo's sake are left
  /// out where the entry they stand for is there.
  base::Result<std::vector<LayoutName>> names() const;
  /// The entry of this name. Failure: ErrorKind::usage where it is ambiguous. Nothing where there is none.
  base::Result<std::optional<LayoutName>> find(std::string_view name) const;

  const std::filesystem::path& folder() const { return m_folder; }
  /// Where a blob lies, whether it is there or not.
  std::filesystem::path blob_path(const oci::Digest& digest) const;
  /// A manifest's or config's bytes, verified; nothing where it is not there. Failure: ErrorKind::integrity.
  base::Result<std::optional<std::string>> bytes(const oci::Digest& digest) const;

 private:
  explicit Layout(std::filesystem::path folder) : m_folder(std::move(folder)) {}
  std::filesystem::path m_folder;
};

} // namespace tagdb::mirror
