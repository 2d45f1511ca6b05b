#include "staging.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tagdb::mirror {

namespace {
/// Each holds a descriptor until it is synced.
constexpr std::size_t k_most = 128;
} // namespace

Staging::~Staging() {
  for (const auto& each : m_files)
    ::unlink(each.path.c_str());
}

base::Status Staging::add(const oci::Digest& digest, std::string_view bytes) {
  if (m_bytes.contains(digest))
    return {};
  if (m_files.size() >= k_most)
    TAGDB_TRY(flush());
  auto path = (m_folder / "small-XXXXXX").string();
  base::Fd fd(::mkostemp(path.data(), O_CLOEXEC));
  if (!fd.valid())
    return base::system_error("cannot write in " + m_folder.string(), errno);
  m_files.push_back({std::move(fd), path, m_blobs / digest.encoded()});
  for (auto rest = bytes; !rest.empty();) {
    const auto written = ::write(m_files.back().fd.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return base::system_error("cannot write " + path, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  m_bytes.emplace(digest, bytes);
  return {};
}

base::Status Staging::flush() {
  if (m_files.empty())
    return {};
  for (const auto& each : m_files)
    if (::fchmod(each.fd.get(), 0644) != 0 || ::fsync(each.fd.get()) != 0)
      return base::system_error("cannot finish " + each.path, errno);
  while (!m_files.empty()) {
    const auto& last = m_files.back();
    if (::rename(last.path.c_str(), last.target.c_str()) != 0)
      return base::system_error("cannot move " + last.path + " to " + last.target.string(), errno);
    m_files.pop_back();
  }
  m_bytes.clear();
  const base::Fd folder(::open(m_blobs.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || (::fsync(folder.get()) != 0 && errno != EINVAL))
    return base::system_error("cannot sync the folder " + m_blobs.string(), errno);
  return {};
}

const std::string* Staging::find(const oci::Digest& digest) const {
  const auto found = m_bytes.find(digest);
  return found == m_bytes.end() ? nullptr : &found->second;
}

} // namespace tagdb::mirror
