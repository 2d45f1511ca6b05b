#include "refusal.hpp"
#include "upload.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/oci/manifest.hpp>
#include <tagdb/registry/push.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::registry {

namespace {

class TextSource final : public net::BodySource {
 public:
  explicit TextSource(std::string bytes) : m_bytes(std::move(bytes)) {}
  std::uint64_t size() const override { return m_bytes.size(); }
  std::optional<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
    return offset >= m_bytes.size() ? 0 : m_bytes.copy(into, size, static_cast<std::size_t>(offset));
  }

 private:
  std::string m_bytes;
};

bool has_urls(std::string_view bytes, const std::string& media_type) {
  const auto parsed = oci::parse_manifest(bytes, media_type);
  return parsed && parsed->manifest &&
         std::any_of(parsed->manifest->layers.begin(), parsed->manifest->layers.end(),
                     [](const oci::Descriptor& layer) { return !layer.urls.empty(); });
}

/// docker-registry refuses manifests whose layers have `urls`, with a 500 that names MANIFEST_BLOB_UNKNOWN,
/// and says why in its own log only.
constexpr std::string_view k_urls_hint =
    "the manifest's layers have `urls`, which docker-registry refuses unless its configuration allows them:\n"
    "  validation:\n"
    "    manifests:\n"
    "      urls:\n"
    "        allow:\n"
    "          - ^https://mcr\\.microsoft\\.com/";

} // namespace

std::shared_ptr<net::BodySource> make_text_source(std::string bytes) {
  return std::make_shared<TextSource>(std::move(bytes));
}

Pusher::Pusher(RegistryClient& client, UploadOptions options)
    : m_client(*client.m_impl), m_options(options) {}

void Pusher::push_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                       std::shared_ptr<net::BodySource> bytes, Handler<void> done) {
  std::make_shared<Upload>(m_client, m_options, repository, digest, std::move(bytes), std::move(done))
      ->start();
}

void Pusher::mount_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                        const oci::RepositoryName& from, Handler<bool> done) {
  auto question =
      m_client.question(repository, "blobs",
                        fmt::format("uploads/?mount={}&from={}", net::encode_query(digest.to_string()),
                                    net::encode_query(from.to_string())));
  question.method = net::Method::post;
  question.repeatable = true;
  question.scope += " repository:" + from.to_string() + ":pull";
  const auto scope = question.scope;
  m_client.ask(std::move(question), [&client = m_client, scope, digest,
                                     done = std::move(done)](base::Result<net::Response> answer) {
    if (!answer)
      return done(std::move(answer).error().while_doing("mounting blob " + digest.to_string()));
    if (answer->status == 201) {
      const auto stored = oci::Digest::parse(answer->headers.find("Docker-Content-Digest").value_or(""));
      return done(!stored || !stored->verifiable() || *stored == digest);
    }
    // 202: an upload was opened instead. The bytes may not even be here yet; a new one costs nothing then.
    if (answer->status == 202)
      if (auto hop = session_of(*answer)) {
        Question cancel{.method = net::Method::del, .url = std::move(hop->url), .accept = {}, .scope = scope};
        cancel.public_only = hop->public_only;
        client.ask(std::move(cancel), [](const base::Result<net::Response>&) {});
      }
    done(false);
  });
}

void Pusher::put_manifest(const oci::RepositoryName& repository, const std::optional<oci::Tag>& tag,
                          std::string_view bytes, const std::string& media_type, Handler<void> done) {
  const auto digest = oci::Digest::of(bytes);
  const auto reference = tag ? tag->to_string() : digest.to_string();
  const auto what = fmt::format("manifest {}{}{}", repository.to_string(), tag ? ":" : "@", reference);
  auto question = m_client.question(repository, "manifests", reference);
  question.method = net::Method::put;
  question.headers = {{"Content-Type", media_type}};
  question.body = bytes;
  const bool foreign = has_urls(bytes, media_type);
  m_client.ask(std::move(question), [digest, what, foreign,
                                     done = std::move(done)](base::Result<net::Response> answer) {
    if (!answer)
      return done(std::move(answer).error().while_doing("sending " + what));
    if (answer->status != 201 && answer->status != 200 && answer->status != 202) {
      auto error = refusal(*answer, what);
      if (foreign && answer->status >= 400 && error.fault().code.starts_with("MANIFEST_"))
        error.with_hint(std::string(k_urls_hint));
      return done(std::move(error));
    }
    const auto stored = oci::Digest::parse(answer->headers.find("Docker-Content-Digest").value_or(""));
    if (stored && stored->verifiable() && *stored != digest)
      return done(final_error(
          base::ErrorKind::integrity, *answer, "DIGEST_MISMATCH",
          fmt::format("{} stored {} as {}, but its bytes hash to {}", answer->url.authority(), what,
                      stored->to_string(), digest.to_string()),
          "the registry converts manifests (zot does unless told otherwise): pins would break there"));
    done({});
  });
}

} // namespace tagdb::registry
