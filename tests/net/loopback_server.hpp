#pragma once

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tagdb::test {

/// An HTTP/1.1 server on loopback that sends exactly the bytes a test wants, one thread for all connections
/// in turn of their events. For what a scripted transport cannot show: real sockets.
class LoopbackServer {
 public:
  enum class Then : std::uint8_t { keep, close, reset };
  struct Action {
    std::string bytes;
    Then then = Then::keep;
  };
  /// Called on the server's thread with the request's head and body.
  using Script = std::function<Action(const std::string& request)>;

  explicit LoopbackServer(Script script) : m_script(std::move(script)) {
    m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(m_listener, 64) != 0 ||
        ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        ::pipe(m_stop.data()) != 0)
      throw std::runtime_error("no loopback server");
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    ::close(m_stop[1]);
    m_thread.join();
    ::close(m_stop[0]);
    ::close(m_listener);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(m_port) + path;
  }
  int connections() const { return m_accepted; }
  /// Heads of all requests so far, as they came.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(m_mutex);
    return m_requests;
  }

 private:
  struct Connection {
    int socket;
    std::string received;
  };

  void serve() {
    std::vector<Connection> connections;
    for (;;) {
      std::vector<pollfd> waits{{m_stop[0], POLLIN, 0}, {m_listener, POLLIN, 0}};
      for (const auto& each : connections)
        waits.push_back({each.socket, POLLIN, 0});
      ::poll(waits.data(), waits.size(), -1);
      if (waits[0].revents != 0)
        break;
      for (std::size_t i = connections.size(); i-- > 0;)
        if (waits[i + 2].revents != 0 && !attend(connections[i]))
          connections.erase(connections.begin() + static_cast<std::ptrdiff_t>(i));
      if (waits[1].revents != 0) {
        connections.push_back({::accept(m_listener, nullptr, nullptr), {}});
        ++m_accepted;
      }
    }
    for (const auto& each : connections)
      ::close(each.socket);
  }

  /// False when the connection is over.
  bool attend(Connection& connection) {
    std::array<char, 65536> buffer;
    const auto got = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
      ::close(connection.socket);
      return false;
    }
    connection.received.append(buffer.data(), static_cast<std::size_t>(got));
    for (;;) {
      const auto length = request_length(connection.received);
      if (length == 0)
        return true;
      const auto request = connection.received.substr(0, length);
      connection.received.erase(0, length);
      {
        const std::lock_guard lock(m_mutex);
        m_requests.push_back(request);
      }
      const auto action = m_script(request);
      for (std::size_t sent = 0; sent < action.bytes.size();) {
        const auto count =
            ::send(connection.socket, action.bytes.data() + sent, action.bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0)
          break;
        sent += static_cast<std::size_t>(count);
      }
      if (action.then == Then::keep)
        continue;
      if (action.then == Then::reset) {
        const linger now{1, 0};
        ::setsockopt(connection.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      }
      ::close(connection.socket);
      return false;
    }
  }

  /// Of the first whole request, body included; 0 where it is not whole yet.
  static std::size_t request_length(const std::string& received) {
    const auto head = received.find("\r\n\r\n");
    if (head == std::string::npos)
      return 0;
    std::size_t body = 0;
    const std::string field = "\r\nContent-Length: ";
    if (const auto at = received.find(field); at < head)
      for (auto digit = at + field.size(); received[digit] >= '0' && received[digit] <= '9'; ++digit)
        body = body * 10 + static_cast<std::size_t>(received[digit] - '0');
    return received.size() >= head + 4 + body ? head + 4 + body : 0;
  }

  Script m_script;
  int m_listener = -1;
  int m_port = 0;
  std::array<int, 2> m_stop{};
  std::atomic<int> m_accepted{0};
  mutable std::mutex m_mutex;
  std::vector<std::string> m_requests;
  std::thread m_thread; // last: it uses all of the above
};

} // namespace tagdb::test
