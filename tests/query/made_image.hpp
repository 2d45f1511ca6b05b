#pragma once

#include "support/record_builder.hpp"
#include <tagdb/query/identify.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query::test {

using tagdb::test::Blob;

/// "sha256:…" of a word: layers and diff_ids that a test can name.
inline oci::Digest digest_of(std::string_view word) {
  return oci::Digest::of(word);
}

/// An image with whatever layers and history a test wants. `diff_ids` are words, each the content of a layer;
/// the compressed layers are named after them and `gzip`, so that two images can share contents and differ in
/// layers.
struct MadeImage {
  std::string os_version;
  std::vector<std::string> diff_ids;
  std::vector<std::string> history; ///< "created_by@created"
  std::string gzip = "gzip";
  std::string os = "windows";

  Blob config() const {
    std::string entries, layers;
    for (const auto& entry : history) {
      const auto at = entry.rfind('@');
      entries += std::string(entries.empty() ? "" : ",") + R"({"created_by":")" + entry.substr(0, at) + '"' +
                 (at == std::string::npos ? "" : R"(,"created":")" + entry.substr(at + 1) + '"') + "}";
    }
    for (const auto& layer : diff_ids)
      layers += std::string(layers.empty() ? "" : ",") + '"' + digest_of(layer).to_string() + '"';
    const auto created = history.empty() ? std::string::npos : history.back().rfind('@');
    return Blob(
        R"({"architecture":"amd64","os":")" + os + R"(","os.version":")" + os_version + '"' +
        (created == std::string::npos ? "" : R"(,"created":")" + history.back().substr(created + 1) + '"') +
        R"(,"history":[)" + entries + R"(],"rootfs":{"type":"layers","diff_ids":[)" + layers + "]}}");
  }
  std::vector<oci::Digest> layers() const {
    std::vector<oci::Digest> digests;
    for (const auto& layer : diff_ids)
      digests.push_back(digest_of(gzip + layer));
    return digests;
  }
  Blob manifest() const {
    const auto config_blob = config();
    std::string text;
    for (const auto& layer : layers())
      text += std::string(text.empty() ? "" : ",") +
              R"({"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":100,"digest":")" +
              layer.to_string() + "\"}";
    return Blob(
        R"({"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":)"
        R"({"mediaType":"application/vnd.docker.container.image.v1+json","size":)" +
        std::to_string(config_blob.bytes.size()) + R"(,"digest":")" + config_blob.digest.to_string() +
        R"("},"layers":[)" + text + "]}");
  }
};

/// The tag points at the image's manifest.
inline void present(tagdb::test::RecordBuilder& record, std::string_view tag, const MadeImage& image,
                    std::string_view at) {
  const auto manifest = image.manifest();
  tagdb::test::add_manifest(record.writer(), manifest);
  tagdb::test::add_config(record.writer(), image.config());
  tagdb::test::must(record.writer().observe(
      record.current_check(), record.repository(),
      {std::string(tag), store::SpanState::present, manifest.digest, "", tagdb::test::instant(at)}));
}

} // namespace tagdb::query::test
