#include "layout_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

namespace tagdb::mirror {

namespace {

base::Result<base::Fd> open_lock(const std::filesystem::path& layout, const char* name) {
  const auto folder = layout / k_own_folder;
  TAGDB_TRY(base::make_directories(folder));
  base::Fd fd(::open((folder / name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid())
    return base::system_error("cannot lock the layout at " + layout.string(), errno);
  return fd;
}

} // namespace

base::Result<base::Fd> lock_layout(const std::filesystem::path& layout, Use use) {
  TAGDB_TRY_ASSIGN(auto fd, open_lock(layout, "use.lock"));
  while (::flock(fd.get(), (use == Use::alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno == EINTR)
      continue;
    if (errno != EWOULDBLOCK)
      return base::system_error("cannot lock the layout at " + layout.string(), errno);
    return base::Error(base::ErrorKind::busy,
                       use == Use::alone ? "another tagdb is writing into the layout at " + layout.string()
                                         : "tagdb gc works on the layout at " + layout.string(),
                       "wait until it is done and run this again");
  }
  return fd;
}

base::Result<base::Fd> lock_index(const std::filesystem::path& layout) {
  TAGDB_TRY_ASSIGN(auto fd, open_lock(layout, "index.lock"));
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR)
      return base::system_error("cannot lock the index of the layout at " + layout.string(), errno);
  return fd;
}

} // namespace tagdb::mirror
