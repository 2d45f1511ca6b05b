#pragma once

#include <tagdb/net/body.hpp>
#include <tagdb/registry/client.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tagdb::registry {

/// How blobs go up.
struct UploadOptions {
  /// A smaller blob goes up in one PUT, a larger one in chunks, so that a lost connection costs a chunk.
  std::uint64_t whole_below = 8u << 20;
  /// Never smaller than the registry's OCI-Chunk-Min-Length; the last may be.
  std::uint64_t chunk = 64u << 20;
  /// How often an upload may fail without getting on before it is given up.
  int max_failures = 5;
};

/// The push half of the OCI distribution API, on a client made for Access::push. Order is the caller's
/// business: blobs, then manifests that name them, then tags.
class Pusher {
 public:
  explicit Pusher(RegistryClient& client, UploadOptions options = {});

  /// Asks the registry to take a blob over from another repository of its own. False where it would not; a
  /// registry that refuses mounts altogether says so in the same way.
  void mount_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                  const oci::RepositoryName& from, Handler<bool> done);

  /// Sends a blob. Where the connection breaks, the registry is asked how far it got and the rest is sent. An
  /// upload that fails for good is cancelled at the registry (DELETE). Failure: as RegistryClient's;
  /// ErrorKind::integrity where the registry stored it under another digest, or says that its bytes are not
  /// those of the digest.
  void push_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                 std::shared_ptr<net::BodySource> bytes, Handler<void> done);

  /// Sends a manifest's exact bytes under its digest, or under a tag. The digest that the registry answers
  /// must be that of the bytes, else ErrorKind::integrity. A refusal because of a manifest's `urls` has the
  /// hint that shows docker-registry's setting.
  void put_manifest(const oci::RepositoryName& repository, const std::optional<oci::Tag>& tag,
                    std::string_view bytes, const std::string& media_type, Handler<void> done);

 private:
  class Upload;
  RegistryClient::Impl& m_client;
  UploadOptions m_options;
};

/// The bytes of a string as something to upload.
std::shared_ptr<net::BodySource> make_text_source(std::string bytes);

} // namespace tagdb::registry
