#include "client_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::net {

namespace {
/// How often a stop must be asked for (client.hpp), and how long to wait where nothing else says so.
constexpr std::chrono::milliseconds k_stop_interval{100};
constexpr std::chrono::milliseconds k_longest_wait{10'000};
} // namespace

Client::Client(Transport& transport, const base::Clock& clock, base::Log& log, ClientOptions options)
    : m_impl(std::make_unique<Impl>(transport, clock, log, std::move(options))) {}
Client::~Client() = default;

void Client::send(Request request, ResponseHandler handler, Priority priority) {
  m_impl->enqueue(std::move(request), std::move(handler), priority);
}

void Client::run(const std::function<bool()>& stop) {
  m_impl->run(stop);
}

std::size_t Client::pending() const {
  return m_impl->m_pending;
}

bool Client::holding() const {
  return m_impl->holding();
}

Traffic Client::traffic() const {
  return m_impl->m_traffic;
}

bool Client::Impl::holding() const {
  const auto now = m_clock.monotonic();
  return std::any_of(m_hosts.begin(), m_hosts.end(),
                     [&](const auto& entry) { return entry.second->held_until > now; });
}

Client::Impl::Impl(Transport& transport, const base::Clock& clock, base::Log& log, ClientOptions options)
    : m_transport(transport),
      m_clock(clock),
      m_log(log),
      m_options(std::move(options)),
      m_random(m_options.random_seed != 0 ? m_options.random_seed : std::random_device{}()) {}

void Client::Impl::run(const std::function<bool()>& stop) {
  for (auto& [origin, host] : m_hosts) {
    host->held = std::chrono::milliseconds(0);
    host->exhausted = false;
  }
  while (m_pending > 0) {
    if (stop && stop()) {
      stop_all();
      return;
    }
    m_now = m_clock.monotonic();
    fire_timers();
    fill_hosts();
    auto completions = m_transport.wait(time_to_wait(static_cast<bool>(stop)));
    m_now = m_clock.monotonic();
    for (auto& completion : completions)
      ended(std::move(completion));
  }
}

std::chrono::milliseconds Client::Impl::time_to_wait(bool stoppable) const {
  auto longest = stoppable ? k_stop_interval : k_longest_wait;
  if (!m_timers.empty())
    longest = std::min(longest, std::chrono::ceil<std::chrono::milliseconds>(
                                    std::max(m_timers.top().due - m_now, Moment(0))));
  return longest;
}

Client::Impl::Id Client::Impl::allocate() {
  if (!m_free.empty()) {
    const Id id = m_free.back();
    m_free.pop_back();
    return id;
  }
  m_exchanges.push_back(nullptr);
  return static_cast<Id>(m_exchanges.size() - 1);
}

Host& Client::Impl::host_of(const Url& url) {
  // A crawl talks to one host nearly all the time.
  if (m_last_host != nullptr && m_last_host->origin == url.origin())
    return *m_last_host;
  auto& host = m_hosts[url.origin()];
  if (!host) {
    host = std::make_unique<Host>(url.origin(), 1);
    host->limiter = HostLimiter(ceiling_of(*host));
  }
  m_last_host = host.get();
  return *host;
}

unsigned Client::Impl::ceiling_of(const Host& host) const {
  const auto possible = m_transport.parallelism(host.origin);
  return m_options.jobs ? std::min(*m_options.jobs, possible) : possible;
}

void Client::Impl::enqueue(Request request, ResponseHandler handler, Priority priority) {
  const Id id = allocate();
  auto& host = host_of(request.url);
  auto& place = m_exchanges[id];
  if (place)
    place->request = std::move(request);
  else
    place = std::make_unique<Exchange>(std::move(request));
  place->handler = std::move(handler);
  place->priority = priority;
  place->alive = true;
  place->host = &host;
  ++m_pending;
  queue(id, End::back);
}

void Client::Impl::queue(Id id, End end) {
  const auto& exchange = *m_exchanges[id];
  auto& host = *exchange.host;
  auto& line = exchange.priority == Priority::urgent ? host.urgent : host.normal;
  if (end == End::front)
    line.push_front(id);
  else
    line.push_back(id);
  touch(host);
}

void Client::Impl::touch(Host& host) {
  if (!host.touched) {
    host.touched = true;
    m_touched.push_back(&host);
  }
}

void Client::Impl::fire_timers() {
  while (!m_timers.empty() && m_timers.top().due <= m_now) {
    const auto timer = m_timers.top();
    m_timers.pop();
    if (timer.exchange)
      queue(*timer.exchange, End::front);
    else
      touch(*timer.host);
  }
}

void Client::Impl::fill_hosts() {
  m_filling.swap(m_touched);
  for (auto* host : m_filling) {
    host->touched = false;
    fill(*host);
  }
  m_filling.clear();
}

void Client::Impl::fill(Host& host) {
  if (host.exhausted)
    return give_up(host);
  if (m_now < host.held_until)
    return; // the end of the hold is a timer
  while (host.in_flight < host.limiter.allowed() && !host.idle()) {
    auto& line = host.urgent.empty() ? host.normal : host.urgent;
    const Id id = line.front();
    line.pop_front();
    submit(id);
  }
}

const Request& Exchange::to_send() {
  ranged.reset();
  offset = request.sink ? request.sink->offset() : 0;
  if (offset == 0)
    return current();
  ranged = std::make_unique<Request>(current());
  ranged->headers.add("Range", fmt::format("bytes={}-", offset));
  return *ranged;
}

void Client::Impl::submit(Id id) {
  auto& exchange = *m_exchanges[id];
  if (!exchange.hop)
    ++exchange.tries;
  exchange.sent = m_now;
  exchange.in_flight = true;
  ++exchange.host->in_flight;
  ++m_in_flight;
  ++m_traffic.requests;
  m_transport.submit(id, exchange.to_send());
}

void Client::Impl::tell(Id id, base::Result<Response> result) {
  auto& exchange = *m_exchanges[id];
  const auto handler = std::move(exchange.handler);
  // Back to what a new one is; its place is free before the handler, which may send, runs.
  exchange.handler = nullptr;
  exchange.hop.reset();
  exchange.ranged.reset();
  exchange.visited.clear();
  exchange.host = nullptr;
  exchange.tries = exchange.throttles = 0;
  exchange.alive = false;
  m_free.push_back(id);
  --m_pending;
  if (handler)
    handler(std::move(result));
}

void Client::Impl::stop_all() {
  const base::Error stopped(base::ErrorKind::interrupted, "stopped");
  while (m_pending > 0) {
    for (Id id = 0; id < m_exchanges.size(); ++id)
      if (m_exchanges[id] && m_exchanges[id]->in_flight)
        m_transport.cancel(id);
    while (m_in_flight > 0)
      for (const auto& completion : m_transport.wait(k_stop_interval)) {
        auto& exchange = *m_exchanges[completion.id];
        exchange.in_flight = false;
        --exchange.host->in_flight;
        --m_in_flight;
      }
    m_timers = {};
    for (auto& [origin, host] : m_hosts) {
      host->urgent.clear();
      host->normal.clear();
      host->held_until = Moment(0);
    }
    // A handler may send in answer; then there is another round.
    std::vector<Id> alive;
    for (Id id = 0; id < m_exchanges.size(); ++id)
      if (m_exchanges[id] && m_exchanges[id]->alive)
        alive.push_back(id);
    for (const Id id : alive)
      tell(id, stopped);
  }
}

} // namespace tagdb::net
