#pragma once

#include <tagdb/base/file.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

namespace tagdb::net {

/// Which sockets libcurl waits for, in epoll. Between two requests libcurl says "no longer" and at once
/// "again" of the same socket; a socket that we opened, and whose end we will be told, stays with epoll
/// meanwhile.
class SocketWatch {
 public:
  struct Ready {
    int socket = -1;
    bool in = false, out = false, error = false;
  };

  bool open();
  /// A socket opened for libcurl: closed() will be told of its end.
  void opened(int socket) { state(socket) = {true, 0, 0}; }
  void closed(int socket) { state(socket) = {}; }
  /// What libcurl waits for from now on; neither of both: nothing.
  void want(int socket, bool in, bool out);
  /// Waits until a socket is ready or the time is over. False where a signal interrupted it.
  bool wait(std::chrono::milliseconds timeout, std::vector<Ready>& ready);

 private:
  struct State {
    bool ours = false;
    std::uint32_t wanted = 0, watched = 0; ///< epoll's bits; `watched` 0: epoll does not know the socket
  };
  State& state(int socket);
  void tell_epoll(int socket, State& state, std::uint32_t events);

  base::Fd m_epoll;
  std::vector<State> m_states; ///< by socket number
};

} // namespace tagdb::net
