#include "following_hash.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <vector>

namespace tagdb::mirror {

namespace {
constexpr std::size_t k_piece = 1u << 20;
} // namespace

FollowingHash::FollowingHash(std::shared_ptr<const base::Fd> file)
    : m_file(std::move(file)), m_thread([this] { work(); }) {}

FollowingHash::~FollowingHash() {
  {
    const std::lock_guard lock(m_mutex);
    m_stop = true;
  }
  m_changed.notify_all();
  m_thread.join();
}

void FollowingHash::advance(std::uint64_t end) {
  // A wake-up for each piece of 16 KiB would cost more than the hash.
  if (end < m_announced + k_piece)
    return;
  m_announced = end;
  {
    const std::lock_guard lock(m_mutex);
    m_end = end;
  }
  m_changed.notify_all();
}

void FollowingHash::restart() {
  const std::lock_guard lock(m_mutex);
  ++m_generation;
  m_end = m_announced = m_hashed = 0;
  m_broken = false;
  m_hash.reset();
}

std::optional<std::string> FollowingHash::finish_hex() {
  std::uint64_t size = 0;
  if (const auto end = ::lseek(m_file->get(), 0, SEEK_END); end >= 0)
    size = static_cast<std::uint64_t>(end);
  else
    return std::nullopt;
  std::unique_lock lock(m_mutex);
  m_end = m_announced = size;
  m_changed.notify_all();
  m_changed.wait(lock, [&] { return m_hashed >= m_end || m_broken; });
  if (m_broken)
    return std::nullopt;
  auto hex = m_hash.finish_hex();
  ++m_generation;
  m_hash.reset();
  m_hashed = m_end = m_announced = 0;
  return hex;
}

void FollowingHash::work() {
  std::vector<char> piece(k_piece);
  std::unique_lock lock(m_mutex);
  for (;;) {
    m_changed.wait(lock, [&] { return m_stop || (m_hashed < m_end && !m_broken); });
    if (m_stop)
      return;
    const auto generation = m_generation;
    const auto begin = m_hashed;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(k_piece, m_end - begin));
    lock.unlock();
    ssize_t got = 0;
    do
      got = ::pread(m_file->get(), piece.data(), wanted, static_cast<off_t>(begin));
    while (got < 0 && errno == EINTR);
    lock.lock();
    if (generation != m_generation)
      continue; // begun anew meanwhile: these bytes are gone
    if (got <= 0) {
      m_broken = true;
    } else {
      // With the lock: a restart must not reset a hash that is being computed. The writer takes the lock once
      // for each MiB, and waits for a fraction of a millisecond at most.
      m_hash.update({piece.data(), static_cast<std::size_t>(got)});
      m_hashed += static_cast<std::uint64_t>(got);
    }
    if (m_hashed >= m_end || m_broken)
      m_changed.notify_all();
  }
}

} // namespace tagdb::mirror
