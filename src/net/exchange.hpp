#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/net/body.hpp>
#include <tagdb/net/client.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace tagdb::net {

/// Time since some fixed moment, as Clock::monotonic gives it.
using Moment = std::chrono::nanoseconds;

struct Host;

/// One request on its way through tries and redirects to its one answer.
struct Exchange {
  explicit Exchange(Request first) : request(std::move(first)) {}

  Request request; ///< as the caller gave it
  ResponseHandler handler;
  Client::Priority priority = Client::Priority::normal;

  /// What is sent, where it differs from current(): with the Range that resumes a sink.
  std::unique_ptr<Request> ranged;
  std::uint64_t offset = 0;         ///< of the sink when this try began
  std::unique_ptr<Request> hop;     ///< where a redirect has led; tries begin again at `request`
  std::vector<std::string> visited; ///< URLs of the redirects of this try
  int tries = 0;                    ///< begun, those answered by 429 left out
  int throttles = 0;                ///< how often it met a host that asked to wait
  Host* host = nullptr;
  Moment sent{0};
  bool in_flight = false;
  bool alive = false;

  /// What is asked now.
  const Request& current() const { return hop ? *hop : request; }
  /// Asks the sink where to go on, and keeps what to send for this try.
  const Request& to_send();
};

/// Error of an exchange that ends without an answer; names method, URL, cause and the next step.
base::Error transfer_error(const Exchange& exchange, const TransferFailure& failure);
/// The same where the host asks to wait longer than we do.
base::Error throttled_error(const Exchange& exchange);
base::Error redirect_error(const Exchange& exchange, const base::Error& cause);

} // namespace tagdb::net
