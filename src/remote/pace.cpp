#include "pace.hpp"

#include <algorithm>

namespace tagdb::remote {

Pace::Pace(std::chrono::seconds first, std::function<double()> random)
    : m_first(std::max(first, std::chrono::seconds(1))), m_next(m_first), m_random(std::move(random)) {}

std::chrono::milliseconds Pace::next() {
  const auto pause = m_next * (1 + k_spread * (2 * m_random() - 1));
  // Whoever asks for pauses of an hour gets them.
  const std::chrono::duration<double> longest = std::max<std::chrono::duration<double>>(k_longest, m_first);
  m_next = std::min(m_next * k_growth, longest);
  return std::chrono::duration_cast<std::chrono::milliseconds>(pause);
}

} // namespace tagdb::remote
