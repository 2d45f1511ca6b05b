#include "target_name.hpp"
#include <tagdb/mirror/source.hpp>
#include <tagdb/net/url.hpp>

#include <fmt/format.h>

namespace tagdb::mirror {

namespace {

/// A blob up to this size is fetched into memory: a config, not a layer.
constexpr std::uint64_t k_small = 1u << 20;

/// A layer on its way: from the registry, else from each of its urls. Lives in the handlers of its requests.
struct Fetching : std::enable_shared_from_this<Fetching> {
  registry::RegistryClient& registry;
  oci::Descriptor blob;
  std::shared_ptr<SpoolFile> file;
  Handler<Blob> done;
  std::size_t next_url = 0;

  Fetching(registry::RegistryClient& client, oci::Descriptor what, std::shared_ptr<SpoolFile> into,
           Handler<Blob> told)
      : registry(client), blob(std::move(what)), file(std::move(into)), done(std::move(told)) {}

  void start(const oci::RepositoryName& repository) {
    registry.stream_blob(repository, blob.digest, blob.size, file, handler());
  }

  Handler<void> handler() {
    return [self = shared_from_this()](base::Result<void> result) { self->ended(std::move(result)); };
  }

  void ended(base::Result<void> result) {
    file->on_progress({});
    if (result)
      return done(Blob{.spooled = std::move(file)});
    // Where we were stopped, or cannot write, another place to fetch from is no help.
    const auto kind = result.error().kind();
    if (kind != base::ErrorKind::interrupted && kind != base::ErrorKind::internal)
      while (next_url < blob.urls.size()) {
        const auto& text = blob.urls[next_url++];
        const auto url = net::Url::parse(text); // http and https only
        if (!url)
          continue;
        file->on_progress(moved);
        return registry.stream_url(*url, blob.digest, blob.size, file, handler());
      }
    if (!blob.urls.empty())
      return done(std::move(result).error().while_doing(
          fmt::format("fetching a foreign layer from the registry and from {} urls", blob.urls.size())));
    done(std::move(result).error());
  }

  std::function<void(std::uint64_t)> moved;
};

class RegistrySource final : public Source {
 public:
  RegistrySource(registry::RegistryClient& registry, std::optional<oci::RepositoryName> prefix,
                 const store::Reader* database)
      : m_registry(registry), m_prefix(std::move(prefix)), m_database(database) {}

  bool remote() const override { return true; }

  void manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                Handler<registry::Fetched> done) override {
    auto held = from_database(digest);
    if (!held)
      return done(std::move(held).error());
    if (*held)
      return done(*std::move(*held));
    auto target = target_name(m_prefix, repository);
    if (!target)
      return done(std::move(target).error());
    m_registry.fetch_manifest(*target, digest, std::move(done));
  }

  void blob(const oci::RepositoryName& repository, const oci::Descriptor& blob, const Spool& spool,
            std::function<void(std::uint64_t)> moved, Handler<Blob> done) override {
    auto held = from_database(blob.digest);
    if (!held)
      return done(std::move(held).error());
    if (*held)
      return done(Blob{.bytes = std::move((*held)->bytes)});
    auto target = target_name(m_prefix, repository);
    if (!target)
      return done(std::move(target).error());
    if (blob.size <= k_small && blob.urls.empty())
      return m_registry.fetch_blob(*target, blob.digest, static_cast<std::size_t>(blob.size),
                                   [moved, done = std::move(done)](base::Result<registry::Fetched> fetched) {
                                     if (!fetched)
                                       return done(std::move(fetched).error());
                                     moved(fetched->bytes.size());
                                     done(Blob{.bytes = std::move(fetched->bytes)});
                                   });
    auto file = spool.begin(blob.digest, blob.size);
    if (!file)
      return done(std::move(file).error());
    (*file)->on_progress(moved);
    auto fetching = std::make_shared<Fetching>(m_registry, blob, *std::move(file), std::move(done));
    fetching->moved = std::move(moved);
    fetching->start(*target);
  }

 private:
  base::Result<std::optional<registry::Fetched>> from_database(const oci::Digest& digest) const {
    if (m_database == nullptr)
      return std::nullopt;
    TAGDB_TRY_ASSIGN(const auto content, m_database->find_content(digest));
    if (!content || !content->held)
      return std::nullopt;
    TAGDB_TRY_ASSIGN(auto bytes, m_database->bytes(content->id));
    // A database that was damaged must not damage what is carried: the registry has it still.
    if (!bytes || !digest.matches(*bytes))
      return std::nullopt;
    return registry::Fetched{*std::move(bytes), content->media_type};
  }

  registry::RegistryClient& m_registry;
  const std::optional<oci::RepositoryName> m_prefix;
  const store::Reader* const m_database;
};

} // namespace

std::unique_ptr<Source> make_registry_source(registry::RegistryClient& registry,
                                             std::optional<oci::RepositoryName> prefix,
                                             const store::Reader* database) {
  return std::make_unique<RegistrySource>(registry, std::move(prefix), database);
}

} // namespace tagdb::mirror
