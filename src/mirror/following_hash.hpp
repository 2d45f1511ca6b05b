#pragma once

#include <tagdb/base/file.hpp>
#include <tagdb/base/sha256.hpp>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace tagdb::mirror {

/// The hash of a file that grows, computed on a thread that reads what was written (from the page cache, as a
/// rule): what is hashed is what is in the file. Constant memory.
class FollowingHash {
 public:
  explicit FollowingHash(std::shared_ptr<const base::Fd> file);
  ~FollowingHash();
  FollowingHash(const FollowingHash&) = delete;
  FollowingHash& operator=(const FollowingHash&) = delete;

  /// The file's first `end` bytes are written and will not change, unless restart() is called.
  void advance(std::uint64_t end);
  void restart();
  /// Waits for the thread. Nothing where the file could not be read.
  std::optional<std::string> finish_hex();

 private:
  void work();

  const std::shared_ptr<const base::Fd> m_file;
  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::uint64_t m_end = 0;       ///< written
  std::uint64_t m_announced = 0; ///< of it, told to the thread
  std::uint64_t m_hashed = 0;
  std::uint64_t m_generation = 0; ///< restarts so far
  bool m_stop = false, m_broken = false;
  base::Sha256 m_hash;
  std::thread m_thread;
};

} // namespace tagdb::mirror
