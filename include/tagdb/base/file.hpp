#pragma once

#include <tagdb/base/result.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::base {

/// A file descriptor that closes itself.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : m_fd(fd) {}
  ~Fd();
  Fd(Fd&& other) noexcept;
  Fd& operator=(Fd&& other) noexcept;
  int get() const { return m_fd; }
  bool valid() const { return m_fd >= 0; }
  int release();
  void close();

 private:
  int m_fd = -1;
};

/// The whole file; nothing where there is none. Failure: unreadable, or larger than `max_bytes`.
Result<std::optional<std::string>> read_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Replaces the file in one step: temporary file beside it, fsync, rename, fsync of the folder. Readers see
/// the old bytes or the new ones. `mode` as for chmod.
Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

/// Makes the folder and its parents; no failure where they are there.
Status make_directories(const std::filesystem::path& path);

} // namespace tagdb::base
