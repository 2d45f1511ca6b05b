#include "authorizer.hpp"

#include "refusal.hpp"
#include <tagdb/base/base64.hpp>
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/net/hop.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::registry {

namespace {

constexpr std::size_t k_max_token_answer = 1u << 20;
/// Docker's token specification: without expires_in a token lives this long.
constexpr std::int64_t k_default_life_seconds = 60;
constexpr std::int64_t k_max_life_seconds = 24 * 60 * 60;

/// With the identity token in the password's place where there is no password: what token servers take that
/// do not know the POST form.
base::Secret basic(const Credentials& credentials) {
  const auto& secret = credentials.password.empty() ? credentials.identity_token : credentials.password;
  return base::Secret("Basic " + base::base64_encode(credentials.username + ":" + secret.reveal()));
}

std::string url_with_query(const net::Url& realm, const std::string& query) {
  const auto& text = realm.to_string();
  return text + (text.find('?') == std::string::npos ? "?" : "&") + query;
}

/// What a token is asked for: what the challenge says, except that who pushes asks at once for all it will
/// need; a challenge to a HEAD names `pull` alone, and the upload after it would be challenged anew.
std::vector<std::string> scopes_to_ask(std::string_view challenged, std::string_view wanted) {
  std::vector<std::string> scopes;
  const auto words = [](std::string_view text) {
    auto parts = base::split(text, ' ');
    std::erase(parts, "");
    return parts;
  };
  const auto resource = [](std::string_view scope) { return scope.substr(0, scope.rfind(':') + 1); };
  const auto ours =
      wanted.find(",push") == std::string_view::npos ? std::vector<std::string_view>() : words(wanted);
  scopes.assign(ours.begin(), ours.end());
  for (const auto scope : words(challenged))
    if (std::none_of(ours.begin(), ours.end(),
                     [&](const auto known) { return resource(known) == resource(scope); }))
      scopes.emplace_back(scope);
  return scopes;
}

base::Error no_credentials(const net::Response& answer) {
  return final_error(
      base::ErrorKind::unauthorised, answer, "UNAUTHORIZED",
      fmt::format("{} wants credentials and none are known for it", answer.url.authority()),
      fmt::format("log in with `docker login {0}` or `skopeo login {0}`, or give a file with --authfile",
                  answer.url.authority()));
}

} // namespace

Authorizer::Authorizer(net::Client& client, const Endpoint& endpoint, CredentialStore credentials,
                       const base::Clock& clock, base::Log& log)
    : m_client(client), m_endpoint(endpoint), m_store(std::move(credentials)), m_clock(clock), m_log(log) {}

void Authorizer::authorize(const std::string& scope, Ready ready) {
  const auto found = m_grants.find(scope);
  if (found == m_grants.end())
    return ready(std::optional<base::Secret>());
  auto& grant = found->second;
  if (grant.under_way)
    return grant.waiting.push_back(std::move(ready));
  if (!grant.source || (grant.authorization && m_clock.monotonic() < grant.renew_at))
    return ready(grant.authorization);
  grant.waiting.push_back(std::move(ready));
  request_token(scope);
}

void Authorizer::challenged(const net::Response& answer, const std::string& scope,
                            const std::optional<base::Secret>& used, Ready ready) {
  auto& grant = m_grants[scope];
  if (grant.under_way)
    return grant.waiting.push_back(std::move(ready));
  // Another request met the challenge first, and what it got is newer than what was used here.
  if (grant.authorization && used != grant.authorization)
    return ready(grant.authorization);

  const auto challenges = parse_challenges(answer.headers.find_all("WWW-Authenticate"));
  const auto with_scheme = [&](std::string_view scheme) {
    return std::find_if(challenges.begin(), challenges.end(),
                        [&](const Challenge& challenge) { return challenge.scheme == scheme; });
  };
  if (const auto bearer = with_scheme("bearer"); bearer != challenges.end() && bearer->parameter("realm")) {
    auto hop = net::follow(answer, *bearer->parameter("realm"));
    if (!hop)
      return ready(std::move(hop).error().while_doing(
          fmt::format("reading where {} issues tokens", m_endpoint.name.to_string())));
    TokenSource source{
        std::move(hop->url), std::string(bearer->parameter("service").value_or("")), {}, hop->public_only};
    source.scopes = scopes_to_ask(bearer->parameter("scope").value_or(scope), scope);
    grant.source = std::move(source);
    grant.waiting.push_back(std::move(ready));
    return request_token(scope);
  }
  if (with_scheme("basic") != challenges.end()) {
    auto known = credentials();
    if (!known)
      return ready(std::move(known).error());
    if (!*known || (*known)->username.empty() || (*known)->password.empty())
      return ready(no_credentials(answer));
    auto authorization = basic(**known);
    if (used == authorization)
      return ready(refusal(answer, "credentials"));
    grant.source.reset();
    grant.authorization = std::move(authorization);
    return ready(grant.authorization);
  }
  ready(refusal(answer, "request").with_hint("it names no way to log in that is known here (bearer, basic)"));
}

base::Result<std::optional<Credentials>> Authorizer::credentials() {
  if (!m_credentials)
    m_credentials = m_store.find(m_endpoint.name.to_string());
  return *m_credentials;
}

void Authorizer::request_token(const std::string& scope) {
  m_grants[scope].under_way = true;
  auto known = credentials();
  if (!known)
    return settle(scope, std::move(known).error());
  m_log.debug(fmt::format("asking {} for a token for {}", m_grants[scope].source->realm.authority(), scope));
  if (*known && !(*known)->identity_token.empty())
    exchange_identity(scope, **known);
  else
    get_token(scope, *known);
}

void Authorizer::exchange_identity(const std::string& scope, const Credentials& credentials) {
  const auto& source = *m_grants[scope].source;
  net::Request request{.method = net::Method::post, .url = source.realm};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.body =
      fmt::format("grant_type=refresh_token&service={}&client_id=tagdb&scope={}&refresh_token={}",
                  net::encode_query(source.service), net::encode_query(base::join(source.scopes, " ")),
                  net::encode_query(credentials.identity_token.reveal()));
  request.max_body = k_max_token_answer;
  request.public_only = source.public_only;
  request.repeatable = true; // a second token harms nobody
  m_client.send(
      std::move(request),
      [this, scope, credentials](base::Result<net::Response> answer) {
        // Token servers older than the POST form do not know it.
        if (answer && (answer->status == 404 || answer->status == 405))
          return get_token(scope, credentials);
        token_answered(scope, std::move(answer));
      },
      net::Client::Priority::urgent);
}

void Authorizer::get_token(const std::string& scope, const std::optional<Credentials>& credentials) {
  const auto& source = *m_grants[scope].source;
  auto query = fmt::format("service={}", net::encode_query(source.service));
  for (const auto& one : source.scopes)
    query += fmt::format("&scope={}", net::encode_query(one));
  auto url = net::Url::parse(url_with_query(source.realm, query));
  if (!url)
    return settle(scope, std::move(url).error());
  net::Request request{.url = *std::move(url)};
  if (credentials && !credentials->username.empty())
    request.authorization = basic(*credentials);
  request.max_body = k_max_token_answer;
  request.public_only = source.public_only;
  m_client.send(
      std::move(request),
      [this, scope](base::Result<net::Response> answer) { token_answered(scope, std::move(answer)); },
      net::Client::Priority::urgent);
}

void Authorizer::token_answered(const std::string& scope, base::Result<net::Response> answer) {
  if (!answer)
    return settle(scope, std::move(answer).error().while_doing(
                             fmt::format("getting a token for {}", m_endpoint.name.to_string())));
  if (answer->status != 200) {
    auto error = refusal(*answer, "token");
    // A server that grants no anonymous token and gets no credentials says so in its own way.
    if (answer->status == 401 || answer->status == 403)
      error.with_hint(fmt::format("log in with `docker login {0}` or `skopeo login {0}`, or give a file with "
                                  "--authfile; what is known for it was refused",
                                  m_endpoint.name.to_string()));
    return settle(scope, std::move(error));
  }
  if (is_web_page(*answer))
    return settle(scope, web_page(*answer, "token"));
  const auto document = base::JsonDocument::parse(answer->body, {.max_bytes = k_max_token_answer});
  std::optional<std::string_view> token;
  if (document) {
    token = document->root().string_at("token");
    if (!token || token->empty())
      token = document->root().string_at("access_token");
  }
  // What becomes a header must not bring headers of its own.
  const auto is_unfit = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  if (!token || token->empty() || std::any_of(token->begin(), token->end(), is_unfit))
    return settle(scope,
                  final_error(base::ErrorKind::network, *answer, "NO_TOKEN",
                              fmt::format("{} answered without a usable token", answer->url.authority())));
  const auto life = std::clamp<std::int64_t>(
      document->root().integer_at("expires_in").value_or(k_default_life_seconds), 1, k_max_life_seconds);
  m_grants[scope].renew_at = m_clock.monotonic() + std::chrono::milliseconds(life * 800);
  settle(scope, std::optional(base::Secret("Bearer " + std::string(*token))));
}

void Authorizer::settle(const std::string& scope, base::Result<std::optional<base::Secret>> outcome) {
  auto& grant = m_grants[scope];
  grant.under_way = false;
  grant.authorization = outcome ? *outcome : std::nullopt;
  // Handlers may come back here: what they add belongs to the next round.
  const auto waiting = std::exchange(grant.waiting, {});
  for (const auto& ready : waiting)
    ready(outcome);
}

} // namespace tagdb::registry
