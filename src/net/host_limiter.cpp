#include <tagdb/net/host_limiter.hpp>

#include <algorithm>

namespace tagdb::net {

namespace {
constexpr unsigned k_first = 8;
/// A round trip this many times as long as the best one is a slowdown.
constexpr int k_slow = 2;
/// What a slow round adds to the best latency: one part in so many.
constexpr int k_fading = 8;
} // namespace

HostLimiter::HostLimiter(unsigned ceiling)
    : m_ceiling(std::max(ceiling, 1u)), m_allowed(std::min(m_ceiling, k_first)) {}

void HostLimiter::set_ceiling(unsigned ceiling) {
  m_ceiling = std::max(ceiling, 1u);
  m_allowed = std::min(m_allowed, m_ceiling);
}

void HostLimiter::succeeded(std::chrono::nanoseconds latency) {
  if (m_echoes > 0)
    --m_echoes;
  if (m_allowed == m_ceiling && m_best_allowed != 0)
    return; // nothing left to learn
  m_latencies.push_back(latency);
  if (m_latencies.size() >= m_allowed)
    end_round();
}

void HostLimiter::throttled() {
  m_doubling = false;
  m_latencies.clear();
  if (m_echoes > 0) {
    --m_echoes;
    return;
  }
  // The others that are in flight were sent into the same crowd: their refusals are echoes of this one.
  m_echoes = m_allowed - 1;
  m_allowed = std::max(m_allowed / 2, 1u);
}

void HostLimiter::end_round() {
  const auto middle = m_latencies.begin() + static_cast<std::ptrdiff_t>(m_latencies.size() / 2);
  std::nth_element(m_latencies.begin(), middle, m_latencies.end());
  const auto median = *middle;
  m_latencies.clear();

  if (m_best_allowed != 0 && median > m_best_latency * k_slow && m_allowed > m_best_allowed) {
    m_doubling = false;
    // The best may have been another kind of request, or another hour: it fades, so that growth is tried
    // again.
    m_best_latency += m_best_latency / k_fading;
    return;
  }
  if (m_best_allowed == 0 || median < m_best_latency) {
    m_best_latency = median;
    m_best_allowed = m_allowed;
  }
  m_allowed = std::min(m_doubling ? m_allowed * 2 : m_allowed + 1, m_ceiling);
}

} // namespace tagdb::net
