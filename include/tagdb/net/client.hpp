#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/net/retry.hpp>
#include <tagdb/net/transport.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tagdb::net {

struct ClientOptions {
  RetryPolicy retry{};
  /// The user's ceiling of requests in flight per host (`--jobs`); nothing: what the transport allows.
  std::optional<unsigned> jobs{};
  int max_redirects = 5;
  std::uint64_t random_seed = 0; ///< of the jitter; 0: from the system
};

/// What was sent and received, tries and redirects included.
struct Traffic {
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0; ///< of response bodies
  std::uint64_t retries = 0;
};

/// A complete answer, or the reason why there is none after all tries. An answer of any status is a Response:
/// what 404 means is the caller's business. `Error::fault()` has the last status, the tries and whether it is
/// transient.
using ResponseHandler = std::function<void(base::Result<Response>)>;

/// Sends requests politely: one adaptive limit per host, retries with jitter inside a budget, Retry-After
/// holds the whole host back, redirects followed here by hand (credentials never follow to another scheme,
/// host or port; a server at a public address cannot send us to a private one; https never falls to http).
/// HEAD stays HEAD.
///
/// One thread: handlers are called from run() and may send more. The order of sends to one host is kept for
/// first tries, except that `Priority::urgent` goes first (the rest of a tree before the next tag: less is
/// held in memory).
class Client {
 public:
  enum class Priority : std::uint8_t { normal, urgent };

  Client(Transport& transport, const base::Clock& clock, base::Log& log, ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(Request request, ResponseHandler handler, Priority priority = Priority::normal);

  /// Works until nothing is under way or waiting, or `stop` says so (asked at least every 100 ms; then
  /// everything that is under way is cancelled and every handler is told ErrorKind::interrupted).
  void run(const std::function<bool()>& stop = {});

  /// Requests waiting for their turn plus under way.
  std::size_t pending() const;
  /// Whether a host has asked us to wait, and the wait is not over.
  bool holding() const;
  Traffic traffic() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

} // namespace tagdb::net
