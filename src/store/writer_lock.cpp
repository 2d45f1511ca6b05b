#include "writer_lock.hpp"

#include <tagdb/base/text.hpp>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace tagdb::store {

base::Result<WriterLock> WriterLock::acquire(const std::filesystem::path& database) {
  const std::string path = database.string() + ".lock";
  base::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid())
    return base::system_error("cannot open " + path + " to lock the database for writing", errno);
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR)
      continue;
    if (errno != EWOULDBLOCK)
      return base::system_error("cannot lock " + path, errno);
    // Who holds it is a help for people only; it may just be writing its number.
    std::string holder(20, '\0');
    const auto got = ::pread(fd.get(), holder.data(), holder.size(), 0);
    holder.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    const auto number = base::parse_number(base::trim(holder));
    return base::Error(base::ErrorKind::busy,
                       "another tagdb" + (number ? " (process " + std::to_string(*number) + ")" : "") +
                           " is writing to " + database.string(),
                       "wait until it is done and run this again; asking (tagdb resolve) works meanwhile");
  }
  const std::string self = std::to_string(::getpid()) + "\n";
  // A lock whose holder is not named is still a lock.
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), self.data(), self.size(), 0) < 0)
    errno = 0;
  return WriterLock(std::move(fd));
}

} // namespace tagdb::store
