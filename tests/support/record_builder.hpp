#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/oci/image_config.hpp>
#include <tagdb/oci/manifest.hpp>
#include <tagdb/store/writer.hpp>

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::test {

/// The value, or an exception with the error's words: a test cannot go on without it.
template <class T>
T must(base::Result<T> result) {
  if (!result)
    throw std::runtime_error(result.error().to_string());
  return *std::move(result);
}
inline void must(base::Status status) {
  if (!status)
    throw std::runtime_error(status.error().to_string());
}

inline base::Instant instant(std::string_view text) {
  return must(base::parse_rfc3339(text));
}

/// Bytes and their name.
struct Blob {
  explicit Blob(std::string content) : bytes(std::move(content)), digest(oci::Digest::of(bytes)) {}
  std::string bytes;
  oci::Digest digest;
};

/// One platform: a Docker manifest with its config, shaped as Windows base images are (two layers, of which
/// the base is shared by all revisions of a build).
struct TestPlatform {
  std::string os_version, architecture, created;
  Blob config, manifest;
};

/// What a tag points at: a Docker list of platforms. Made by image(); the same arguments give the same
/// digests.
class TestImage {
 public:
  /// "10.0.17763.1040", for amd64. `created` as configs say it; empty: no such field. `salt` makes another
  /// image of the same revision.
  explicit TestImage(std::string os_version, std::string created = "2020-02-12T02:38:03.1234567+00:00",
                     std::string salt = "")
      : m_os_version(std::move(os_version)), m_created(std::move(created)), m_salt(std::move(salt)) {
    add("amd64");
  }

  /// One more platform of the same revision ("arm" with variant v7, "arm64").
  TestImage& add(const std::string& architecture) {
    const std::string build = m_os_version.substr(0, m_os_version.rfind('.'));
    const auto layer = [&](const std::string& what) {
      return oci::Digest::of(what + architecture + m_salt).to_string();
    };
    Blob config(R"({"architecture":")" + architecture + R"(","os":"windows","os.version":")" + m_os_version +
                '"' + (m_created.empty() ? "" : R"(,"created":")" + m_created + '"') +
                R"(,"history":[{"created_by":"Apply image 1809-RTM-amd64"},{"created_by":"Install update )" +
                m_os_version + R"("}],"rootfS":{"type":"layers","diff_ids":[")" + layer("base tar " + build) +
                R"(",")" + layer("update tar " + m_os_version) +
                R"("]},"config":{"cmd":["c:\\windows\\system32\\cmd.exe"]}})");
    Blob manifest(
        R"({"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":)"
        R"({"mediaType":"application/vnd.docker.container.image.v1+json","size":)" +
        std::to_string(config.bytes.size()) + R"(,"digest":")" + config.digest.to_string() +
        R"("},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":1718332879,"digest":")" +
        layer("base gzip " + build) +
        R"("},{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":967113907,"digest":")" +
        layer("update gzip " + m_os_version) + R"("}]})");
    m_platforms.push_back({m_os_version, architecture, m_created, std::move(config), std::move(manifest)});
    return *this;
  }
  /// The same platforms under another index digest, as `1809` and `ltsc2019` have been.
  TestImage& relisted() {
    m_suffix += '\n';
    return *this;
  }
  /// The registry refuses the manifests: only the index tells of the images.
  TestImage& without_manifests() {
    m_manifests_held = false;
    return *this;
  }
  TestImage& without_configs() {
    m_configs_held = false;
    return *this;
  }
  /// The index entries lack os.version.
  TestImage& without_os_version() {
    m_says_version = false;
    return *this;
  }

  Blob index() const {
    std::string text =
        R"({"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[)";
    for (const auto& platform : m_platforms)
      text += std::string(&platform == &m_platforms.front() ? "" : ",") +
              R"({"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":)" +
              std::to_string(platform.manifest.bytes.size()) + R"(,"digest":")" +
              platform.manifest.digest.to_string() + R"(","platform":{"architecture":")" +
              platform.architecture + R"(","os":"windows")" +
              (m_says_version ? R"(,"os.version":")" + platform.os_version + '"' : "") +
              (platform.architecture == "arm" ? R"(,"variant":"v7")" : "") + "}}";
    return Blob(text + "]}" + m_suffix);
  }
  oci::Digest digest() const { return index().digest; }
  const std::vector<TestPlatform>& platforms() const { return m_platforms; }
  const TestPlatform& platform(std::string_view architecture = "amd64") const {
    for (const auto& candidate : m_platforms)
      if (candidate.architecture == architecture)
        return candidate;
    throw std::runtime_error("no such platform in the test image");
  }

  bool manifests_held() const { return m_manifests_held; }
  bool configs_held() const { return m_configs_held; }

 private:
  std::string m_os_version, m_created, m_salt, m_suffix;
  bool m_manifests_held = true;
  bool m_configs_held = true;
  bool m_says_version = true;
  std::vector<TestPlatform> m_platforms;
};

inline void add_manifest(store::Writer& writer, const Blob& blob) {
  const auto parsed = must(oci::parse_manifest(blob.bytes, ""));
  must(writer.add_manifest(blob.digest, oci::to_string(parsed.type), blob.bytes, parsed));
}

inline void add_config(store::Writer& writer, const Blob& blob) {
  must(writer.add_config(blob.digest, oci::k_docker_config, blob.bytes,
                         must(oci::parse_image_config(blob.bytes))));
}

/// Fills a database as a sequence of checks:
///
///     RecordBuilder record(dir / "tagdb.sqlite", clock);
///     record.check("windows/servercore", "2020-02-19T02:11:09Z")
///         .present("ltsc2019", TestImage("10.0.17763.1040"))
///         .absent("1803");
///     record.check("windows/servercore", "2020-02-25T18:05:40Z").present("ltsc2019", …);
///     record.close();
///
/// A check ends, complete, when the next one begins or at close(); finish() ends it otherwise. Everything
/// that fails throws.
class RecordBuilder {
 public:
  RecordBuilder(const std::filesystem::path& path, const base::Clock& clock,
                std::string_view registry = "mcr.microsoft.com")
      : m_writer(must(store::Writer::open(path, clock))),
        m_registry(must(oci::RegistryName::parse(registry))) {}

  /// Later checks look at another registry.
  RecordBuilder& registry(std::string_view name) {
    m_registry = must(oci::RegistryName::parse(name));
    return *this;
  }

  RecordBuilder& check(std::string_view repository, std::string_view at,
                       store::CheckScope scope = store::CheckScope::full) {
    finish_open();
    m_repository = must(m_writer.repository(m_registry, must(oci::RepositoryName::parse(repository))));
    m_at = instant(at);
    m_counts = {};
    m_check = must(m_writer.begin_check(*m_repository, scope, m_at));
    return *this;
  }
  /// Later observations of this check are made at this instant; it ends then or later.
  RecordBuilder& at(std::string_view when) {
    m_at = instant(when);
    return *this;
  }

  /// The tag points at the image's index; everything below is stored first.
  RecordBuilder& present(std::string_view tag, const TestImage& image) {
    const Blob index = image.index();
    add_manifest(m_writer, index);
    store_platforms(image);
    return observe(tag, store::SpanState::present, index.digest);
  }
  /// The tag points at one platform's manifest itself, as `1809-amd64` does.
  RecordBuilder& present_bare(std::string_view tag, const TestImage& image,
                              std::string_view architecture = "amd64") {
    store_platforms(image);
    return observe(tag, store::SpanState::present, image.platform(architecture).manifest.digest);
  }
  /// Several tags at one image.
  RecordBuilder& present(std::initializer_list<std::string_view> tags, const TestImage& image) {
    for (const auto tag : tags)
      present(tag, image);
    return *this;
  }
  RecordBuilder& absent(std::string_view tag) { return observe(tag, store::SpanState::absent, std::nullopt); }
  RecordBuilder& unpullable(std::string_view tag, std::string answer = "404 MANIFEST_UNKNOWN") {
    return observe(tag, store::SpanState::unpullable, std::nullopt, std::move(answer));
  }

  RecordBuilder& finish(store::CheckOutcome outcome) {
    must(m_writer.finish_check(*m_check, outcome, m_counts, m_at));
    m_check.reset();
    return *this;
  }
  /// The process dies here: the check stays as it is.
  RecordBuilder& abandon() {
    m_check.reset();
    return *this;
  }
  /// Ends the check and makes everything visible, without closing.
  void flush() {
    finish_open();
    must(m_writer.checkpoint());
  }
  void close() {
    finish_open();
    must(m_writer.close());
  }

  store::Writer& writer() { return m_writer; }
  store::RepositoryId repository() const { return *m_repository; }
  store::CheckId current_check() const { return *m_check; }

 private:
  void finish_open() {
    if (m_check)
      finish(store::CheckOutcome::complete);
  }

  void store_platforms(const TestImage& image) {
    for (const auto& platform : image.platforms()) {
      if (!image.manifests_held()) {
        must(m_writer.add_refusal(platform.manifest.digest, "404 MANIFEST_UNKNOWN"));
        continue;
      }
      add_manifest(m_writer, platform.manifest);
      if (image.configs_held())
        add_config(m_writer, platform.config);
      else
        must(m_writer.add_refusal(platform.config.digest, "404 BLOB_UNKNOWN"));
    }
  }

  RecordBuilder& observe(std::string_view tag, store::SpanState state, std::optional<oci::Digest> digest,
                         std::string answer = {}) {
    ++m_counts.listed;
    ++m_counts.resolved;
    must(m_writer.observe(*m_check, *m_repository,
                          {std::string(tag), state, std::move(digest), std::move(answer), m_at}));
    return *this;
  }

  store::Writer m_writer;
  oci::RegistryName m_registry;
  std::optional<store::RepositoryId> m_repository;
  std::optional<store::CheckId> m_check;
  store::CheckCounts m_counts;
  base::Instant m_at{};
};

} // namespace tagdb::test
