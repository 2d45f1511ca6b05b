#pragma once

#include "memory_registry.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/mirror/care.hpp>
#include <tagdb/mirror/copy.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagdb::mirror {

/// An image as Windows base images are: a Docker list of Docker manifests.
struct MadeImage {
  struct Platform {
    std::string config, layer, foreign, manifest;
  };
  std::vector<Platform> platforms;
  std::string index;

  static std::string digest(const std::string& bytes) { return oci::Digest::of(bytes).to_string(); }
  static std::string descriptor(const std::string& type, const std::string& bytes,
                                const std::string& more = "") {
    return R"({"mediaType":")" + type + R"(","size":)" + std::to_string(bytes.size()) + R"(,"digest":")" +
           digest(bytes) + "\"" + more + "}";
  }

  explicit MadeImage(const std::string& version, const std::vector<std::string>& architectures = {"amd64"},
                     const std::string& index_type = std::string(oci::k_docker_list)) {
    std::string entries;
    for (const auto& architecture : architectures) {
      Platform made;
      const auto salt = version + architecture;
      made.config =
          R"({"os":"windows","architecture":")" + architecture + R"(","os.version":")" + version + R"("})";
      made.layer = "layer of " + salt;
      made.foreign = "base of " + version.substr(0, 10); // shared by revisions of a build
      made.manifest =
          R"({"schemaVersion":2,"mediaType":")" + std::string(oci::k_docker_manifest) + R"(","config":)" +
          descriptor(std::string(oci::k_docker_config), made.config) + R"(,"layers":[)" +
          descriptor("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", made.foreign,
                     R"(,"urls":["ftp://no/x","https://cdn/)" + digest(made.foreign) + "\"]") +
          "," + descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", made.layer) + "]}";
      entries += (entries.empty() ? "" : ",\n   ") +
                 descriptor(std::string(oci::k_docker_manifest), made.manifest,
                            R"(,"platform":{"architecture":")" + architecture +
                                R"(","os":"windows","os.version":")" + version + "\"}");
      platforms.push_back(std::move(made));
    }
    index = "{\n   \"schemaVersion\": 2,\n   \"mediaType\": \"" + index_type + "\",\n   \"manifests\": [" +
            entries + "]\n}";
  }
};

struct MirrorFixture {
  static constexpr const char* k_core = "windows/servercore";

  MirrorFixture() {
    transport.otherwise = [this](const net::Request& request) {
      if (request.url.origin() == "https://src")
        return off ? test::failing(net::TransferFault::connect) : src.answer(request);
      if (request.url.origin() == "https://dst")
        return dst.answer(request);
      const auto found = cdn.find(request.url.to_string());
      return found == cdn.end() ? test::Reply{.status = 404}
                                : test::Reply{.status = 200, .body = found->second};
    };
  }

  /// Puts an image into the source registry, its foreign layers only at their URLs.
  Image add(const MadeImage& made, const std::string& tag, const std::string& repository = k_core) {
    auto& place = src.repositories[repository];
    for (const auto& platform : made.platforms) {
      place.blobs[MadeImage::digest(platform.config)] = platform.config;
      place.blobs[MadeImage::digest(platform.layer)] = platform.layer;
      cdn["https://cdn/" + MadeImage::digest(platform.foreign)] = platform.foreign;
      place.manifests[MadeImage::digest(platform.manifest)] = {std::string(oci::k_docker_manifest),
                                                               platform.manifest};
    }
    place.manifests[MadeImage::digest(made.index)] = {std::string(oci::k_docker_list), made.index};
    place.tags[tag] = MadeImage::digest(made.index);
    return image(made.index, tag, repository);
  }
  static Image image(const std::string& root, const std::string& tag,
                     const std::string& repository = k_core) {
    return {*oci::RegistryName::parse("mcr.microsoft.com"), *oci::RepositoryName::parse(repository),
            *oci::Tag::parse(tag), oci::Digest::of(root)};
  }

  base::Result<CopyReport> copy(Source& source, Destination& destination, const std::vector<Image>& images,
                                const CopyOptions& options = {}) {
    sent_before = transport.sent.size();
    return copy_images({&http, log, progress, stop}, source, destination, images, options);
  }
  CopyReport must_copy(Source& source, Destination& destination, const std::vector<Image>& images,
                       const CopyOptions& options = {}) {
    auto report = copy(source, destination, images, options);
    if (!report)
      FAIL(report.error().to_string());
    for (const auto& failure : report->failures)
      UNSCOPED_INFO(failure.stage << " " << failure.message);
    return *std::move(report);
  }

  std::unique_ptr<Source> from_registry() { return make_registry_source(source_client); }
  std::unique_ptr<Source> from_layout() { return make_layout_source(*Layout::open(folder / "layout")); }
  std::unique_ptr<Destination> to_registry(const std::string& prefix = "mcr") {
    return make_registry_destination(target_client, *oci::RepositoryName::parse(prefix),
                                     *Spool::open(folder / "spool"));
  }
  std::unique_ptr<Destination> to_layout(const std::string& name = "layout") {
    auto made = make_layout_destination(folder / name, log);
    if (!made)
      FAIL(made.error().to_string());
    return *std::move(made);
  }
  /// Methods of the last copy's requests other than GET and HEAD.
  std::size_t changes() const {
    std::size_t count = 0;
    for (std::size_t i = sent_before; i < transport.sent.size(); ++i)
      count += transport.sent[i].request.method != net::Method::get &&
               transport.sent[i].request.method != net::Method::head;
    return count;
  }
  std::string blob_file(const std::string& bytes, const std::string& layout = "layout") const {
    return layout + "/blobs/sha256/" + std::string(oci::Digest::of(bytes).encoded());
  }

  test::TempDir folder;
  test::ManualClock clock;
  std::vector<std::string> lines;
  base::Log log{base::LogLevel::warning,
                [this](base::LogLevel, std::string_view line) { lines.emplace_back(line); }};
  test::ScriptedTransport transport{clock};
  net::Client http{transport, clock, log, {.retry = {}, .random_seed = 1}};
  registry::RegistryClient source_client{http, *registry::Endpoint::parse("https://src"), {}, clock, log};
  registry::RegistryClient target_client{
      http, *registry::Endpoint::parse("https://dst"), {}, clock, log, registry::Access::push};
  test::MemoryRegistry src, dst;
  std::map<std::string, std::string> cdn;
  bool off = false; ///< the source
  CopyProgress progress;
  std::function<bool()> stop;
  std::size_t sent_before = 0;
};

} // namespace tagdb::mirror
