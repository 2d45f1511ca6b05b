#include "pause.hpp"

#include <tagdb/base/terminal.hpp>

#include <algorithm>
#include <cstdint>
#include <poll.h>

namespace tagdb::remote {

void SystemPause::sleep(std::chrono::nanoseconds longest) {
  // A signal that comes between the question and the poll does not end the poll.
  constexpr std::chrono::milliseconds k_ask{100};
  const auto until = std::chrono::steady_clock::now() + longest;
  while (!base::stop_requested()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0)
      return;
    ::poll(nullptr, 0, static_cast<int>(std::min(left, k_ask).count()));
  }
}

} // namespace tagdb::remote
