#pragma once

#include <tagdb/mirror/image.hpp>
#include <tagdb/mirror/source.hpp>
#include <tagdb/registry/push.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagdb::mirror {

/// What an image was carried without, on purpose.
struct LeftOut {
  bool layers = false;
  bool platforms = false; ///< entries of an index
};

/// An image whose content has arrived, ready to be named.
struct Arrived {
  Image image;
  std::string media_type; ///< of the root, as its bytes are
  std::string bytes;      ///< of the root
  /// The platform manifests under it that were carried, with their platforms where an index said them; the
  /// root itself where it is one.
  std::vector<oci::Descriptor> platforms;
  /// Whether an index lies between the root and one of the platforms.
  bool nested = false;
  LeftOut left_out;
};

/// Where content goes. Who calls keeps the order: blobs, the manifests that name them, names last.
class Destination {
 public:
  virtual ~Destination() = default;

  /// Where a blob counts as being there: a repository of a registry; a layout has one place for all.
  virtual std::string place(const oci::RepositoryName& repository) const = 0;
  virtual void has_blob(const oci::RepositoryName& repository, const oci::Descriptor& blob,
                        Handler<bool> done) = 0;
  /// Whether it could be had without its bytes being sent: mounted from another repository that has it.
  virtual void reuse_blob(const oci::RepositoryName& repository, const oci::Descriptor& blob,
                          Handler<bool> done) = 0;
  /// Takes the blob over, and removes it from the spool.
  virtual void put_blob(const oci::RepositoryName& repository, const oci::Descriptor& descriptor, Blob blob,
                        std::function<void(std::uint64_t)> moved, Handler<void> done) = 0;
  virtual void has_manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                            Handler<bool> done) = 0;
  virtual void put_manifest(const oci::RepositoryName& repository, const std::string& media_type,
                            const std::string& bytes, Handler<void> done) = 0;
  /// Whether the image's name already means its digest, with no more left out than this.
  virtual void has_name(const Image& image, const LeftOut& left_out, Handler<bool> done) = 0;
  virtual void put_name(const Arrived& arrived, Handler<void> done) = 0;
  /// Whether put_name() brings the root's bytes along.
  virtual bool name_carries_root() const = 0;
  /// Whether blobs travel over the network to get there.
  virtual bool remote() const = 0;

  /// Where blobs are spooled on their way here.
  virtual const Spool& spool() const = 0;
  /// Whether there is room for blobs of these sizes: all that are missing, or where they only pass through
  /// the spool, those that can lie there at once. Failure: ErrorKind::internal, with what is needed and free.
  virtual base::Status check_space(std::span<const std::uint64_t> sizes) const = 0;
  /// All that was put is visible and on disk.
  virtual base::Status finish() = 0;
};

/// An OCI layout, made where it is not there. Blobs are written to a spool inside of it, synced and renamed;
/// index.json comes last, under a lock, merged with what others have written meanwhile, and in one step. Each
/// name has (a) the verbatim descriptor with its true media type and `io.containerd.image.name`, and (b),
/// because skopeo finds no Docker types by name, a small OCI index of the same platform manifests with
/// `org.opencontainers.image.ref.name`; where the root is itself of an OCI type that skopeo finds, (a)
/// carries ref.name too and there is no (b). A name outside ref.name's grammar has (a) only, and a warning.
/// While it lives, gc of this layout by tagdb is kept out.
/// Failure: ErrorKind::usage where the folder holds something else, ::busy while gc works.
base::Result<std::unique_ptr<Destination>> make_layout_destination(std::filesystem::path folder,
                                                                   base::Log& log);

/// A registry, spoken to by a client made for registry::Access::push. `prefix` is put before every
/// repository. `spool` is where blobs lie between there and here.
std::unique_ptr<Destination> make_registry_destination(registry::RegistryClient& registry,
                                                       std::optional<oci::RepositoryName> prefix, Spool spool,
                                                       registry::UploadOptions upload = {});

} // namespace tagdb::mirror
