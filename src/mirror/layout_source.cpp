#include <tagdb/mirror/source.hpp>

#include <fmt/format.h>

#include <system_error>

namespace tagdb::mirror {

namespace {

class LayoutSource final : public Source {
 public:
  explicit LayoutSource(Layout layout) : m_layout(std::move(layout)) {}

  bool remote() const override { return false; }

  void manifest(const oci::RepositoryName&, const oci::Digest& digest,
                Handler<registry::Fetched> done) override {
    auto bytes = m_layout.bytes(digest);
    if (!bytes)
      return done(std::move(bytes).error());
    if (!*bytes)
      return done(absent(digest, "MANIFEST_UNKNOWN"));
    done(registry::Fetched{*std::move(*bytes), {}});
  }

  void blob(const oci::RepositoryName&, const oci::Descriptor& blob, const Spool&,
            std::function<void(std::uint64_t)>, Handler<Blob> done) override {
    auto path = m_layout.blob_path(blob.digest);
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed)
      return done(absent(blob.digest, "BLOB_UNKNOWN"));
    if (size != blob.size)
      return done(base::Error(
          base::ErrorKind::integrity,
          fmt::format("{} has {} bytes, and its manifest says {}", path.string(), size, blob.size),
          "`tagdb verify oci:DIR` finds all that is damaged"));
    done(Blob{.file = std::move(path)});
  }

 private:
  base::Error absent(const oci::Digest& digest, std::string code) const {
    base::Fault fault;
    fault.code = std::move(code);
    return base::Error(
               base::ErrorKind::not_found,
               fmt::format("{} is not in the layout at {}", digest.to_string(), m_layout.folder().string()),
               "mirror it again, without --metadata-only and --platform")
        .with_fault(std::move(fault));
  }

  Layout m_layout;
};

} // namespace

std::unique_ptr<Source> make_layout_source(Layout layout) {
  return std::make_unique<LayoutSource>(std::move(layout));
}

} // namespace tagdb::mirror
