#include "client_impl.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/net/hop.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::net {

namespace {

using std::chrono::milliseconds;

/// A request that is refused this often, while others of its host are answered, is not short of patience.
constexpr int k_max_throttles = 8;
/// A try that brought this much is no failed one (net/body.hpp).
constexpr std::uint64_t k_progress = 1u << 20;
/// A hold that people should know of; below it, only those who asked.
constexpr std::chrono::seconds k_long_hold{60};

bool is_redirect(const Request& request, const Response& response) {
  switch (response.status) {
  case 307:
  case 308:
    break;
  case 301:
  case 302:
  case 303:
    // For other methods these change the method, which no registry means.
    if (request.method != Method::get && request.method != Method::head)
      return false;
    break;
  default:
    return false;
  }
  return response.headers.find("Location").has_value();
}

} // namespace

void Client::Impl::ended(Completion completion) {
  const auto id = static_cast<Id>(completion.id);
  auto& exchange = *m_exchanges[id];
  exchange.in_flight = false;
  --exchange.host->in_flight;
  --m_in_flight;
  touch(*exchange.host);
  m_traffic.bytes += completion.streamed;
  // A server that has sent this much is there, whatever comes of the rest.
  if (completion.streamed > 0)
    ++exchange.host->answers;
  if (auto* response = std::get_if<Response>(&completion.outcome))
    answered(id, std::move(*response));
  else
    failed(id, std::get<TransferFailure>(completion.outcome));
}

void Client::Impl::answered(Id id, Response response) {
  auto& exchange = *m_exchanges[id];
  auto& host = *exchange.host;
  m_traffic.bytes += response.body.size();
  if (m_log.enabled(base::LogLevel::debug))
    log_answer(exchange, response);
  warn_of(response);
  if (response.http_version != host.http_version) {
    host.http_version = response.http_version;
    host.limiter.set_ceiling(ceiling_of(host));
  }
  const auto verdict = judge(response);
  if (verdict == Verdict::hold_host)
    return hold(id, response);
  ++host.answers;
  host.refusals_in_a_row = 0;
  if (verdict == Verdict::retry) {
    if (may_repeat(exchange, nullptr) && repeat(id, false))
      return;
  } else {
    // How long a layer takes says nothing about how busy the host is.
    if (!exchange.request.sink && !exchange.request.upload)
      host.limiter.succeeded(m_now - exchange.sent);
    if (is_redirect(exchange.current(), response) && redirect(id, response))
      return;
  }
  response.tries = exchange.tries + exchange.throttles;
  tell(id, std::move(response));
}

void Client::Impl::failed(Id id, const TransferFailure& failure) {
  auto& exchange = *m_exchanges[id];
  if (m_log.enabled(base::LogLevel::debug))
    m_log.debug(fmt::format("{} {}: {}: {}", to_string(exchange.current().method),
                            exchange.current().url.for_display(), to_string(failure.fault), failure.message));
  const auto verdict = judge(failure);
  if (verdict == Verdict::hold_host) {
    const Response calm{.url = exchange.current().url};
    return hold(id, calm);
  }
  // The end of a connection that has served others (a keep-alive limit, a GOAWAY) is everyday life.
  // So is one that ends in the middle of a layer, as long as the layer gets on.
  const bool advanced =
      exchange.request.sink && exchange.request.sink->offset() >= exchange.offset + k_progress;
  if (advanced)
    exchange.tries = 1;
  const bool everyday =
      advanced || (failure.fault == TransferFault::reset && failure.reused_connection && exchange.tries == 1);
  if (failure.fault == TransferFault::reset && !everyday)
    exchange.host->limiter.throttled();
  if (verdict == Verdict::retry && may_repeat(exchange, &failure) && repeat(id, everyday))
    return;
  tell(id, transfer_error(exchange, failure));
}

bool Client::Impl::may_repeat(const Exchange& exchange, const TransferFailure* failure) const {
  const auto& request = exchange.request;
  const bool at_most_once =
      request.method == Method::post || request.method == Method::patch || request.upload;
  if (!request.repeatable && at_most_once)
    return failure != nullptr &&
           (failure->fault == TransferFault::resolve || failure->fault == TransferFault::connect);
  return true;
}

bool Client::Impl::repeat(Id id, bool reused_connection_lost) {
  auto& exchange = *m_exchanges[id];
  const auto& policy = m_options.retry;
  const bool unreached = exchange.host->answers == 0;
  if (exchange.tries >=
      (unreached ? std::min(policy.max_tries, policy.max_tries_unreached) : policy.max_tries))
    return false;
  ++m_traffic.retries;
  // Where the redirect led may be what is broken; the first server may know a better place.
  exchange.hop.reset();
  exchange.visited.clear();
  exchange.host = &host_of(exchange.request.url);
  if (reused_connection_lost) {
    queue(id, End::front);
  } else {
    const auto delay = retry_delay(policy, exchange.tries + 1, random());
    m_timers.push({m_now + delay, exchange.host, id});
  }
  return true;
}

bool Client::Impl::redirect(Id id, const Response& response) {
  auto& exchange = *m_exchanges[id];
  const auto fail = [&](const base::Error& cause) {
    tell(id, redirect_error(exchange, cause));
    return true;
  };
  auto hop = follow(response, *response.headers.find("Location"));
  if (!hop)
    return fail(hop.error());
  const auto& from = exchange.current();
  exchange.visited.push_back(from.url.to_string());
  if (std::find(exchange.visited.begin(), exchange.visited.end(), hop->url.to_string()) !=
      exchange.visited.end())
    return fail({base::ErrorKind::network, from.url.authority() + " redirects in a circle"});
  if (exchange.visited.size() > static_cast<std::size_t>(m_options.max_redirects))
    return fail({base::ErrorKind::network, fmt::format("more than {} redirects", m_options.max_redirects)});

  Request next = from;
  if (!hop->same_origin)
    next.authorization.reset();
  next.public_only = from.public_only || hop->public_only;
  next.url = std::move(hop->url);
  exchange.hop = std::make_unique<Request>(std::move(next));
  exchange.host = &host_of(exchange.hop->url);
  queue(id, End::front);
  return true;
}

void Client::Impl::hold(Id id, const Response& response) {
  auto& exchange = *m_exchanges[id];
  auto& host = *exchange.host;
  // The try does not count; a hop has not counted one.
  if (!exchange.hop)
    --exchange.tries;
  ++exchange.throttles;
  ++m_traffic.retries;
  host.refusal_status = response.status;
  const bool held_already = m_now < host.held_until;
  if (!held_already)
    ++host.refusals_in_a_row;
  host.limiter.throttled();
  if (exchange.throttles > k_max_throttles && host.answers > 0 && host.refusals_in_a_row == 1)
    return tell(id, throttled_error(exchange));

  const auto length = length_of_hold(exchange, response);
  const auto until = m_now + length;
  if (until > host.held_until) {
    host.held += std::chrono::ceil<milliseconds>(until - std::max(host.held_until, m_now));
    host.held_until = until;
    m_timers.push({until, &host, std::nullopt});
    const auto text = fmt::format("{} asks us to wait ({}): nothing is sent to it for {} s", host.origin,
                                  host.refusal(), std::chrono::ceil<std::chrono::seconds>(length).count());
    if (length > k_long_hold)
      m_log.warning(text);
    else
      m_log.info(text);
  }
  if (host.held > m_options.retry.max_total_hold)
    host.exhausted = true;
  queue(id, End::front);
}

milliseconds Client::Impl::length_of_hold(const Exchange& exchange, const Response& response) {
  const auto& policy = m_options.retry;
  const auto doubled = [](milliseconds delay, int times, milliseconds longest) {
    for (; times > 0 && delay < longest; --times)
      delay *= 2;
    return std::min(delay, longest);
  };
  const int before = std::max(exchange.host->refusals_in_a_row, exchange.throttles) - 1;
  const auto asked = parse_retry_after(response.headers.find("Retry-After"), m_clock.now());
  if (!asked)
    return doubled(policy.default_hold, before, policy.max_hold);
  // "Retry-After: 0" again and again must not become a loop without pause.
  const auto least = before > 0 ? doubled(policy.first_delay, before - 1, policy.max_delay) : milliseconds(0);
  return std::clamp<milliseconds>(*asked, least, policy.max_hold);
}

void Client::Impl::give_up(Host& host) {
  for (auto* line : {&host.urgent, &host.normal}) {
    const auto waiting = std::exchange(*line, {});
    for (const Id id : waiting)
      tell(id, throttled_error(*m_exchanges[id]));
  }
}

void Client::Impl::warn_of(const Response& response) {
  const auto warning = response.headers.find("Warning");
  // distribution-spec: 299 - "text". Said once; nothing else changes.
  if (!warning || warning->substr(0, 4) != "299 ")
    return;
  const auto open = warning->find('"');
  const auto close = warning->rfind('"');
  if (open != std::string_view::npos && close > open)
    m_log.warning_once(fmt::format("{} says: {}", response.url.authority(),
                                   base::escape_untrusted(warning->substr(open + 1, close - open - 1), 400)));
}

void Client::Impl::log_answer(const Exchange& exchange, const Response& response) {
  m_log.debug(fmt::format("{} {}: HTTP {}, {} bytes, {} ms", to_string(exchange.current().method),
                          exchange.current().url.for_display(), response.status, response.body.size(),
                          std::chrono::duration_cast<milliseconds>(m_now - exchange.sent).count()));
}

} // namespace tagdb::net
