#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/net/client.hpp>
#include <tagdb/net/transport.hpp>
#include <tagdb/registry/client.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace tagdb::remote {

/// How hosts are reached that are not the registry: token servers, webhooks.
net::CurlOptions curl_options(const cli::NetworkOptions& options);

/// A registry, ready to be asked: everything between the command's options and the wire.
class Connection {
 public:
  /// `clock` and `log` outlive it. Failure: ErrorKind::usage for files that the options name and that cannot
  /// be read.
  static base::Result<Connection> open(const registry::Endpoint& endpoint, const cli::NetworkOptions& options,
                                       std::optional<unsigned> jobs, const base::Clock& clock,
                                       base::Log& log);

  registry::RegistryClient& registry() { return *m_registry; }

 private:
  Connection() = default;
  // In the order in which they stand on each other.
  std::unique_ptr<net::Transport> m_transport;
  std::unique_ptr<net::Client> m_http;
  std::unique_ptr<registry::RegistryClient> m_registry;
};

/// Several registries over one transport, each with its own credentials and certificates: what is carried
/// from one to another shares the limits.
class Connections {
 public:
  /// As Connection::open, without a registry yet.
  static base::Result<Connections> open(std::span<const registry::Endpoint> endpoints,
                                        const cli::NetworkOptions& options,
                                        std::optional<std::uint64_t> limit_rate, const base::Clock& clock,
                                        base::Log& log);

  net::Client& http() { return *m_http; }
  /// A client of one of the endpoints; it stands on this.
  base::Result<std::unique_ptr<registry::RegistryClient>> registry(const registry::Endpoint& endpoint,
                                                                   registry::Access access,
                                                                   const cli::NetworkOptions& options,
                                                                   const base::Clock& clock, base::Log& log);

 private:
  Connections() = default;
  std::unique_ptr<net::Transport> m_transport;
  std::unique_ptr<net::Client> m_http;
};

} // namespace tagdb::remote
