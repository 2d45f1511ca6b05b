#pragma once

#include "support/manual_clock.hpp"
#include <tagdb/net/body.hpp>
#include <tagdb/net/transport.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tagdb::test {

/// What a scripted server does with one request.
struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::string peer = "20.0.0.1";
  int http_version = 11;
  std::chrono::milliseconds latency{10};
  std::optional<net::TransferFault> fault{}; ///< instead of an answer; a sink gets `body` before it
  std::string message{};                     ///< of the fault
  bool reused_connection = false;
};

inline Reply failing(net::TransferFault fault, bool reused_connection = false,
                     std::string message = "scripted") {
  Reply reply;
  reply.fault = fault;
  reply.message = std::move(message);
  reply.reused_connection = reused_connection;
  return reply;
}

/// A transport without a network. Each "METHOD url" has a line of replies; the last one stays. What has no
/// line is answered by `otherwise`, or with 404. Time passes only in wait(), on the manual clock.
class ScriptedTransport final : public net::Transport {
 public:
  struct Sent {
    net::Request request;
    std::chrono::nanoseconds at;
    std::string uploaded{}; ///< what the request's source gave
  };

  explicit ScriptedTransport(ManualClock& clock) : m_clock(clock) {}

  void on(const std::string& method_and_url, std::vector<Reply> replies) {
    m_script[method_and_url] = {replies.begin(), replies.end()};
  }
  std::function<Reply(const net::Request&)> otherwise;
  unsigned streams = 128; ///< once HTTP/2 was seen, decided by the test
  unsigned connections = 16;
  bool http2 = false;

  std::vector<Sent> sent;
  std::size_t in_flight() const { return m_running.size(); }
  std::size_t most_in_flight = 0;

  std::size_t count(const std::string& method_and_url) const {
    return static_cast<std::size_t>(std::count_if(
        sent.begin(), sent.end(), [&](const Sent& each) { return name_of(each.request) == method_and_url; }));
  }
  static std::string name_of(const net::Request& request) {
    return std::string(to_string(request.method)) + " " + request.url.to_string();
  }

  void submit(std::uint64_t id, const net::Request& request) override {
    sent.push_back({request, m_clock.monotonic(), read_all(request)});
    const auto reply = next_reply(request);
    m_running.push_back({m_clock.monotonic() + reply.latency, complete(id, request, reply)});
    most_in_flight = std::max(most_in_flight, m_running.size());
  }

  std::vector<net::Completion> wait(std::chrono::milliseconds timeout) override {
    auto until = m_clock.monotonic();
    if (m_cancelled.empty())
      until += timeout;
    for (const auto& each : m_running)
      until = std::min(until, std::max(each.due, m_clock.monotonic()));
    m_clock.advance(until - m_clock.monotonic());
    std::vector<net::Completion> ended = std::exchange(m_cancelled, {});
    for (auto each = m_running.begin(); each != m_running.end();) {
      if (each->due <= m_clock.monotonic()) {
        ended.push_back(std::move(each->completion));
        each = m_running.erase(each);
      } else {
        ++each;
      }
    }
    return ended;
  }

  void cancel(std::uint64_t id) override {
    const auto found = std::find_if(m_running.begin(), m_running.end(),
                                    [&](const Running& each) { return each.completion.id == id; });
    if (found == m_running.end())
      return;
    m_running.erase(found);
    m_cancelled.push_back({id, net::TransferFailure{net::TransferFault::cancelled, "cancelled", {}, false}});
  }

  unsigned parallelism(const std::string&) const override { return http2 ? streams : connections; }

 private:
  static constexpr std::size_t k_piece = 1000;
  struct Running {
    std::chrono::nanoseconds due;
    net::Completion completion;
  };

  Reply next_reply(const net::Request& request) {
    const auto line = m_script.find(name_of(request));
    if (line == m_script.end())
      return otherwise ? otherwise(request) : Reply{.status = 404};
    auto reply = line->second.front();
    if (line->second.size() > 1)
      line->second.pop_front();
    return reply;
  }

  static std::string read_all(const net::Request& request) {
    std::string bytes;
    if (!request.upload)
      return bytes;
    bytes.resize(static_cast<std::size_t>(request.upload->size()));
    for (std::size_t at = 0; at < bytes.size();) {
      const auto got = request.upload->read(at, bytes.data() + at, bytes.size() - at);
      if (!got || *got == 0)
        break;
      at += *got;
    }
    return bytes;
  }

  /// As the real transport does it, but at once: what a sink takes, it has before the answer is told.
  static net::Completion complete(std::uint64_t id, const net::Request& request, const Reply& reply) {
    net::Completion completion{id, outcome(request, reply)};
    if (!request.sink || reply.status < 200 || reply.status > 299 || (reply.fault && reply.body.empty()))
      return completion;
    net::Headers headers;
    for (const auto& [name, value] : reply.headers)
      headers.add(name, value);
    bool taken = request.sink->begin(reply.status, headers);
    for (std::size_t at = 0; taken && at < reply.body.size(); at += k_piece) {
      const auto piece = std::string_view(reply.body).substr(at, k_piece);
      completion.streamed += piece.size();
      taken = request.sink->write(piece);
    }
    if (!taken)
      completion.outcome = net::TransferFailure{net::TransferFault::refused, "not taken", reply.peer, false};
    else if (auto* response = std::get_if<net::Response>(&completion.outcome))
      response->body.clear();
    return completion;
  }

  static std::variant<net::Response, net::TransferFailure> outcome(const net::Request& request,
                                                                   const Reply& reply) {
    if (reply.fault)
      return net::TransferFailure{*reply.fault, reply.message, reply.peer, reply.reused_connection};
    net::Response response{.status = reply.status, .url = request.url};
    for (const auto& [name, value] : reply.headers)
      response.headers.add(name, value);
    if (request.method != net::Method::head)
      response.body = reply.body;
    response.peer_address = reply.peer;
    response.http_version = reply.http_version;
    return response;
  }

  ManualClock& m_clock;
  std::map<std::string, std::deque<Reply>> m_script;
  std::vector<Running> m_running;
  std::vector<net::Completion> m_cancelled;
};

} // namespace tagdb::test
