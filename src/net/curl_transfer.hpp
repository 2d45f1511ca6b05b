#pragma once

#include "curl_handles.hpp"
#include "rate_limiter.hpp"
#include "socket_watch.hpp"
#include <tagdb/net/body.hpp>
#include <tagdb/net/transport.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <string>

namespace tagdb::net {

/// What transfers of one kind of connection share; their handles are kept and used again.
struct CurlProfile {
  TlsOptions tls;
  std::string proxy; ///< empty: straight to the server
  bool https = false;

  bool same_as(const TlsOptions& other_tls, const std::string& other_proxy, bool other_https) const {
    return https == other_https && proxy == other_proxy && tls.ca_file == other_tls.ca_file &&
           tls.client_cert == other_tls.client_cert && tls.client_key == other_tls.client_key;
  }
};

/// Header lines of a request, shared by all requests with the same fields.
struct HeaderSet {
  Headers fields;
  std::string authorization;
  bool has_body = false;
  HeaderLines lines;

  bool made_for(const Request& request) const;
  static std::shared_ptr<const HeaderSet> make(const Request& request, const std::string& user_agent);
};

class CurlTransfer;

/// The one token bucket of --limit-rate, and the transfers that wait for it, the longest waiting first.
struct RateGate {
  RateLimiter limiter;
  std::deque<CurlTransfer*> paused{};
};

/// One easy handle and the exchange it carries. Does not move: libcurl holds pointers into it.
class CurlTransfer {
 public:
  /// Sets all that is the same for every request; nothing where libcurl refuses.
  static std::unique_ptr<CurlTransfer> make(const CurlOptions& options,
                                            std::shared_ptr<const CurlProfile> profile, SocketWatch& watch,
                                            RateGate* gate);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  /// Sets what differs; false where libcurl refuses. `request` must live until finish().
  bool prepare(std::uint64_t id, const Request& request, std::shared_ptr<const HeaderSet> headers);
  /// The outcome, once libcurl is done with the handle. Leaves the transfer ready for prepare().
  Completion finish(CURLcode code);
  /// The outcome where we ended it.
  Completion give_up(TransferFault fault, std::string message);

  CURL* easy() const { return m_easy.get(); }
  std::uint64_t id() const { return m_id; }
  const Request& request() const { return *m_request; }
  const std::shared_ptr<const CurlProfile>& profile() const { return m_profile; }

  /// Whether fewer than `least` bytes have moved since `since()`; begins a new period where not.
  bool stalled(std::uint64_t least, std::chrono::steady_clock::time_point now);
  std::chrono::steady_clock::time_point since() const { return m_since; }
  void begin_period(std::chrono::steady_clock::time_point now);
  /// Goes on after a pause of ours; what libcurl holds comes at once.
  void resume();

  std::size_t place = 0; ///< where the transport keeps it among the active ones

 private:
  CurlTransfer(std::shared_ptr<const CurlProfile> profile, SocketWatch& watch, RateGate* gate)
      : m_profile(std::move(profile)), m_watch(watch), m_gate(gate) {}
  bool set_constants(const CurlOptions& options);
  bool set_method();
  bool set_upload();
  void set_buffers();
  void take_header_line(std::string_view line);
  bool take_body(std::string_view bytes);
  bool goes_to_sink() const;
  bool begin_sink();
  bool give_to_sink(std::string_view bytes);
  std::size_t give_body(char* into, std::size_t room);
  bool wait_for_rate();
  bool may_talk_to(const char* address);
  TransferFailure failure(CURLcode code) const;
  int status() const { return static_cast<int>(info<CURLINFO_RESPONSE_CODE>(easy())); }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_upload(char* into, std::size_t size, std::size_t count, void* self);
  static int on_rewind(void* self, curl_off_t offset, int origin);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close(void* watch, curl_socket_t socket);
  static int on_ready(void* self, char* peer, char* local, int peer_port, int local_port);

  EasyHandle m_easy;
  std::shared_ptr<const CurlProfile> m_profile;
  SocketWatch& m_watch;
  RateGate* m_gate; ///< null: no limit
  std::shared_ptr<const HeaderSet> m_header_set;
  std::uint64_t m_id = 0;
  const Request* m_request = nullptr;
  Method m_method = Method::get; ///< that the handle is set to
  bool m_with_body = false, m_with_upload = false, m_with_large_buffer = false;

  Headers m_headers;
  std::size_t m_header_bytes = 0;
  std::string m_body;
  bool m_too_large = false, m_forbidden = false, m_bad_headers = false;
  bool m_sink_begun = false, m_refused = false;
  std::uint64_t m_streamed = 0, m_uploaded = 0;
  bool m_paused = false, m_held_back = false; ///< now; at some time in this period
  std::string m_peer;                         ///< that was refused
  std::uint64_t m_moved = 0, m_moved_before = 0;
  std::chrono::steady_clock::time_point m_since;
  std::array<char, CURL_ERROR_SIZE> m_message{};
};

} // namespace tagdb::net
