#include "space.hpp"
#include "target_name.hpp"
#include <tagdb/mirror/destination.hpp>

#include <cerrno>
#include <fcntl.h>
#include <map>
#include <set>

namespace tagdb::mirror {

namespace {

/// A registry that refused this many mounts in a row is not asked for more.
constexpr int k_max_refused_mounts = 3;

/// Tells how far a source has been read; what is read again for a retry counts once.
class Counting final : public net::BodySource {
 public:
  Counting(std::shared_ptr<net::BodySource> source, std::function<void(std::uint64_t)> moved)
      : m_source(std::move(source)), m_moved(std::move(moved)) {}
  std::uint64_t size() const override { return m_source->size(); }
  std::optional<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
    const auto got = m_source->read(offset, into, size);
    if (got && offset + *got > m_furthest) {
      m_moved(offset + *got - m_furthest);
      m_furthest = offset + *got;
    }
    return got;
  }

 private:
  std::shared_ptr<net::BodySource> m_source;
  std::function<void(std::uint64_t)> m_moved;
  std::uint64_t m_furthest = 0;
};

class RegistryDestination final : public Destination {
 public:
  RegistryDestination(registry::RegistryClient& registry, std::optional<oci::RepositoryName> prefix,
                      Spool spool, registry::UploadOptions upload)
      : m_registry(registry),
        m_pusher(registry, upload),
        m_prefix(std::move(prefix)),
        m_spool(std::move(spool)) {}

  bool remote() const override { return true; }
  bool name_carries_root() const override { return true; }
  const Spool& spool() const override { return m_spool; }
  base::Status finish() override { return {}; }

  std::string place(const oci::RepositoryName& repository) const override { return repository.to_string(); }

  void has_blob(const oci::RepositoryName& repository, const oci::Descriptor& blob,
                Handler<bool> done) override {
    with_target(repository, done, [&](const oci::RepositoryName& target) {
      m_registry.find_blob(target, blob.digest, [this, target, blob, done](auto found) {
        if (!found)
          return done(std::move(found).error());
        const bool there = *found && (**found == 0 || **found == blob.size);
        if (there)
          m_known[blob.digest].insert(target);
        done(there);
      });
    });
  }

  void reuse_blob(const oci::RepositoryName& repository, const oci::Descriptor& blob,
                  Handler<bool> done) override {
    const auto known = m_known.find(blob.digest);
    if (known == m_known.end() || known->second.empty() || m_refused_mounts >= k_max_refused_mounts)
      return done(false);
    with_target(repository, done, [&](const oci::RepositoryName& target) {
      m_pusher.mount_blob(target, blob.digest, *known->second.begin(),
                          [this, target, digest = blob.digest, done](base::Result<bool> mounted) {
                            if (!mounted && mounted.error().kind() == base::ErrorKind::interrupted)
                              return done(std::move(mounted).error());
                            const bool taken = mounted && *mounted;
                            m_refused_mounts = taken ? 0 : m_refused_mounts + 1;
                            if (taken)
                              m_known[digest].insert(target);
                            done(taken);
                          });
    });
  }

  void put_blob(const oci::RepositoryName& repository, const oci::Descriptor& descriptor, Blob blob,
                std::function<void(std::uint64_t)> moved, Handler<void> done) override {
    auto bytes = source_of(descriptor, blob);
    if (!bytes)
      return done(std::move(bytes).error());
    with_target(repository, done, [&](const oci::RepositoryName& target) {
      m_pusher.push_blob(
          target, descriptor.digest, std::make_shared<Counting>(*std::move(bytes), std::move(moved)),
          [this, target, digest = descriptor.digest, spooled = blob.spooled, done](base::Result<void> sent) {
            if (sent) {
              m_known[digest].insert(target);
              // Kept where sending failed: the next run need not fetch it again.
              if (spooled)
                spooled->discard();
            }
            done(std::move(sent));
          });
    });
  }

  void has_manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                    Handler<bool> done) override {
    with_target(repository, done,
                [&](const oci::RepositoryName& target) { m_registry.find_manifest(target, digest, done); });
  }

  void put_manifest(const oci::RepositoryName& repository, const std::string& media_type,
                    const std::string& bytes, Handler<void> done) override {
    with_target(repository, done, [&](const oci::RepositoryName& target) {
      m_pusher.put_manifest(target, std::nullopt, bytes, media_type, done);
    });
  }

  void has_name(const Image& image, const LeftOut&, Handler<bool> done) override {
    if (!image.tag)
      return done(true); // its manifest is all of it
    with_target(image.repository, done, [&](const oci::RepositoryName& target) {
      m_registry.find_tag(target, *image.tag, [digest = image.digest, done](auto found) {
        if (!found)
          return done(std::move(found).error());
        done(*found && (*found)->digest == digest);
      });
    });
  }

  void put_name(const Arrived& arrived, Handler<void> done) override {
    if (!arrived.image.tag)
      return done({});
    with_target(arrived.image.repository, done, [&](const oci::RepositoryName& target) {
      m_pusher.put_manifest(target, arrived.image.tag, arrived.bytes, arrived.media_type, done);
    });
  }

  base::Status check_space(std::span<const std::uint64_t> sizes) const override {
    return check_room(m_spool.folder(), sizes,
                      "to spool what goes to " + m_registry.endpoint().name.to_string());
  }

 private:
  template <class T, class Then>
  void with_target(const oci::RepositoryName& repository, const Handler<T>& done, Then then) {
    auto target = target_name(m_prefix, repository);
    if (!target)
      return done(std::move(target).error());
    then(*target);
  }

  static base::Result<std::shared_ptr<net::BodySource>> source_of(const oci::Descriptor& descriptor,
                                                                  Blob& blob) {
    if (blob.bytes)
      return registry::make_text_source(*std::move(blob.bytes));
    if (blob.spooled)
      return net::make_file_source(blob.spooled->file(), 0, descriptor.size);
    auto file = std::make_shared<base::Fd>(::open(blob.file->c_str(), O_RDONLY | O_CLOEXEC));
    if (!file->valid())
      return base::system_error("cannot open " + blob.file->string(), errno);
    return net::make_file_source(std::move(file), 0, descriptor.size);
  }

  registry::RegistryClient& m_registry;
  registry::Pusher m_pusher;
  const std::optional<oci::RepositoryName> m_prefix;
  const Spool m_spool;
  std::map<oci::Digest, std::set<oci::RepositoryName>> m_known; ///< where blobs are, at this registry
  int m_refused_mounts = 0;                                     ///< in a row
};

} // namespace

std::unique_ptr<Destination> make_registry_destination(registry::RegistryClient& registry,
                                                       std::optional<oci::RepositoryName> prefix, Spool spool,
                                                       registry::UploadOptions upload) {
  return std::make_unique<RegistryDestination>(registry, std::move(prefix), std::move(spool), upload);
}

} // namespace tagdb::mirror
