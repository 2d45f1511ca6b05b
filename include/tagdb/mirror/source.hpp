#pragma once

#include <tagdb/mirror/layout.hpp>
#include <tagdb/mirror/spool.hpp>
#include <tagdb/oci/manifest.hpp>
#include <tagdb/registry/client.hpp>
#include <tagdb/store/reader.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace tagdb::mirror {

using registry::Handler;

/// Where content comes from. Handlers are called at once, or from the client's run().
class Source {
 public:
  virtual ~Source() = default;
  /// An index's or manifest's bytes, which hash to the digest; with its media type where the source says one.
  virtual void manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                        Handler<registry::Fetched> done) = 0;
  /// A config or layer. What has to be fetched goes through the spool, and `moved` is told of its bytes.
  virtual void blob(const oci::RepositoryName& repository, const oci::Descriptor& blob, const Spool& spool,
                    std::function<void(std::uint64_t)> moved, Handler<Blob> done) = 0;
  /// Whether bytes of blobs travel over the network to get here.
  virtual bool remote() const = 0;
};

/// A registry; `prefix` is put before every repository ("mcr" of harbor.corp/mcr). Manifests and configs that
/// the database holds are taken from there. A foreign layer comes from the registry first and from each of
/// its `urls` after that; http and https only, digest and size verified as ever. All of it outlives the
/// source.
std::unique_ptr<Source> make_registry_source(registry::RegistryClient& registry,
                                             std::optional<oci::RepositoryName> prefix = std::nullopt,
                                             const store::Reader* database = nullptr);

/// A layout on disk. Nothing of it is written.
std::unique_ptr<Source> make_layout_source(Layout layout);

} // namespace tagdb::mirror
