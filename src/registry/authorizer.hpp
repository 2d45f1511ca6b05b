#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/log.hpp>
#include <tagdb/net/client.hpp>
#include <tagdb/registry/auth.hpp>
#include <tagdb/registry/client.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::registry {

/// What a registry wants to see before it answers: nothing until it challenges us, then a token per scope or
/// a password, as the challenge says. Tokens are renewed when four fifths of their life are over; requests
/// that meet the same challenge wait for one token request.
class Authorizer {
 public:
  /// An Authorization header's value, or nothing for "ask without".
  using Ready = std::function<void(base::Result<std::optional<base::Secret>>)>;

  Authorizer(net::Client& client, const Endpoint& endpoint, CredentialStore credentials,
             const base::Clock& clock, base::Log& log);

  /// Calls back with what to send for a scope ("repository:windows/servercore:pull"); at once, unless a token
  /// has to be renewed first.
  void authorize(const std::string& scope, Ready ready);

  /// The registry answered 401 to a request for this scope that carried `used`. Calls back with something new
  /// to try, or with the error that there is nothing.
  void challenged(const net::Response& answer, const std::string& scope,
                  const std::optional<base::Secret>& used, Ready ready);

 private:
  /// Where a scope's tokens come from, as its challenge said.
  struct TokenSource {
    net::Url realm;
    std::string service;
    std::vector<std::string> scopes;
    bool public_only = false;
  };
  struct Grant {
    std::optional<TokenSource> source; ///< nothing: basic
    std::optional<base::Secret> authorization;
    std::chrono::nanoseconds renew_at{0};
    bool under_way = false;
    std::vector<Ready> waiting;
  };

  base::Result<std::optional<Credentials>> credentials();
  void request_token(const std::string& scope);
  void exchange_identity(const std::string& scope, const Credentials& credentials);
  void get_token(const std::string& scope, const std::optional<Credentials>& credentials);
  void token_answered(const std::string& scope, base::Result<net::Response> answer);
  void settle(const std::string& scope, base::Result<std::optional<base::Secret>> outcome);

  net::Client& m_client;
  const Endpoint& m_endpoint;
  CredentialStore m_store;
  const base::Clock& m_clock;
  base::Log& m_log;
  /// Looked up once, also where that failed: a helper may ask a person, or take its time to fail.
  std::optional<base::Result<std::optional<Credentials>>> m_credentials;
  std::map<std::string, Grant> m_grants; ///< by scope
};

} // namespace tagdb::registry
