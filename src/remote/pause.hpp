#pragma once

#include <chrono>

namespace tagdb::remote {

/// How time is let pass. A seam: a test's pauses take no time.
class Pause {
 public:
  virtual ~Pause() = default;
  /// Comes back after `longest`, or earlier where a stop signal came.
  virtual void sleep(std::chrono::nanoseconds longest) = 0;
};

class SystemPause final : public Pause {
 public:
  void sleep(std::chrono::nanoseconds longest) override;
};

} // namespace tagdb::remote
