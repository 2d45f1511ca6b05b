#pragma once

#include "curl_transfer.hpp"
#include "proxy.hpp"
#include "socket_watch.hpp"

#include <array>
#include <deque>
#include <optional>
#include <unordered_map>

namespace tagdb::net {

/// libcurl's multi interface by its socket half and epoll: the multi_perform half asks every transfer at
/// every wake-up, with a poll() for each, and at 16 busy connections that costs more than the requests.
class CurlTransport final : public Transport {
 public:
  static base::Result<std::unique_ptr<Transport>> make(CurlOptions options);
  ~CurlTransport() override;

  void submit(std::uint64_t id, const Request& request) override;
  std::vector<Completion> wait(std::chrono::milliseconds timeout) override;
  void cancel(std::uint64_t id) override;
  unsigned parallelism(const std::string& origin) const override;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  /// Handles that wait for their next request, by profile.
  struct Pool {
    std::shared_ptr<const CurlProfile> profile;
    std::vector<std::unique_ptr<CurlTransfer>> idle;
  };
  struct Origin {
    Pool* pool = nullptr;
    bool http2 = false;
  };

  explicit CurlTransport(CurlOptions options)
      : m_options(std::move(options)), m_proxies(ProxyRules::from(m_options.environment)) {}
  bool start();
  Origin& origin_of(const Url& url);
  Pool& pool_for(const Url& url);
  std::shared_ptr<const HeaderSet> headers_for(const Request& request);

  void act(curl_socket_t socket, int events);
  void act_on_timer();
  void collect();
  void end_stalled(SteadyTime now);
  void resume_paused(SteadyTime now);
  std::unique_ptr<CurlTransfer> take_out(CurlTransfer& transfer);
  void put_back(std::unique_ptr<CurlTransfer> transfer);

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* known);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);

  CurlLibrary m_library;
  CurlOptions m_options;
  ProxyRules m_proxies;
  std::optional<RateGate> m_gate; ///< where there is a limit
  SocketWatch m_watch;            ///< outlives the multi handle, which closes sockets at its end
  std::deque<Pool> m_pools;
  std::unordered_map<std::string, Origin> m_origins;
  /// The most recent header sets: a crawl needs two or three. Bounded, because a set holds credentials.
  std::array<std::shared_ptr<const HeaderSet>, 8> m_header_sets;
  std::size_t m_next_header_set = 0;
  MultiHandle m_multi;
  // Declared after the multi handle: easy handles have to go first.
  std::vector<std::unique_ptr<CurlTransfer>> m_active;
  std::vector<Completion> m_ended;
  std::optional<SteadyTime> m_timer;
  SteadyTime m_next_sweep;
  std::vector<SocketWatch::Ready> m_ready;
};

} // namespace tagdb::net
