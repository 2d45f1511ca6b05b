#pragma once

#include "support/manual_clock.hpp"
#include "support/scripted_transport.hpp"
#include <tagdb/net/client.hpp>

#include <string>
#include <vector>

namespace tagdb::net {

/// A client on a scripted transport that keeps what it was told.
struct ClientFixture {
  explicit ClientFixture(ClientOptions options = {}) : client(transport, clock, log, with_seed(options)) {}

  static ClientOptions with_seed(ClientOptions options) {
    options.random_seed = 1;
    return options;
  }

  Request request(const std::string& url, Method method = Method::get) {
    Request made{.url = *Url::parse(url)};
    made.method = method;
    return made;
  }

  /// Sends one request, works, and returns what came of it.
  base::Result<Response> ask(Request what) {
    std::optional<base::Result<Response>> result;
    client.send(std::move(what), [&](base::Result<Response> told) { result = std::move(told); });
    client.run();
    return result ? *std::move(result) : base::Error(base::ErrorKind::internal, "nobody was told");
  }
  base::Result<Response> ask(const std::string& url) { return ask(request(url)); }

  /// Seconds from the first request to number `index`.
  double sent_at(std::size_t index) const {
    return std::chrono::duration<double>(transport.sent.at(index).at - transport.sent.front().at).count();
  }

  test::ManualClock clock;
  std::vector<std::string> lines;
  base::Log log{base::LogLevel::debug, [this](base::LogLevel level, std::string_view line) {
                  if (level <= base::LogLevel::info)
                    lines.emplace_back(line);
                }};
  test::ScriptedTransport transport{clock};
  Client client;
};

} // namespace tagdb::net
