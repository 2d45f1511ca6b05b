#include "connection.hpp"
#include "courier.hpp"
#include <tagdb/base/terminal.hpp>
#include <tagdb/net/transport.hpp>

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace tagdb::remote {

namespace {

/// How often a stop signal is looked for.
constexpr std::chrono::milliseconds k_ask{100};
/// Nobody reads what a webhook answers.
constexpr std::size_t k_max_answer = 1u << 20;

/// Words for a transfer that failed. libcurl's own name host and port at most; where they might say more they
/// are left out.
std::string words_of(const net::TransferFailure& failure) {
  switch (failure.fault) {
  case net::TransferFault::resolve:
  case net::TransferFault::connect:
  case net::TransferFault::tls:
    return fmt::format("no answer ({}: {})", net::to_string(failure.fault), failure.message);
  default:
    return fmt::format("no answer ({})", net::to_string(failure.fault));
  }
}

class WebhookCourier final : public Courier {
 public:
  WebhookCourier(std::unique_ptr<net::Transport> transport, net::Url url, std::chrono::seconds timeout,
                 const base::Clock& clock)
      : m_transport(std::move(transport)), m_url(std::move(url)), m_timeout(timeout), m_clock(clock) {}

  base::Status deliver(std::string_view document) override {
    net::Request request{.method = net::Method::post, .url = m_url};
    request.headers.add("Content-Type", "application/json");
    request.body = std::string(document);
    request.max_body = k_max_answer;
    const auto until = m_clock.monotonic() + m_timeout;
    m_transport->submit(++m_id, request);
    std::optional<base::Error> given_up;
    for (;;) {
      for (auto& completion : m_transport->wait(k_ask)) {
        if (completion.id != m_id)
          continue;
        if (given_up)
          return *std::move(given_up);
        return judge(completion.outcome);
      }
      if (given_up)
        continue; // until it has been cancelled: the request must live as long
      if (base::stop_requested())
        given_up = base::Error(base::ErrorKind::interrupted, "stopped while it was being sent");
      else if (m_clock.monotonic() >= until)
        given_up =
            base::Error(base::ErrorKind::network, fmt::format("no answer within {} s", m_timeout.count()));
      if (given_up)
        m_transport->cancel(m_id);
    }
  }

 private:
  static base::Status judge(const std::variant<net::Response, net::TransferFailure>& outcome) {
    if (const auto* failure = std::get_if<net::TransferFailure>(&outcome))
      return base::Error(base::ErrorKind::network, words_of(*failure));
    const int status = std::get<net::Response>(outcome).status;
    if (status >= 200 && status < 300)
      return {};
    return base::Error(
        base::ErrorKind::network,
        fmt::format("the answer was HTTP {}{}", status,
                    status >= 300 && status < 400 ? ", a redirect, which is not followed" : ""));
  }

  std::unique_ptr<net::Transport> m_transport;
  net::Url m_url;
  std::chrono::seconds m_timeout;
  const base::Clock& m_clock;
  std::uint64_t m_id = 0;
};

} // namespace

base::Result<std::unique_ptr<Courier>> make_webhook_courier(const base::Secret& url,
                                                            const cli::NetworkOptions& network,
                                                            std::chrono::seconds timeout,
                                                            const base::Clock& clock) {
  auto parsed = net::Url::parse(url.reveal());
  if (!parsed)
    return base::Error(base::ErrorKind::usage,
                       "--webhook is no http or https URL without user and password (it is not shown, as it "
                       "may hold a key)");
  TAGDB_TRY_ASSIGN(auto transport, net::make_curl_transport(curl_options(network)));
  return std::unique_ptr<Courier>(
      std::make_unique<WebhookCourier>(std::move(transport), *std::move(parsed), timeout, clock));
}

base::Result<std::vector<Recipient>> recipients_of(const cli::NotifyOptions& options,
                                                   const cli::NetworkOptions& network,
                                                   const base::Clock& clock, base::Log& log) {
  constexpr std::chrono::seconds k_timeout{60};
  const auto timeout = options.timeout.value_or(k_timeout);
  std::vector<Recipient> recipients;
  if (options.on_change) {
    if (options.on_change->find_first_not_of(" \t\r\n") == std::string::npos)
      return base::Error(base::ErrorKind::usage, "--on-change is empty", "leave it away, or name a command");
    const base::Secret command(*options.on_change);
    recipients.push_back({store::TargetKind::command, command, "the command of --on-change",
                          make_command_courier(command, timeout, log)});
  }
  if (options.webhook) {
    const base::Secret address(*options.webhook);
    TAGDB_TRY_ASSIGN(auto courier, make_webhook_courier(address, network, timeout, clock));
    TAGDB_TRY_ASSIGN(const auto url, net::Url::parse(*options.webhook));
    recipients.push_back(
        {store::TargetKind::webhook, address, "the webhook at " + url.origin(), std::move(courier)});
  }
  return recipients;
}

} // namespace tagdb::remote
