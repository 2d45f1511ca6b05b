#include "host.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

namespace tagdb::net {

namespace {

std::string describe(const Request& request) {
  return fmt::format("{} {}", to_string(request.method), request.url.for_display());
}

std::string hint_for(TransferFault fault, const Url& url) {
  switch (fault) {
  case TransferFault::resolve:
    return fmt::format("check the name '{}', DNS, and whether HTTPS_PROXY is needed", url.host());
  case TransferFault::connect:
    return fmt::format(
        "is the registry running and reachable on port {}? A firewall or a missing HTTPS_PROXY "
        "looks like this too",
        url.port());
  case TransferFault::tls:
    return fmt::format("an own certificate authority is named with --ca-file; a registry without TLS is "
                       "written http://{}",
                       url.authority());
  case TransferFault::reset:
  case TransferFault::short_body:
  case TransferFault::stalled:
    return "try again later; what was recorded is kept";
  case TransferFault::too_large:
    return "no manifest or config is that large: is this a registry?";
  case TransferFault::forbidden_peer:
    return "a public server must not send us to a private address; give the private registry itself with "
           "--registry";
  case TransferFault::offline:
    return "leave --offline away to use the network";
  case TransferFault::protocol:
    return "is this a registry, and is it http or https?";
  case TransferFault::cancelled:
  case TransferFault::refused:
    break;
  }
  return {};
}

std::string_view words_for(TransferFault fault) {
  switch (fault) {
  case TransferFault::resolve:
  case TransferFault::connect:
    return "cannot reach";
  case TransferFault::tls:
    return "no secure connection to";
  case TransferFault::reset:
    return "lost the connection to";
  case TransferFault::short_body:
    return "got a cut-off answer from";
  case TransferFault::stalled:
    return "gave up waiting for";
  case TransferFault::too_large:
    return "refused too large an answer from";
  case TransferFault::forbidden_peer:
    return "refused to be sent to";
  case TransferFault::offline:
    return "did not ask";
  case TransferFault::protocol:
    return "cannot understand";
  case TransferFault::cancelled:
    return "stopped asking";
  case TransferFault::refused:
    return "broke off the transfer with";
  }
  return "";
}

std::string after_tries(int tries) {
  return tries > 1 ? fmt::format(", {} tries", tries) : std::string();
}

} // namespace

base::Error transfer_error(const Exchange& exchange, const TransferFailure& failure) {
  const auto& request = exchange.current();
  const auto kind =
      failure.fault == TransferFault::cancelled ? base::ErrorKind::interrupted : base::ErrorKind::network;
  base::Fault fault;
  fault.code = to_string(failure.fault);
  fault.tries = exchange.tries;
  fault.transient = judge(failure) != Verdict::final;
  return base::Error(kind,
                     fmt::format("{} {}: {} ({}{})", words_for(failure.fault), request.url.authority(),
                                 failure.message, describe(request), after_tries(exchange.tries)),
                     hint_for(failure.fault, request.url))
      .with_fault(std::move(fault));
}

base::Error throttled_error(const Exchange& exchange) {
  const auto& host = *exchange.host;
  const auto& request = exchange.current();
  base::Fault fault;
  fault.status = host.refusal_status;
  fault.code = "throttled";
  fault.tries = exchange.tries + exchange.throttles;
  fault.transient = true;
  return base::Error(base::ErrorKind::network,
                     fmt::format("{} asks us to wait again and again: {} after {} s of waiting ({})",
                                 request.url.authority(), host.refusal(),
                                 std::chrono::ceil<std::chrono::seconds>(host.held).count(),
                                 describe(request)),
                     "its rate limit is used up; try again later, or with credentials (--authfile)")
      .with_fault(std::move(fault));
}

base::Error redirect_error(const Exchange& exchange, const base::Error& cause) {
  base::Fault fault;
  fault.code = "redirect";
  fault.tries = exchange.tries;
  return base::Error(base::ErrorKind::network,
                     fmt::format("{} ({})", cause.message(), describe(exchange.current())), cause.hint())
      .with_fault(std::move(fault));
}

} // namespace tagdb::net
