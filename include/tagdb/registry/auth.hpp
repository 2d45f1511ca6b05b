#pragma once

#include <tagdb/base/environment.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/base/secret.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::registry {

/// One challenge of a WWW-Authenticate header (RFC 9110 section 11.6.1): scheme and parameters, quoted
/// strings unquoted.
struct Challenge {
  std::string scheme;                                          ///< lower case: "bearer", "basic"
  std::vector<std::pair<std::string, std::string>> parameters; ///< names lower case
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// All challenges of the header values, several in one value or several values; what cannot be read is
/// skipped. A scope may hold commas inside its quotes.
std::vector<Challenge> parse_challenges(const std::vector<std::string_view>& header_values);

/// What a user gave for one registry.
struct Credentials {
  std::string username;
  base::Secret password;
  /// An identity (refresh) token instead of a password: exchanged by POST at the token realm.
  base::Secret identity_token;
};

/// docker's config.json: `auths` (base64 of user:password, or identitytoken), `credHelpers` per host,
/// `credsStore` for all. Looked up by authority with docker's spellings ("https://index.docker.io/v1/",
/// "host:port", "host/path").
class CredentialStore {
 public:
  CredentialStore() = default;
  /// `authfile` given: that file, which must exist. Else the first that exists of $REGISTRY_AUTH_FILE,
  /// $DOCKER_CONFIG/config.json, $XDG_RUNTIME_DIR/containers/auth.json, ~/.docker/config.json; else empty.
  static base::Result<CredentialStore> load(const std::optional<std::string>& authfile,
                                            const base::Environment& environment = base::process_environment);
  /// From the text of a config.json; for tests.
  static base::Result<CredentialStore> parse(std::string_view json);

  /// The credentials for a registry; nothing where none are known. Runs `docker-credential-<helper> get`
  /// where the file says so (10 s limit); a helper that says "credentials not found" is nothing, one that
  /// fails is an error that names it.
  base::Result<std::optional<Credentials>> find(const std::string& authority) const;

 private:
  struct Entry {
    std::string host;
    Credentials credentials;
  };
  std::vector<Entry> m_entries;
  std::vector<std::pair<std::string, std::string>> m_helpers;
  std::string m_default_helper;
};

} // namespace tagdb::registry
