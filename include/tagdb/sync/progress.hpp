#pragma once

#include <tagdb/oci/reference.hpp>

#include <cstdint>

namespace tagdb::sync {

/// How far a sync is. Called on the crawl's thread, often: it must be cheap.
struct ProgressState {
  std::uint64_t tags_due = 0; ///< tags that will be asked
  std::uint64_t tags_done = 0;
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;
  std::uint64_t failures = 0;
  unsigned in_flight = 0;
  bool held = false; ///< the registry asked us to wait
};

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void repository_started(const oci::RepositoryName& repository) = 0;
  virtual void update(const ProgressState& state) = 0;
  virtual void repository_finished(const oci::RepositoryName& repository) = 0;
};

} // namespace tagdb::sync
