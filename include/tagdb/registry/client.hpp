#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/net/client.hpp>
#include <tagdb/oci/digest.hpp>
#include <tagdb/oci/media_type.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/registry/auth.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::registry {

/// Where a registry is spoken to: "https://mcr.microsoft.com", or plain http where the user wrote the scheme.
struct Endpoint {
  net::Url url;
  /// The name under which its tags are recorded and printed: the authority.
  oci::RegistryName name;
  /// "mcr.microsoft.com", "https://harbor.corp:8443", "http://127.0.0.1:5055".
  static base::Result<Endpoint> parse(std::string_view host_or_url);
};

/// A tag's meaning at this moment.
struct Resolved {
  oci::Digest digest;
  std::string media_type; ///< as the registry declared it
  /// The manifest's bytes, already verified, where the registry would not answer HEAD and it had to be
  /// fetched whole.
  std::optional<std::string> bytes;
};

/// Content that hashes to the digest asked for.
struct Fetched {
  std::string bytes;
  std::string media_type; ///< as declared; empty for blobs
};

/// All tags of a repository, as one complete list.
struct TagList {
  std::vector<std::string>
      tags; ///< as listed, without repetitions; names outside the grammar are in `invalid`
  std::vector<std::string> invalid;
  unsigned pages = 0;
};

/// Takes a blob while it is fetched. Used on the thread of run().
class BlobSink {
 public:
  virtual ~BlobSink() = default;
  /// How many bytes from the beginning it holds, perhaps from an earlier run: the rest is asked for.
  virtual std::uint64_t offset() const = 0;
  /// Forgets what it holds: the server starts over, or the bytes were wrong.
  virtual base::Status restart() = 0;
  virtual base::Status write(std::string_view bytes) = 0;
  /// All bytes are there. ErrorKind::integrity says that they are not the blob: it is asked for again from
  /// the start, three times in all.
  virtual base::Status finish() = 0;
};

/// What a client may ask a registry for, said in the scopes of its tokens. Fewer scopes granted than asked is
/// no error: what then is refused says so itself.
enum class Access : std::uint8_t { pull, push };

template <class T>
using Handler = std::function<void(base::Result<T>)>;

/// The pull half of the OCI distribution API for one registry (registry/push.hpp has the other), asynchronous
/// on a net::Client. Anonymous until challenged; then token or basic auth as the challenge asks, tokens
/// cached per scope and renewed before they expire; one retry after a 401.
///
/// Errors carry `Error::fault()`: status, the registry's code, tries, transient or not. A refusal that will
/// not change by asking again (404 MANIFEST_UNKNOWN, 403, a body that is no manifest, a wrong digest) is not
/// transient. A 404 whose code is NAME_UNKNOWN says so. A body that is HTML (a login page) is named as such:
/// ErrorKind::network with advice.
class RegistryClient {
 public:
  RegistryClient(net::Client& client, Endpoint endpoint, CredentialStore credentials,
                 const base::Clock& clock, base::Log& log, Access access = Access::pull);
  ~RegistryClient();
  RegistryClient(const RegistryClient&) = delete;
  RegistryClient& operator=(const RegistryClient&) = delete;

  const Endpoint& endpoint() const;

  /// Works until everything asked for has been answered, or `stop` says so; see net::Client::run.
  void run(const std::function<bool()>& stop = {});
  net::Traffic traffic() const;
  /// Requests waiting for their turn plus under way.
  std::size_t pending() const;
  /// Whether the registry has asked us to wait, and the wait is not over.
  bool holding() const;

  /// All pages, following Link. Page size 1000, stepped down to 100 where the server refuses it with 4xx. A
  /// next page off the origin, a page seen before, more than 10,000 pages or 1,000,000 tags end it with an
  /// error.
  void list_tags(const oci::RepositoryName& repository, Handler<TagList> done);

  /// What a tag points at, by HEAD with all four manifest types accepted. Where HEAD is refused (403, 405 and
  /// the like) or has no Docker-Content-Digest, by GET, and the bytes are in the answer.
  void resolve(const oci::RepositoryName& repository, const oci::Tag& tag, Handler<Resolved> done);

  /// A manifest or index by digest, hashed on arrival.
  void fetch_manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                      Handler<Fetched> done);

  /// A small blob (a config) by digest, hashed on arrival, at most `max_bytes`.
  void fetch_blob(const oci::RepositoryName& repository, const oci::Digest& digest, std::size_t max_bytes,
                  Handler<Fetched> done);

  /// A blob of any size by digest, streamed. `size` is what its descriptor says: an answer that announces or
  /// sends another is refused (ErrorKind::integrity). Resumes by Range within and across runs: a 206 must
  /// begin where the sink ends, a 200 starts over. Redirected content is fetched without credentials.
  void stream_blob(const oci::RepositoryName& repository, const oci::Digest& digest, std::uint64_t size,
                   std::shared_ptr<BlobSink> sink, Handler<void> done);
  /// The same from one of a foreign layer's `urls`: no credentials, and no private address unless this
  /// registry was itself met at one.
  void stream_url(const net::Url& url, const oci::Digest& digest, std::uint64_t size,
                  std::shared_ptr<BlobSink> sink, Handler<void> done);

  /// Whether a blob is there, by HEAD; its size where the registry says it, else 0. Nothing where it is not,
  /// or the registry does not answer HEAD.
  void find_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                 Handler<std::optional<std::uint64_t>> done);
  /// Whether a manifest is there, by HEAD; false too where the registry does not answer HEAD.
  void find_manifest(const oci::RepositoryName& repository, const oci::Digest& digest, Handler<bool> done);
  /// As resolve(), with nothing for a tag or a repository that is not there.
  void find_tag(const oci::RepositoryName& repository, const oci::Tag& tag,
                Handler<std::optional<Resolved>> done);

 private:
  friend class Pusher;
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

/// Whether an error is a registry's final word about this very thing: 404, 403, a page that is no manifest,
/// bytes with another hash, a body beyond all limits. Everything else says something about the network, the
/// registry or our credentials, and may pass: 429, 5xx, resets, TLS, 401.
bool is_refusal(const base::Error& error);

} // namespace tagdb::registry
