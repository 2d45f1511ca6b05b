#include "refusal.hpp"

#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/net/retry.hpp>
#include <tagdb/registry/client.hpp>

#include <fmt/format.h>

namespace tagdb::registry {

namespace {

constexpr std::size_t k_max_error_body = 1u << 20;

struct RegistryError {
  std::string code;
  std::string message;
};

/// `{"errors":[{"code","message"}]}`, as far as it is there. The code is cut to what a code looks like.
RegistryError read_error_body(std::string_view body) {
  auto document = base::JsonDocument::parse(body, {.max_bytes = k_max_error_body});
  if (!document)
    return {};
  const auto errors = document->root().find("errors");
  if (!errors || !errors->is_array() || errors->size() == 0)
    return {};
  // docker-registry wraps what matters: UNKNOWN first, then MANIFEST_BLOB_UNKNOWN.
  auto first = errors->at(0);
  for (std::size_t i = 1; i < errors->size() && first.string_at("code").value_or("UNKNOWN") == "UNKNOWN"; ++i)
    first = errors->at(i);
  return {base::escape_untrusted(first.string_at("code").value_or(""), 64),
          base::escape_untrusted(first.string_at("message").value_or(""), 200)};
}

base::ErrorKind kind_of(int status, std::string_view code) {
  if (code == "DIGEST_INVALID" && status == 400)
    return base::ErrorKind::integrity; // what was sent is not what its digest says
  if (status == 404 || status == 410)
    return base::ErrorKind::not_found;
  if (status == 401 || status == 403)
    return base::ErrorKind::unauthorised;
  return base::ErrorKind::network;
}

std::string advice_for(int status, std::string_view code) {
  if (code == "NAME_UNKNOWN")
    return "check the repository's name; `tagdb sync` takes it without the registry: windows/servercore";
  if (status == 404 || status == 410)
    return {};
  if (status == 401)
    return "log in with `docker login` or give a file with --authfile";
  if (status == 403)
    return "the registry knows you, but does not allow it; is the repository's name right, and may you read "
           "it?";
  if (status == 429)
    return "its rate limit is used up; try again later, or with credentials (--authfile)";
  if (status >= 500)
    return "the registry has trouble; try again later, what was recorded is kept";
  return {};
}

} // namespace

base::Error final_error(base::ErrorKind kind, const net::Response& answer, std::string code,
                        std::string message, std::string hint) {
  base::Fault fault;
  fault.status = answer.status;
  fault.code = std::move(code);
  fault.tries = answer.tries;
  return base::Error(kind, std::move(message), std::move(hint)).with_fault(std::move(fault));
}

base::Error refusal(const net::Response& answer, std::string_view what) {
  const auto said = is_web_page(answer) ? RegistryError{} : read_error_body(answer.body);
  base::Fault fault;
  fault.status = answer.status;
  fault.code = said.code;
  fault.tries = answer.tries;
  // net::judge is the one judge of what may change by asking again; the client has asked often enough by now.
  fault.transient = net::judge(answer) != net::Verdict::final;
  auto message = fmt::format("{} refused the {}: HTTP {}", answer.url.authority(), what, answer.status);
  if (!said.code.empty())
    message += fmt::format(" {}", said.code);
  if (!said.message.empty())
    message += fmt::format(" ({})", said.message);
  if (answer.tries > 1)
    message += fmt::format(", {} tries", answer.tries);
  return base::Error(kind_of(answer.status, said.code), std::move(message),
                     advice_for(answer.status, said.code))
      .with_fault(std::move(fault));
}

bool is_web_page(const net::Response& answer) {
  const auto type = base::to_lower(answer.headers.find("Content-Type").value_or(""));
  if (type.starts_with("text/html") || type.starts_with("application/xhtml"))
    return true;
  const auto start = base::to_lower(base::trim(std::string_view(answer.body).substr(0, 64)));
  return start.starts_with("<!doctype") || start.starts_with("<html");
}

base::Error web_page(const net::Response& answer, std::string_view what) {
  auto error = final_error(
      base::ErrorKind::network, answer, "WEB_PAGE",
      fmt::format(
          "asked for the {}, {} answered with a web page (HTTP {}, {})", what, answer.url.authority(),
          answer.status,
          base::escape_untrusted(answer.headers.find("Content-Type").value_or("no Content-Type"), 60)),
      "a login page or a proxy stands before the registry, or the host is none; check --registry and "
      "HTTPS_PROXY");
  auto fault = error.fault();
  fault.transient = true;
  return std::move(error).with_fault(std::move(fault));
}

bool is_refusal(const base::Error& error) {
  const auto& fault = error.fault();
  if (fault.transient || error.kind() == base::ErrorKind::interrupted)
    return false;
  if (error.kind() == base::ErrorKind::integrity)
    return true;
  // Without a status nothing was answered; a body beyond all limits is the exception.
  if (fault.status == 0)
    return fault.code == net::to_string(net::TransferFault::too_large);
  // 403 is an answer, because registries quarantine with it.
  return fault.status != 401;
}

} // namespace tagdb::registry
