#pragma once

#include <tagdb/base/environment.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/net/http.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tagdb::net {

/// What a transfer that got no complete answer reports.
struct TransferFailure {
  TransferFault fault = TransferFault::protocol;
  std::string message; ///< libcurl's words, without secrets
  std::string peer_address;
  bool reused_connection =
      false; ///< it had served another request before: its end says little about this one
};

/// One request that has ended.
struct Completion {
  std::uint64_t id = 0;
  std::variant<Response, TransferFailure> outcome;
  std::uint64_t streamed = 0; ///< bytes that went to the request's sink
};

/// One HTTP exchange at a time and many at once, with no opinion: no retries, no redirects, no limits. Used
/// from one thread. The real one is CurlTransport; tests pass a scripted one, `--offline` one that refuses.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Begins a request; `id` is the caller's and comes back with its completion. `request` is not copied: it
  /// must stay as it is until wait() has returned that completion.
  virtual void submit(std::uint64_t id, const Request& request) = 0;
  /// Waits until at least one request has ended or `timeout` has passed; returns all that have ended,
  /// possibly none.
  virtual std::vector<Completion> wait(std::chrono::milliseconds timeout) = 0;
  /// Ends a request early; it completes as TransferFault::cancelled.
  virtual void cancel(std::uint64_t id) = 0;
  /// Requests that may run at once to this origin: the server's stream limit (at most 128) once an HTTP/2
  /// connection stands, else the connections allowed for HTTP/1.1 (16).
  virtual unsigned parallelism(const std::string& origin) const = 0;
};

/// TLS of one host, by its authority ("harbor.corp", "harbor.corp:8443"); an empty path is the system's
/// default.
struct TlsOptions {
  std::string ca_file;
  std::string client_cert;
  std::string client_key;
};

struct CurlOptions {
  std::map<std::string, TlsOptions> tls_by_authority;
  TlsOptions tls_default;
  std::chrono::seconds connect_timeout{15};
  std::chrono::seconds stall_timeout{60};
  unsigned max_streams = 128;
  unsigned max_connections = 16;
  /// Bytes a second over all transfers together, bodies of both directions; nothing: no limit. Kept by
  /// pausing transfers; a transfer that we pause does not count as stalled.
  std::optional<std::uint64_t> limit_rate{};
  std::string user_agent = "tagdb";
  /// Has HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in either case.
  base::Environment environment = base::process_environment;
};

/// libcurl's multi interface: keep-alive connections, one multiplexed HTTP/2 connection per origin where the
/// server has it, proxies from the environment. Failure: libcurl could not be initialised, or a file of
/// TlsOptions cannot be read (ErrorKind::usage, naming it).
base::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options);

/// Completes every request as TransferFault::offline.
std::unique_ptr<Transport> make_offline_transport();

} // namespace tagdb::net
