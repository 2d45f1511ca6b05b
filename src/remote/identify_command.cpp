#include "identify_command.hpp"

#include "connection.hpp"
#include <tagdb/base/terminal.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/cli/identify.hpp>
#include <tagdb/oci/image_config.hpp>
#include <tagdb/oci/manifest.hpp>
#include <tagdb/query/identify.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tagdb::remote {

namespace {

constexpr std::string_view k_microsoft = "mcr.microsoft.com";
constexpr std::string_view k_default_repository = "windows/servercore";
constexpr std::size_t k_max_config = 4u << 20;
/// An index in an index in an index is nobody's image.
constexpr unsigned k_max_depth = 4;

/// Asks one thing and waits for its answer; interrupted by the user's signal.
template <class T, class Ask>
base::Result<T> wait_for(registry::RegistryClient& client, Ask ask) {
  std::optional<base::Result<T>> answer;
  ask([&](base::Result<T> result) { answer = std::move(result); });
  client.run([] { return base::stop_requested(); });
  if (!answer)
    return base::Error(base::ErrorKind::interrupted, "interrupted");
  return *std::move(answer);
}

/// One reference on its way from the registry to facts.
class Fetch {
 public:
  Fetch(registry::RegistryClient& client, oci::RepositoryName repository, std::string name,
        std::string architecture)
      : m_client(client),
        m_repository(std::move(repository)),
        m_name(std::move(name)),
        m_architecture(std::move(architecture)) {}

  base::Result<query::ImageFacts> by_tag(const oci::Tag& tag) {
    TAGDB_TRY_ASSIGN(auto resolved, wait_for<registry::Resolved>(m_client, [&](auto done) {
                       m_client.resolve(m_repository, tag, std::move(done));
                     }));
    if (resolved.bytes) {
      m_facts.digests.push_back(resolved.digest);
      TAGDB_TRY(read_manifest({*std::move(resolved.bytes), resolved.media_type}, 0));
    } else {
      TAGDB_TRY(fetch_manifest(resolved.digest, 0));
    }
    return std::move(m_facts);
  }

  /// An index, a manifest, or the image's ID, which is the digest of its config.
  base::Result<query::ImageFacts> by_digest(const oci::Digest& digest) {
    const auto status = fetch_manifest(digest, 0);
    if (!status) {
      if (status.error().kind() == base::ErrorKind::interrupted || !m_facts.layers.empty() ||
          !fetch_config(digest))
        return status.error();
      m_facts.digests.push_back(digest);
    }
    return std::move(m_facts);
  }

 private:
  base::Status fetch_manifest(const oci::Digest& digest, unsigned depth) {
    TAGDB_TRY_ASSIGN(const auto fetched, wait_for<registry::Fetched>(m_client, [&](auto done) {
                       m_client.fetch_manifest(m_repository, digest, std::move(done));
                     }));
    m_facts.digests.push_back(digest);
    return read_manifest(fetched, depth);
  }

  base::Status read_manifest(const registry::Fetched& fetched, unsigned depth) {
    TAGDB_TRY_ASSIGN(const auto parsed, oci::parse_manifest(fetched.bytes, fetched.media_type));
    if (parsed.index) {
      if (depth == k_max_depth)
        return base::Error(base::ErrorKind::integrity, m_name + " is an index of indexes without an end");
      TAGDB_TRY_ASSIGN(const auto entry, choose(*parsed.index));
      return entry ? fetch_manifest(*entry, depth + 1) : base::Status();
    }
    for (const auto& layer : parsed.manifest->layers)
      m_facts.layers.push_back(layer.digest);
    const auto& config = parsed.manifest->config.digest;
    m_facts.digests.push_back(config);
    return fetch_config(config);
  }

  base::Status fetch_config(const oci::Digest& digest) {
    TAGDB_TRY_ASSIGN(const auto fetched, wait_for<registry::Fetched>(m_client, [&](auto done) {
                       m_client.fetch_blob(m_repository, digest, k_max_config, std::move(done));
                     }));
    TAGDB_TRY_ASSIGN(auto config, oci::parse_image_config(fetched.bytes));
    m_facts.os = std::move(config.os);
    m_facts.architecture = std::move(config.architecture);
    m_facts.os_version = std::move(config.os_version);
    m_facts.diff_ids = std::move(config.diff_ids);
    m_facts.history = std::move(config.history);
    return {};
  }

  /// The Windows image for the architecture; nothing where the index has no Windows image, which the facts
  /// then say.
  base::Result<std::optional<oci::Digest>> choose(const oci::Index& index) {
    std::vector<const oci::Descriptor*> windows, fitting;
    for (const auto& entry : index.manifests) {
      // An entry may leave its platform to the config; attestations call theirs unknown.
      const auto os = entry.platform ? base::to_lower(entry.platform->os) : std::string("windows");
      if (os != "windows") {
        if (m_facts.os.empty() && os != "unknown")
          m_facts.os = os;
        continue;
      }
      windows.push_back(&entry);
      if (!entry.platform || entry.platform->architecture == m_architecture)
        fitting.push_back(&entry);
    }
    if (windows.empty()) {
      if (m_facts.os.empty())
        return base::Error(base::ErrorKind::not_found, m_name + " names no image");
      return std::optional<oci::Digest>();
    }
    m_facts.os.clear();
    if (fitting.empty())
      return base::Error(base::ErrorKind::not_found, m_name + " has no Windows image for " + m_architecture,
                         "name another architecture with --arch; it has " + names_of(windows));
    const auto version = [](const oci::Descriptor* entry) {
      return entry->platform ? entry->platform->os_version : std::string();
    };
    if (std::any_of(fitting.begin(), fitting.end(),
                    [&](const auto* entry) { return version(entry) != version(fitting.front()); }))
      return base::Error(base::ErrorKind::usage,
                         m_name + " names images of several versions: " + names_of(fitting),
                         "ask for one of them by its digest");
    return std::optional(fitting.front()->digest);
  }

  static std::string names_of(const std::vector<const oci::Descriptor*>& entries) {
    constexpr std::size_t k_shown = 8;
    std::vector<std::string> names;
    for (const auto* entry : entries)
      if (names.size() < k_shown)
        names.push_back((entry->platform
                             ? base::escape_untrusted(
                                   entry->platform->os_version + " " + entry->platform->architecture, 60) +
                                   " "
                             : std::string()) +
                        entry->digest.to_string());
    return base::join(names, ", ");
  }

  registry::RegistryClient& m_client;
  oci::RepositoryName m_repository;
  std::string m_name, m_architecture;
  query::ImageFacts m_facts;
};

/// Registries, each connected to once.
class Fetcher {
 public:
  Fetcher(const cli::Session& session, const cli::NetworkOptions& network)
      : m_session(session), m_network(network) {}

  base::Result<query::ImageFacts> operator()(const query::ReferenceQuery& query) {
    TAGDB_TRY_ASSIGN(auto* connection, connect(query.registry));
    TAGDB_TRY_ASSIGN(auto repository, query.repository ? base::Result<oci::RepositoryName>(*query.repository)
                                                       : oci::RepositoryName::parse(k_default_repository));
    const auto host = connection->registry().endpoint().name.to_string();
    if (!query.registry || host == k_microsoft)
      repository = query::expand_repository(repository);
    Fetch fetch(connection->registry(), repository, base::escape_untrusted(query.text),
                m_session.options.architecture);
    return ask(fetch, query).while_doing("asking " + host + " for " + base::escape_untrusted(query.text));
  }

 private:
  static base::Result<query::ImageFacts> ask(Fetch& fetch, const query::ReferenceQuery& query) {
    if (query.expected) // docker pulls by it, whatever the tag says
      return fetch.by_digest(*query.expected);
    if (const auto* digest = std::get_if<oci::Digest>(&query.subject))
      return fetch.by_digest(*digest);
    if (const auto* tag = std::get_if<oci::Tag>(&query.subject))
      return fetch.by_tag(*tag);
    if (const auto* version = std::get_if<windows::OsVersion>(&query.subject)) {
      TAGDB_TRY_ASSIGN(const auto tag, oci::Tag::parse(version->to_string()));
      return fetch.by_tag(tag);
    }
    return base::Error(base::ErrorKind::not_found,
                       base::escape_untrusted(query.text) +
                           " is not in this database, and no registry can be asked for it",
                       "a registry knows tags and whole digests");
  }

  base::Result<Connection*> connect(const std::optional<oci::RegistryName>& named) {
    const auto& option = m_session.options.registry;
    std::string where = option.value_or(named ? named->to_string() : std::string(k_microsoft));
    TAGDB_TRY_ASSIGN(auto endpoint, registry::Endpoint::parse(where));
    // The option may say more than the name: http://, a port that is the scheme's own.
    if (named && endpoint.name != *named) {
      TAGDB_TRY_ASSIGN(endpoint, registry::Endpoint::parse(named->to_string()));
    }
    const auto name = endpoint.name.to_string();
    auto known = m_connections.find(name);
    if (known == m_connections.end()) {
      TAGDB_TRY_ASSIGN(auto opened,
                       Connection::open(endpoint, m_network, std::nullopt, m_session.clock, m_session.log));
      known = m_connections.emplace(name, std::move(opened)).first;
    }
    return &known->second;
  }

  const cli::Session& m_session;
  const cli::NetworkOptions& m_network;
  std::map<std::string, Connection> m_connections;
};

} // namespace

base::Result<int> run_identify(const cli::Session& session, const cli::IdentifyOptions& options) {
  Fetcher fetcher(session, options.network);
  return cli::answer_identify(session, options,
                              [&](const query::ReferenceQuery& query) { return fetcher(query); });
}

} // namespace tagdb::remote
