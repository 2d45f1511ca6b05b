#pragma once

#include <chrono>
#include <functional>
#include <utility>

namespace tagdb::remote {

/// How long to pause between two looks: longer each time, up to a quarter of an hour, and never quite the
/// same, so that the waits of a whole fleet do not come in step. Pure: chance is handed in.
class Pace {
 public:
  /// `random` is uniform in [0, 1).
  Pace(std::chrono::seconds first, std::function<double()> random);

  std::chrono::milliseconds next();
  /// Something arrived: the rest usually follows within minutes.
  void restart() { m_next = m_first; }

  static constexpr std::chrono::minutes k_longest{15};
  static constexpr double k_growth = 1.5;
  static constexpr double k_spread = 0.2; ///< a pause is up to this much shorter or longer

 private:
  std::chrono::duration<double> m_first, m_next;
  std::function<double()> m_random;
};

} // namespace tagdb::remote
