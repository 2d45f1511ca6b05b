#pragma once

#include <tagdb/base/file.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/oci/digest.hpp>
#include <tagdb/registry/client.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace tagdb::mirror {

/// One blob that is being fetched: a file named by its digest in the spool. What an earlier run left there is
/// gone on with. Hashed while it is written, on a thread that reads behind the writer, so that hashing costs
/// no throughput and an earlier run's bytes are hashed while the rest comes. Constant memory.
class SpoolFile final : public registry::BlobSink {
 public:
  ~SpoolFile() override;
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;

  std::uint64_t offset() const override;
  base::Status restart() override;
  base::Status write(std::string_view bytes) override;
  /// ErrorKind::integrity where size or hash are not the digest's. Afterwards the bytes are on disk (fsync).
  base::Status finish() override;

  /// After finish(): makes it the file `target` of the same file system, for good. Replaces what is there.
  base::Status move_to(const std::filesystem::path& target);
  /// After finish(): removes it from the spool; a descriptor that is held stays readable.
  void discard();

  const oci::Digest& digest() const;
  std::uint64_t size() const;
  std::shared_ptr<const base::Fd> file() const;
  /// Told of every piece that is written.
  void on_progress(std::function<void(std::uint64_t bytes)> progress);

 private:
  friend class Spool;
  struct Impl;
  explicit SpoolFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

/// A folder of blobs on their way.
class Spool {
 public:
  /// Makes the folder where it is not there.
  static base::Result<Spool> open(std::filesystem::path folder);

  /// Begins or goes on. Two processes at the same blob do not disturb each other: the second has a file of
  /// its own, which goes away with it.
  base::Result<std::shared_ptr<SpoolFile>> begin(const oci::Digest& digest, std::uint64_t size) const;
  /// How much of a blob an earlier run left.
  std::uint64_t held(const oci::Digest& digest) const;
  const std::filesystem::path& folder() const { return m_folder; }

 private:
  explicit Spool(std::filesystem::path folder) : m_folder(std::move(folder)) {}
  std::filesystem::path m_folder;
};

/// Bytes that may still be written below a folder by this user (statvfs).
base::Result<std::uint64_t> free_space(const std::filesystem::path& folder);

/// A blob's bytes, from wherever they came: exactly one of the three.
struct Blob {
  std::shared_ptr<SpoolFile> spooled{};        ///< fetched and verified; ours to move or discard
  std::optional<std::filesystem::path> file{}; ///< a layout's own file: not verified, not ours to move
  std::optional<std::string> bytes{};          ///< a small one, verified
};

} // namespace tagdb::mirror
