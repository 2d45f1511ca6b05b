#include "socket_watch.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>

namespace tagdb::net {

bool SocketWatch::open() {
  m_epoll = base::Fd(::epoll_create1(EPOLL_CLOEXEC));
  return m_epoll.valid();
}

SocketWatch::State& SocketWatch::state(int socket) {
  const auto index = static_cast<std::size_t>(socket);
  if (index >= m_states.size())
    m_states.resize(index + 16);
  return m_states[index];
}

void SocketWatch::want(int socket, bool in, bool out) {
  auto& state = this->state(socket);
  state.wanted =
      (in ? static_cast<std::uint32_t>(EPOLLIN) : 0u) | (out ? static_cast<std::uint32_t>(EPOLLOUT) : 0u);
  if (state.wanted == 0 && state.ours)
    return; // until it makes itself heard
  if (state.wanted != state.watched)
    tell_epoll(socket, state, state.wanted);
}

void SocketWatch::tell_epoll(int socket, State& state, std::uint32_t events) {
  epoll_event event{};
  event.data.fd = socket;
  event.events = events;
  const int epoll = m_epoll.get();
  if (events == 0)
    ::epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nullptr);
  else if (::epoll_ctl(epoll, state.watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) != 0)
    // A number that was closed behind our back and came again.
    ::epoll_ctl(epoll, errno == EEXIST ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
  state.watched = events;
}

bool SocketWatch::wait(std::chrono::milliseconds timeout, std::vector<Ready>& ready) {
  std::array<epoll_event, 64> events;
  ready.clear();
  const int count = ::epoll_wait(m_epoll.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(timeout.count()));
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    auto& state = this->state(event.data.fd);
    const bool bad = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    if ((event.events & state.wanted) == 0 && !(bad && state.wanted != 0)) {
      tell_epoll(event.data.fd, state, state.wanted);
      continue;
    }
    ready.push_back({event.data.fd, (event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0, bad});
  }
  return count >= 0 || errno != EINTR;
}

} // namespace tagdb::net
