#include <tagdb/base/file.hpp>
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tagdb::base {

namespace {

namespace fs = std::filesystem;

Status write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return system_error(fmt::format("cannot write {}", path.string()), errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// Makes a rename last: the folder's entry is data of the folder.
Status sync_directory(const fs::path& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems cannot sync a folder and say EINVAL; nothing better can be done there.
  if (!fd.valid() || (::fsync(fd.get()) != 0 && errno != EINVAL))
    return system_error(fmt::format("cannot sync the folder {}", folder.string()), errno);
  return {};
}

/// The temporary file, which goes away unless it was renamed.
class PartFile {
 public:
  PartFile(Fd fd, std::string path) : m_fd(std::move(fd)), m_path(std::move(path)) {}
  ~PartFile() {
    if (!m_path.empty())
      ::unlink(m_path.c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  Status fill(std::string_view bytes, unsigned mode) {
    TAGDB_TRY(write_all(m_fd.get(), bytes, m_path));
    if (::fchmod(m_fd.get(), static_cast<mode_t>(mode)) != 0 || ::fsync(m_fd.get()) != 0)
      return system_error(fmt::format("cannot finish {}", m_path), errno);
    return {};
  }

  Status rename_to(const fs::path& target) {
    if (::rename(m_path.c_str(), target.c_str()) != 0)
      return system_error(fmt::format("cannot replace {}", target.string()), errno);
    m_path.clear();
    return {};
  }

 private:
  Fd m_fd;
  std::string m_path;
};

} // namespace

Fd::~Fd() {
  close();
}
Fd::Fd(Fd&& other) noexcept : m_fd(other.release()) {}
Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    m_fd = other.release();
  }
  return *this;
}

int Fd::release() {
  return std::exchange(m_fd, -1);
}

void Fd::close() {
  if (m_fd < 0)
    return;
  // Whoever closes while reporting an error wants to report that error.
  const int saved = errno;
  ::close(std::exchange(m_fd, -1));
  errno = saved;
}

Result<std::optional<std::string>> read_file(const fs::path& path, std::size_t max_bytes) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() && (errno == ENOENT || errno == ENOTDIR))
    return std::nullopt;
  struct stat info {};
  if (!fd.valid() || ::fstat(fd.get(), &info) != 0)
    return system_error(fmt::format("cannot open {}", path.string()), errno);
  std::string bytes;
  // The size is a hint only: a pipe has none, and a file may grow. One byte more than is allowed shows that
  // it is.
  const auto hint = static_cast<std::size_t>(std::max<off_t>(info.st_size, 0));
  std::size_t used = 0;
  for (;;) {
    bytes.resize(std::min(std::max({used * 2, hint + 1, std::size_t{4096}}), max_bytes + 1));
    const auto got = ::read(fd.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return system_error(fmt::format("cannot read {}", path.string()), errno);
    if (got == 0)
      break;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes)
      return Error(ErrorKind::internal, fmt::format("{} is larger than the {} that are allowed",
                                                    path.string(), format_bytes(max_bytes)));
  }
  bytes.resize(used);
  return bytes;
}

Status write_file_atomically(const fs::path& path, std::string_view bytes, unsigned mode) {
  // Renaming over a symbolic link would replace the link and leave the file that was meant as it is.
  std::error_code ignored;
  fs::path target = path;
  if (fs::is_symlink(path, ignored)) {
    target = fs::weakly_canonical(path, ignored);
    if (ignored)
      target = path;
  }
  const auto folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::string part = (folder / ("." + target.filename().string() + ".part-XXXXXX")).string();
  Fd fd(::mkostemp(part.data(), O_CLOEXEC));
  if (!fd.valid())
    return system_error(fmt::format("cannot write in {}", folder.string()), errno);
  PartFile file(std::move(fd), part);
  TAGDB_TRY(file.fill(bytes, mode));
  TAGDB_TRY(file.rename_to(target));
  return sync_directory(folder);
}

Status make_directories(const fs::path& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (failure)
    return system_error(fmt::format("cannot make the folder {}", path.string()), failure.value());
  return {};
}

} // namespace tagdb::base
