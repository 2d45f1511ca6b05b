#include "curl_transport.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace tagdb::net {

namespace {

using std::chrono::steady_clock;

/// How often transfers are looked at for a stall.
constexpr std::chrono::seconds k_sweep_interval{1};
/// What a living transfer moves at least, a second.
constexpr std::uint64_t k_least_bytes_per_second = 1024;

base::Status check_readable(const std::string& file, std::string_view what) {
  if (file.empty() || ::access(file.c_str(), R_OK) == 0)
    return {};
  const auto reason = base::system_error(fmt::format("cannot read the {} file {}", what, file), errno);
  return base::Error(base::ErrorKind::usage, reason.message(),
                     "check --ca-file, --client-cert, --client-key and [host.\"HOST\"] in the configuration");
}

base::Status check_files(const TlsOptions& tls) {
  TAGDB_TRY(check_readable(tls.ca_file, "certificate authority"));
  TAGDB_TRY(check_readable(tls.client_cert, "client certificate"));
  return check_readable(tls.client_key, "client key");
}

} // namespace

base::Result<std::unique_ptr<Transport>> make_curl_transport(CurlOptions options) {
  return CurlTransport::make(std::move(options));
}

base::Result<std::unique_ptr<Transport>> CurlTransport::make(CurlOptions options) {
  TAGDB_TRY(check_files(options.tls_default));
  for (const auto& [authority, tls] : options.tls_by_authority)
    TAGDB_TRY(check_files(tls).while_doing("reading the settings of " + authority));
  std::unique_ptr<CurlTransport> transport(new CurlTransport(std::move(options)));
  if (!transport->start())
    return base::Error(base::ErrorKind::internal, "libcurl could not be initialised");
  return std::unique_ptr<Transport>(std::move(transport));
}

bool CurlTransport::start() {
  if (!m_library.ready())
    return false;
  m_multi.reset(curl_multi_init());
  if (!m_multi || !m_watch.open())
    return false;
  CURLM* h = m_multi.get();
  void* self = this;
  const auto connections = static_cast<long>(m_options.max_connections);
  bool ok = set<CURLMOPT_SOCKETFUNCTION>(h, &CurlTransport::on_socket);
  ok &= set<CURLMOPT_SOCKETDATA>(h, self);
  ok &= set<CURLMOPT_TIMERFUNCTION>(h, &CurlTransport::on_timer);
  ok &= set<CURLMOPT_TIMERDATA>(h, self);
  ok &= set<CURLMOPT_PIPELINING>(h, static_cast<long>(CURLPIPE_MULTIPLEX));
  ok &= set<CURLMOPT_MAX_CONCURRENT_STREAMS>(h, static_cast<long>(m_options.max_streams));
  ok &= set<CURLMOPT_MAX_HOST_CONNECTIONS>(h, connections);
  // The registry, its token server and its data host, each with all it may have.
  ok &= set<CURLMOPT_MAXCONNECTS>(h, 4 * connections);
  m_next_sweep = steady_clock::now() + k_sweep_interval;
  if (m_options.limit_rate)
    m_gate.emplace(RateGate{RateLimiter(*m_options.limit_rate, steady_clock::now())});
  return ok;
}

CurlTransport::~CurlTransport() {
  for (const auto& transfer : m_active)
    curl_multi_remove_handle(m_multi.get(), transfer->easy());
}

CurlTransport::Pool& CurlTransport::pool_for(const Url& url) {
  const auto found = m_options.tls_by_authority.find(url.authority());
  const auto& tls = found == m_options.tls_by_authority.end() ? m_options.tls_default : found->second;
  const bool https = url.scheme() == "https";
  const auto proxy = m_proxies.choose(url);
  for (auto& pool : m_pools)
    if (pool.profile->same_as(tls, proxy, https))
      return pool;
  m_pools.push_back({std::make_shared<const CurlProfile>(CurlProfile{tls, proxy, https}), {}});
  return m_pools.back();
}

CurlTransport::Origin& CurlTransport::origin_of(const Url& url) {
  const auto found = m_origins.find(url.origin());
  if (found != m_origins.end())
    return found->second;
  return m_origins.emplace(url.origin(), Origin{&pool_for(url), false}).first->second;
}

std::shared_ptr<const HeaderSet> CurlTransport::headers_for(const Request& request) {
  for (const auto& set : m_header_sets)
    if (set && set->made_for(request))
      return set;
  auto& place = m_header_sets[m_next_header_set++ % m_header_sets.size()];
  return place = HeaderSet::make(request, m_options.user_agent);
}

void CurlTransport::submit(std::uint64_t id, const Request& request) {
  auto& pool = *origin_of(request.url).pool;
  const auto refuse = [&](TransferFault fault, std::string message) {
    m_ended.push_back({id, TransferFailure{fault, std::move(message), {}, false}});
  };
  // Behind a proxy nobody resolves the name here; what is an address in the URL can be refused all the same.
  if (request.public_only && is_special_address(request.url.host()))
    return refuse(TransferFault::forbidden_peer, request.url.host() + " is not a public address");
  std::unique_ptr<CurlTransfer> transfer;
  if (pool.idle.empty()) {
    transfer = CurlTransfer::make(m_options, pool.profile, m_watch, m_gate ? &*m_gate : nullptr);
  } else {
    transfer = std::move(pool.idle.back());
    pool.idle.pop_back();
  }
  if (!transfer || !transfer->prepare(id, request, headers_for(request)))
    return refuse(TransferFault::protocol, "libcurl refused an option");
  transfer->begin_period(steady_clock::now());
  transfer->place = m_active.size();
  m_active.push_back(std::move(transfer));
  auto& added = *m_active.back();
  if (curl_multi_add_handle(m_multi.get(), added.easy()) != CURLM_OK) {
    take_out(added);
    refuse(TransferFault::protocol, "libcurl refused a request");
  }
}

std::vector<Completion> CurlTransport::wait(std::chrono::milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  act_on_timer();
  collect();
  while (m_ended.empty()) {
    const auto now = steady_clock::now();
    if (now >= m_next_sweep)
      end_stalled(now);
    if (m_gate)
      resume_paused(now);
    auto until = deadline;
    if (!m_active.empty())
      until = std::min(until, m_next_sweep);
    if (m_timer)
      until = std::min(until, *m_timer);
    if (m_gate && !m_gate->paused.empty())
      until = std::min(until, m_gate->limiter.resume_at(now));
    // Rounded up: a timer that is due in a fraction of a millisecond would make us spin.
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    const bool undisturbed =
        m_watch.wait(std::chrono::milliseconds(std::max<std::int64_t>(left, 0)), m_ready);
    for (const auto& each : m_ready)
      act(each.socket, (each.in ? CURL_CSELECT_IN : 0) | (each.out ? CURL_CSELECT_OUT : 0) |
                           (each.error ? CURL_CSELECT_ERR : 0));
    act_on_timer();
    collect();
    // A signal is a reason to go back and ask whether to stop.
    if (m_ended.empty() && (!undisturbed || steady_clock::now() >= deadline))
      break;
  }
  return std::exchange(m_ended, {});
}

void CurlTransport::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(m_multi.get(), socket, events, &running);
}

void CurlTransport::act_on_timer() {
  if (m_timer && *m_timer <= steady_clock::now()) {
    m_timer.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
  }
}

void CurlTransport::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(m_multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    void* kept = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &kept);
    const auto code = message->data.result; // the message goes with the handle
    auto transfer = take_out(*static_cast<CurlTransfer*>(kept));
    m_ended.push_back(transfer->finish(code));
    if (const auto* response = std::get_if<Response>(&m_ended.back().outcome);
        response != nullptr && response->http_version == 20)
      origin_of(response->url).http2 = true;
    put_back(std::move(transfer));
  }
}

void CurlTransport::resume_paused(SteadyTime now) {
  if (m_gate->paused.empty() || m_gate->limiter.resume_at(now) > now)
    return;
  // Each gets one turn, in order; who is paused again waits behind those who were not yet asked.
  auto waiting = std::exchange(m_gate->paused, {});
  while (!waiting.empty() && m_gate->limiter.may_move(now)) {
    auto* transfer = waiting.front();
    waiting.pop_front();
    transfer->resume();
  }
  m_gate->paused.insert(m_gate->paused.begin(), waiting.begin(), waiting.end());
}

void CurlTransport::end_stalled(SteadyTime now) {
  m_next_sweep = now + k_sweep_interval;
  const auto period = m_options.stall_timeout;
  const auto least = k_least_bytes_per_second * static_cast<std::uint64_t>(period.count());
  for (std::size_t i = m_active.size(); i-- > 0;) {
    auto& each = *m_active[i];
    if (now - each.since() < period + each.request().patience || !each.stalled(least, now))
      continue;
    auto transfer = take_out(each);
    m_ended.push_back(transfer->give_up(
        TransferFault::stalled, fmt::format("less than {} bytes came in {} seconds", least, period.count())));
    put_back(std::move(transfer));
  }
}

void CurlTransport::cancel(std::uint64_t id) {
  const auto found =
      std::find_if(m_active.begin(), m_active.end(), [&](const auto& each) { return each->id() == id; });
  if (found == m_active.end())
    return;
  auto transfer = take_out(**found);
  m_ended.push_back(transfer->give_up(TransferFault::cancelled, "cancelled"));
  put_back(std::move(transfer));
}

unsigned CurlTransport::parallelism(const std::string& origin) const {
  const auto found = m_origins.find(origin);
  return found != m_origins.end() && found->second.http2 ? m_options.max_streams : m_options.max_connections;
}

std::unique_ptr<CurlTransfer> CurlTransport::take_out(CurlTransfer& transfer) {
  if (m_gate)
    std::erase(m_gate->paused, &transfer);
  curl_multi_remove_handle(m_multi.get(), transfer.easy());
  const auto place = transfer.place;
  auto taken = std::move(m_active[place]);
  if (place + 1 != m_active.size()) {
    m_active[place] = std::move(m_active.back());
    m_active[place]->place = place;
  }
  m_active.pop_back();
  return taken;
}

void CurlTransport::put_back(std::unique_ptr<CurlTransfer> transfer) {
  for (auto& pool : m_pools)
    if (pool.profile == transfer->profile()) {
      pool.idle.push_back(std::move(transfer));
      return;
    }
}

int CurlTransport::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  // The numbers are no bit masks in libcurl's documentation: IN 1, OUT 2, INOUT 3, REMOVE 4.
  static_cast<CurlTransport*>(self)->m_watch.want(socket, what == CURL_POLL_IN || what == CURL_POLL_INOUT,
                                                  what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
  return 0;
}

int CurlTransport::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& transport = *static_cast<CurlTransport*>(self);
  if (timeout_ms < 0)
    transport.m_timer.reset();
  else
    transport.m_timer = steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  return 0;
}

} // namespace tagdb::net
