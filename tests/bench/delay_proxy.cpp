// A TCP proxy on loopback that makes the way long without making it narrow: every byte arrives a fixed time
// after it was sent, in order, each way.
//
//   delay_proxy TARGET-PORT MILLISECONDS-EACH-WAY
//
// Prints its port and a newline, and ends when standard input does.
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t k_buffered = 8U * 1024 * 1024; // more than any window on loopback: never the limit here

struct Piece {
  Clock::time_point due;
  std::string bytes;
  std::size_t sent = 0;
};

// One direction of one connection: bytes read from `from` wait in the queue until they are due at `to`.
struct Way {
  int from = -1, to = -1;
  std::deque<Piece> queue;
  std::size_t held = 0;
  bool ended = false;    // `from` has no more
  bool finished = false; // and `to` was told
};

struct Connection {
  Way up, down;
  bool broken = false;
};

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

void prepare(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

class Proxy {
 public:
  Proxy(int target, int milliseconds) : m_target(target), m_delay(milliseconds) {}

  bool listen() {
    m_listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(m_listener, 128) != 0 ||
        getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      return false;
    }
    fcntl(m_listener, F_SETFL, O_NONBLOCK);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return true;
  }

  void run() {
    for (;;) {
      std::vector<pollfd> set{{STDIN_FILENO, POLLIN, 0}, {m_listener, POLLIN, 0}};
      for (const auto& connection : m_connections) {
        watch(connection->up, set);
        watch(connection->down, set);
      }
      const auto wait = timeout();
      if (ppoll(set.data(), set.size(), wait ? &*wait : nullptr, nullptr) < 0 && errno != EINTR) {
        return;
      }
      char byte = 0;
      if (set[0].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0) {
        return;
      }
      if (set[1].revents != 0) {
        accept_all();
      }
      for (auto& connection : m_connections) {
        pump(*connection, connection->up);
        pump(*connection, connection->down);
      }
      std::erase_if(m_connections, [](const std::unique_ptr<Connection>& connection) {
        const bool done = connection->broken || (connection->up.finished && connection->down.finished);
        if (done) {
          close(connection->up.from);
          close(connection->up.to);
        }
        return done;
      });
    }
  }

 private:
  static void watch(const Way& way, std::vector<pollfd>& set) {
    if (!way.ended && way.held < k_buffered) {
      set.push_back({way.from, POLLIN, 0});
    }
    if (!way.queue.empty() && way.queue.front().due <= Clock::now()) {
      set.push_back({way.to, POLLOUT, 0});
    }
  }

  std::optional<timespec> timeout() const {
    const auto now = Clock::now();
    std::optional<Clock::time_point> next;
    for (const auto& connection : m_connections) {
      for (const Way* way : {&connection->up, &connection->down}) {
        if (!way->queue.empty() && way->queue.front().due > now &&
            (!next || way->queue.front().due < *next)) {
          next = way->queue.front().due;
        }
      }
    }
    if (!next) {
      return std::nullopt;
    }
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(*next - now).count();
    return timespec{left / 1'000'000'000, left % 1'000'000'000};
  }

  void accept_all() {
    int client = 0;
    while ((client = accept(m_listener, nullptr, nullptr)) >= 0) {
      const int server = socket(AF_INET, SOCK_STREAM, 0);
      const sockaddr_in address = loopback(m_target);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close(client);
        close(server);
        continue;
      }
      prepare(client);
      prepare(server);
      auto connection = std::make_unique<Connection>();
      connection->up = {client, server, {}, 0, false, false};
      connection->down = {server, client, {}, 0, false, false};
      m_connections.push_back(std::move(connection));
    }
  }

  void pump(Connection& connection, Way& way) {
    while (!way.ended && way.held < k_buffered) {
      const ssize_t got = recv(way.from, m_buffer.data(), m_buffer.size(), 0);
      if (got > 0) {
        way.queue.push_back(
            {Clock::now() + m_delay, std::string(m_buffer.data(), static_cast<std::size_t>(got))});
        way.held += static_cast<std::size_t>(got);
      } else if (got == 0) {
        way.ended = true;
      } else if (errno == EAGAIN || errno == EINTR) {
        break;
      } else {
        connection.broken = true;
        return;
      }
    }
    const auto now = Clock::now();
    while (!way.queue.empty() && way.queue.front().due <= now) {
      Piece& piece = way.queue.front();
      const ssize_t put =
          send(way.to, piece.bytes.data() + piece.sent, piece.bytes.size() - piece.sent, MSG_NOSIGNAL);
      if (put < 0) {
        connection.broken = connection.broken || (errno != EAGAIN && errno != EINTR);
        return;
      }
      piece.sent += static_cast<std::size_t>(put);
      way.held -= static_cast<std::size_t>(put);
      if (piece.sent == piece.bytes.size()) {
        way.queue.pop_front();
      }
    }
    if (way.ended && way.queue.empty() && !way.finished) {
      shutdown(way.to, SHUT_WR);
      way.finished = true;
    }
  }

  int m_target;
  std::chrono::milliseconds m_delay;
  int m_listener = -1;
  std::vector<std::unique_ptr<Connection>> m_connections;
  std::string m_buffer = std::string(256U * 1024, '\0');
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: delay_proxy TARGET-PORT MILLISECONDS-EACH-WAY\n");
    return 2;
  }
  Proxy proxy(static_cast<int>(std::strtol(argv[1], nullptr, 10)),
              static_cast<int>(std::strtol(argv[2], nullptr, 10)));
  if (!proxy.listen()) {
    std::perror("delay_proxy");
    return 1;
  }
  proxy.run();
  return 0;
}
