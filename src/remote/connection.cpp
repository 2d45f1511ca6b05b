#include "connection.hpp"

#include <string>
#include <utility>

namespace tagdb::remote {

namespace {

const std::string& first_said(const std::string& specific, const std::string& general) {
  return specific.empty() ? general : specific;
}

cli::HostOptions options_of(const cli::NetworkOptions& options, const std::string& host) {
  cli::HostOptions said = options.general;
  if (const auto own = options.by_host.find(host); own != options.by_host.end()) {
    said.ca_file = first_said(own->second.ca_file, said.ca_file);
    said.authfile = first_said(own->second.authfile, said.authfile);
    said.client_cert = first_said(own->second.client_cert, said.client_cert);
    said.client_key = first_said(own->second.client_key, said.client_key);
  }
  return said;
}

net::TlsOptions tls(const cli::HostOptions& options) {
  return {options.ca_file, options.client_cert, options.client_key};
}

net::CurlOptions curl_options_of(const registry::Endpoint& endpoint, const cli::NetworkOptions& options,
                                 std::optional<unsigned> jobs) {
  auto curl = curl_options(options);
  curl.tls_by_authority[endpoint.url.authority()] = tls(options_of(options, endpoint.name.to_string()));
  if (jobs)
    curl.max_streams = curl.max_connections = *jobs;
  return curl;
}

base::Result<registry::CredentialStore> credentials_of(const registry::Endpoint& endpoint,
                                                       const cli::NetworkOptions& options) {
  const auto authfile = options_of(options, endpoint.name.to_string()).authfile;
  return registry::CredentialStore::load(authfile.empty() ? std::nullopt : std::optional(authfile));
}

} // namespace

net::CurlOptions curl_options(const cli::NetworkOptions& options) {
  net::CurlOptions curl;
  curl.user_agent = "tagdb/" TAGDB_VERSION;
  for (const auto& [host, own] : options.by_host)
    curl.tls_by_authority[host] = tls(options_of(options, host));
  // The certificate authority may have signed the token server too; our own certificate is for the registry.
  curl.tls_default.ca_file = options.general.ca_file;
  return curl;
}

base::Result<Connection> Connection::open(const registry::Endpoint& endpoint,
                                          const cli::NetworkOptions& options, std::optional<unsigned> jobs,
                                          const base::Clock& clock, base::Log& log) {
  TAGDB_TRY_ASSIGN(auto credentials, credentials_of(endpoint, options));
  Connection connection;
  TAGDB_TRY_ASSIGN(connection.m_transport,
                   net::make_curl_transport(curl_options_of(endpoint, options, jobs)));
  net::ClientOptions client;
  client.jobs = jobs;
  connection.m_http = std::make_unique<net::Client>(*connection.m_transport, clock, log, std::move(client));
  connection.m_registry = std::make_unique<registry::RegistryClient>(*connection.m_http, endpoint,
                                                                     std::move(credentials), clock, log);
  return connection;
}

base::Result<Connections> Connections::open(std::span<const registry::Endpoint> endpoints,
                                            const cli::NetworkOptions& options,
                                            std::optional<std::uint64_t> limit_rate, const base::Clock& clock,
                                            base::Log& log) {
  auto curl = curl_options(options);
  for (const auto& endpoint : endpoints)
    curl.tls_by_authority[endpoint.url.authority()] = tls(options_of(options, endpoint.name.to_string()));
  curl.limit_rate = limit_rate;
  Connections connections;
  TAGDB_TRY_ASSIGN(connections.m_transport, net::make_curl_transport(std::move(curl)));
  connections.m_http = std::make_unique<net::Client>(*connections.m_transport, clock, log);
  return connections;
}

base::Result<std::unique_ptr<registry::RegistryClient>>
Connections::registry(const registry::Endpoint& endpoint, registry::Access access,
                      const cli::NetworkOptions& options, const base::Clock& clock, base::Log& log) {
  TAGDB_TRY_ASSIGN(auto credentials, credentials_of(endpoint, options));
  return std::make_unique<registry::RegistryClient>(*m_http, endpoint, std::move(credentials), clock, log,
                                                    access);
}

} // namespace tagdb::remote
