#pragma once

#include <tagdb/base/file.hpp>
#include <tagdb/base/result.hpp>

#include <filesystem>

namespace tagdb::store {

/// Only one writer at a time: a lock on `<database>.lock`, held until destruction or death. Beside the
/// database and not on it, because closing any descriptor of the database would drop the locks SQLite itself
/// holds there. The file stays; removing it would let two writers hold two files of one name.
class WriterLock {
 public:
  /// Failure: ErrorKind::busy with the process that holds it; internal where the file cannot be made.
  static base::Result<WriterLock> acquire(const std::filesystem::path& database);

  void release() { m_fd.close(); }

 private:
  explicit WriterLock(base::Fd fd) : m_fd(std::move(fd)) {}
  base::Fd m_fd;
};

} // namespace tagdb::store
