#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/oci/manifest.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::mirror {

/// One entry of index.json, with its text as it was written.
struct IndexEntry {
  std::string text;
  std::optional<oci::Descriptor> descriptor; ///< nothing where it is none: kept all the same
  std::string image_name, ref_name, content; ///< annotations, or empty

  const std::string& name() const { return image_name.empty() ? ref_name : image_name; }
};

/// index.json, so that it can be changed without touching what others wrote there.
class IndexFile {
 public:
  IndexFile();
  /// Failure: ErrorKind::integrity.
  static base::Result<IndexFile> parse(std::string_view bytes);
  /// An empty one where there is no file.
  static base::Result<IndexFile> read(const std::filesystem::path& path);

  const std::vector<IndexEntry>& entries() const { return m_entries; }
  /// Takes the place of all entries that have one of its names, or, where it has none, of those with its
  /// digest and no name.
  void put(const std::vector<IndexEntry>& entries);
  std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>>
      m_members; ///< name with quotes, value; without `manifests`
  std::vector<IndexEntry> m_entries;
};

/// An entry of ours. Platform and urls of the descriptor are left out: index.json needs neither.
IndexEntry make_entry(const oci::Descriptor& descriptor, std::string_view image_name,
                      std::string_view ref_name, std::string_view content);

} // namespace tagdb::mirror
