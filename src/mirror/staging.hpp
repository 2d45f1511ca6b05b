#pragma once

#include <tagdb/base/file.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/oci/digest.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tagdb::mirror {

/// Small blobs on their way into a layout. A thousand tags are some thousand small files, and a sync for each
/// costs more than all the rest: they are written first, then synced together, then renamed.
class Staging {
 public:
  /// `folder` is where they lie until then, of the same file system as `blobs`.
  Staging(std::filesystem::path folder, std::filesystem::path blobs)
      : m_folder(std::move(folder)), m_blobs(std::move(blobs)) {}
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// `bytes` must hash to the digest.
  base::Status add(const oci::Digest& digest, std::string_view bytes);
  /// All that was added is on disk under its name.
  base::Status flush();
  /// What was added and not yet flushed.
  const std::string* find(const oci::Digest& digest) const;

 private:
  struct File {
    base::Fd fd;
    std::string path;
    std::filesystem::path target;
  };
  const std::filesystem::path m_folder, m_blobs;
  std::vector<File> m_files;
  std::map<oci::Digest, std::string> m_bytes;
};

} // namespace tagdb::mirror
