#include "following_hash.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/mirror/spool.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>

namespace tagdb::mirror {

namespace {

namespace fs = std::filesystem;

/// From this size on a thread hashes behind the writer.
constexpr std::uint64_t k_threaded = 4u << 20;
/// How much is written before the kernel is asked to bring it to disk: fsync at the end then has little to
/// do.
constexpr std::uint64_t k_write_behind = 32u << 20;

base::Status sync_folder(const fs::path& folder) {
  const base::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems cannot sync a folder and say EINVAL.
  if (!fd.valid() || (::fsync(fd.get()) != 0 && errno != EINVAL))
    return base::system_error("cannot sync the folder " + folder.string(), errno);
  return {};
}

} // namespace

struct SpoolFile::Impl {
  oci::Digest digest;
  std::uint64_t size = 0;
  fs::path path;
  std::shared_ptr<base::Fd> file{};
  std::uint64_t offset = 0;
  std::uint64_t flushed = 0;
  bool temporary = false; ///< another process has the file of this name: this one goes away with us
  bool done = false;
  std::unique_ptr<FollowingHash> hash{};
  std::function<void(std::uint64_t)> progress{};

  base::Result<std::string> small_hash() const {
    std::string bytes(static_cast<std::size_t>(offset), '\0');
    for (std::size_t at = 0; at < bytes.size();) {
      const auto got = ::pread(file->get(), bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return base::system_error("cannot read " + path.string(), errno);
      at += static_cast<std::size_t>(got);
    }
    return base::sha256_hex(bytes);
  }
};

SpoolFile::SpoolFile(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
SpoolFile::~SpoolFile() {
  if (m_impl->temporary && !m_impl->path.empty())
    ::unlink(m_impl->path.c_str());
}

std::uint64_t SpoolFile::offset() const {
  return m_impl->offset;
}

base::Status SpoolFile::restart() {
  auto& self = *m_impl;
  if (self.hash)
    self.hash->restart();
  if (::ftruncate(self.file->get(), 0) != 0)
    return base::system_error("cannot empty " + self.path.string(), errno);
  self.offset = self.flushed = 0;
  self.done = false;
  return {};
}

base::Status SpoolFile::write(std::string_view bytes) {
  auto& self = *m_impl;
  const auto told = bytes.size();
  while (!bytes.empty()) {
    const auto written =
        ::pwrite(self.file->get(), bytes.data(), bytes.size(), static_cast<off_t>(self.offset));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return base::system_error("cannot write " + self.path.string(), errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    self.offset += static_cast<std::uint64_t>(written);
  }
  if (self.hash)
    self.hash->advance(self.offset);
  if (self.offset - self.flushed >= k_write_behind) {
    ::sync_file_range(self.file->get(), static_cast<off_t>(self.flushed),
                      static_cast<off_t>(self.offset - self.flushed), SYNC_FILE_RANGE_WRITE);
    self.flushed = self.offset;
  }
  if (self.progress)
    self.progress(told);
  return {};
}

base::Status SpoolFile::finish() {
  auto& self = *m_impl;
  std::string hex;
  if (self.hash) {
    hex = self.hash->finish_hex().value_or("");
  } else {
    TAGDB_TRY_ASSIGN(hex, self.small_hash());
  }
  if (self.offset != self.size || hex != self.digest.encoded())
    return base::Error(base::ErrorKind::integrity,
                       fmt::format("{} bytes that hash to sha256:{} came for blob {} of {} bytes",
                                   self.offset, hex, self.digest.to_string(), self.size));
  if (::fsync(self.file->get()) != 0)
    return base::system_error("cannot finish " + self.path.string(), errno);
  self.done = true;
  return {};
}

base::Status SpoolFile::move_to(const fs::path& target) {
  auto& self = *m_impl;
  if (!self.done)
    return base::Error(base::ErrorKind::internal, self.path.string() + " is not finished");
  if (::fchmod(self.file->get(), 0644) != 0 || ::rename(self.path.c_str(), target.c_str()) != 0)
    return base::system_error("cannot move " + self.path.string() + " to " + target.string(), errno);
  self.path.clear();
  return sync_folder(target.parent_path());
}

void SpoolFile::discard() {
  if (!m_impl->path.empty())
    ::unlink(m_impl->path.c_str());
  m_impl->path.clear();
}

const oci::Digest& SpoolFile::digest() const {
  return m_impl->digest;
}
std::uint64_t SpoolFile::size() const {
  return m_impl->size;
}
std::shared_ptr<const base::Fd> SpoolFile::file() const {
  return m_impl->file;
}
void SpoolFile::on_progress(std::function<void(std::uint64_t)> progress) {
  m_impl->progress = std::move(progress);
}

base::Result<Spool> Spool::open(fs::path folder) {
  TAGDB_TRY(base::make_directories(folder));
  return Spool(std::move(folder));
}

base::Result<std::shared_ptr<SpoolFile>> Spool::begin(const oci::Digest& digest, std::uint64_t size) const {
  if (!digest.verifiable())
    return base::Error(base::ErrorKind::integrity,
                       fmt::format("blob {} cannot be verified: {} is not known here", digest.to_string(),
                                   digest.algorithm()),
                       "only sha256 is");
  auto impl = std::make_unique<SpoolFile::Impl>(SpoolFile::Impl{digest, size, m_folder / digest.encoded()});
  constexpr int k_flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
  impl->file = std::make_shared<base::Fd>(::open(impl->path.c_str(), k_flags, 0600));
  struct stat by_name {
  }, by_file{};
  // The lock is the file's, not the name's: whoever had it before may just have moved the file away.
  const bool ours = impl->file->valid() && ::flock(impl->file->get(), LOCK_EX | LOCK_NB) == 0 &&
                    ::stat(impl->path.c_str(), &by_name) == 0 && ::fstat(impl->file->get(), &by_file) == 0 &&
                    by_name.st_ino == by_file.st_ino;
  if (impl->file->valid() && !ours) {
    auto name = impl->path.string() + ".XXXXXX";
    impl->file = std::make_shared<base::Fd>(::mkostemp(name.data(), O_CLOEXEC));
    impl->path = name;
    impl->temporary = true;
    by_file.st_size = 0;
  }
  if (!impl->file->valid())
    return base::system_error("cannot write in " + m_folder.string(), errno);
  if (size >= k_threaded)
    impl->hash = std::make_unique<FollowingHash>(impl->file);
  impl->offset = static_cast<std::uint64_t>(by_file.st_size);
  std::shared_ptr<SpoolFile> file(new SpoolFile(std::move(impl)));
  if (file->offset() > size)
    TAGDB_TRY(file->restart());
  if (file->m_impl->hash)
    file->m_impl->hash->advance(file->offset());
  return file;
}

std::uint64_t Spool::held(const oci::Digest& digest) const {
  struct stat info {};
  if (::stat((m_folder / digest.encoded()).c_str(), &info) != 0)
    return 0;
  return static_cast<std::uint64_t>(info.st_size);
}

base::Result<std::uint64_t> free_space(const fs::path& folder) {
  struct statvfs info {};
  if (::statvfs(folder.c_str(), &info) != 0)
    return base::system_error("cannot ask how much room is at " + folder.string(), errno);
  return static_cast<std::uint64_t>(info.f_bavail) * static_cast<std::uint64_t>(info.f_frsize);
}

} // namespace tagdb::mirror
