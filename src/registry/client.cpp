#include "client_impl.hpp"
#include "refusal.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

namespace tagdb::registry {

namespace {

std::string name_of(const oci::RepositoryName& repository, const oci::Tag& tag) {
  return repository.to_string() + ":" + tag.to_string();
}

/// The media type a manifest was declared with. A type that any file may have says nothing, and the body
/// decides.
std::string declared_type(const net::Response& answer) {
  auto type = std::string(answer.headers.find("Content-Type").value_or(""));
  const auto essence = base::to_lower(base::trim(std::string_view(type).substr(0, type.find(';'))));
  if (essence == "application/json" || essence == "text/plain" || essence == "application/octet-stream")
    type.clear();
  return type;
}

/// HEAD is an optimisation that some edges and proxies refuse.
bool head_refused(int status) {
  return status == 400 || status == 403 || status == 405 || status == 501;
}

/// Repeated until the third time in a row that HEAD did not tell and GET did.
constexpr int k_head_failures = 3;

} // namespace

RegistryClient::RegistryClient(net::Client& client, Endpoint endpoint, CredentialStore credentials,
                               const base::Clock& clock, base::Log& log, Access access)
    : m_impl(
          std::make_unique<Impl>(client, std::move(endpoint), std::move(credentials), clock, log, access)) {}
RegistryClient::~RegistryClient() = default;

const Endpoint& RegistryClient::endpoint() const {
  return m_impl->endpoint;
}

void RegistryClient::run(const std::function<bool()>& stop) {
  m_impl->http.run(stop);
}

net::Traffic RegistryClient::traffic() const {
  return m_impl->http.traffic();
}

std::size_t RegistryClient::pending() const {
  return m_impl->http.pending();
}

bool RegistryClient::holding() const {
  return m_impl->http.holding();
}

// --- Sending ---

Question RegistryClient::Impl::question(const oci::RepositoryName& repository, std::string_view kind,
                                        const std::string& reference) const {
  const auto& name = repository.to_string();
  std::string path;
  path.reserve(name.size() + kind.size() + reference.size() + 6);
  path.append("/v2/").append(name).append("/").append(kind).append("/").append(reference);
  return {.url = endpoint.url.at(path), .accept = {}, .scope = scope_of(repository)};
}

std::string RegistryClient::Impl::scope_of(const oci::RepositoryName& repository) const {
  return "repository:" + repository.to_string() + (access == Access::push ? ":pull,push" : ":pull");
}

net::Request Question::request() const {
  net::Request made{.method = method, .url = url};
  if (!accept.empty())
    made.headers.add("Accept", accept);
  for (const auto& [name, value] : headers)
    made.headers.add(name, value);
  made.authorization = authorization;
  made.body = body;
  made.upload = upload;
  made.sink = sink;
  made.max_body = max_body;
  made.public_only = public_only;
  made.repeatable = repeatable;
  made.patience = patience;
  return made;
}

void RegistryClient::Impl::ask(Question question, net::ResponseHandler done) {
  auto shared = std::make_shared<Question>(std::move(question));
  shared->done = std::move(done);
  // Our credentials are for this registry and nobody else.
  if (shared->scope.empty() || shared->url.origin() != endpoint.url.origin())
    return send(std::move(shared));
  authorizer.authorize(shared->scope,
                       [this, shared](base::Result<std::optional<base::Secret>> authorization) {
                         if (!authorization)
                           return shared->done(std::move(authorization).error());
                         shared->authorization = *std::move(authorization);
                         send(shared);
                       });
}

void RegistryClient::Impl::send(std::shared_ptr<Question> question) {
  auto request = question->request();
  const auto priority = question->priority;
  http.send(
      std::move(request),
      [this, question = std::move(question)](base::Result<net::Response> answer) {
        answered(question, std::move(answer));
      },
      priority);
}

void RegistryClient::Impl::answered(std::shared_ptr<Question> question, base::Result<net::Response> answer) {
  if (answer && answer->url.origin() == endpoint.url.origin())
    at_private_address = net::is_special_address(answer->peer_address);
  // A challenge of a host that a redirect led to is not ours to answer.
  if (!answer || answer->status != 401 || question->challenged || question->scope.empty() ||
      answer->url.origin() != endpoint.url.origin())
    return question->done(std::move(answer));
  question->challenged = true;
  authorizer.challenged(*answer, question->scope, question->authorization,
                        [this, question](base::Result<std::optional<base::Secret>> fresh) {
                          if (!fresh)
                            return question->done(std::move(fresh).error());
                          question->authorization = *std::move(fresh);
                          send(question);
                        });
}

// --- Tags ---

void RegistryClient::resolve(const oci::RepositoryName& repository, const oci::Tag& tag,
                             Handler<Resolved> done) {
  auto& impl = *m_impl;
  if (impl.head_failures >= k_head_failures)
    return impl.get_by_tag(repository, tag, 1, std::move(done));
  auto question = impl.question(repository, "manifests", tag.to_string());
  question.method = net::Method::head;
  question.accept = oci::k_accept_manifests;
  impl.ask(std::move(question),
           [&impl, repository, tag, done = std::move(done)](base::Result<net::Response> answer) {
             if (!answer)
               return done(std::move(answer).error().while_doing("resolving " + name_of(repository, tag)));
             if (answer->status == 200) {
               auto digest = oci::Digest::parse(answer->headers.find("Docker-Content-Digest").value_or(""));
               if (digest && digest->verifiable() && !is_web_page(*answer)) {
                 impl.head_failures = 0;
                 return done(Resolved{*std::move(digest), declared_type(*answer), std::nullopt});
               }
             } else if (!head_refused(answer->status)) {
               return done(refusal(*answer, "tag " + name_of(repository, tag)));
             }
             impl.get_by_tag(repository, tag, 1, done);
           });
}

void RegistryClient::Impl::get_by_tag(const oci::RepositoryName& repository, const oci::Tag& tag, int tries,
                                      Handler<Resolved> done) {
  auto question = this->question(repository, "manifests", tag.to_string());
  question.accept = oci::k_accept_manifests;
  ask(std::move(question),
      [this, repository, tag, tries, done = std::move(done)](base::Result<net::Response> answer) {
        const auto what = "tag " + name_of(repository, tag);
        if (!answer)
          return done(std::move(answer).error().while_doing("resolving " + name_of(repository, tag)));
        if (answer->status != 200)
          return done(refusal(*answer, what));
        if (is_web_page(*answer))
          return done(web_page(*answer, what));
        const auto digest = oci::Digest::of(answer->body);
        // A header that is no sha256 digest says nothing that could be checked.
        const auto claimed = oci::Digest::parse(answer->headers.find("Docker-Content-Digest").value_or(""));
        if (claimed && claimed->verifiable() && *claimed != digest) {
          if (tries < k_hash_tries) {
            log.info(fmt::format("the {} does not hash to the digest it came with; asking again", what));
            return get_by_tag(repository, tag, tries + 1, done);
          }
          answer->tries = tries;
          return done(final_error(
              base::ErrorKind::integrity, *answer, "DIGEST_MISMATCH",
              fmt::format("the {} from {} came with the digest {}, but its bytes hash to {} ({} tries)", what,
                          answer->url.authority(), claimed->to_string(), digest.to_string(), tries),
              "something between here and the registry changes what it sends; nothing was recorded of it"));
        }
        ++head_failures;
        auto type = declared_type(*answer);
        done(Resolved{digest, std::move(type), std::move(answer->body)});
      });
}

// --- Content ---

void RegistryClient::Impl::fetch(Question question, const oci::Digest& digest, int tries,
                                 Handler<Fetched> done) {
  // "manifests/sha256:…" and the repository stand in the path; errors say it in that order of words.
  const auto what = [](const Question& asked) {
    return asked.url.to_string().substr(asked.url.origin().size() + std::string_view("/v2/").size());
  };
  if (!digest.verifiable())
    return done(base::Error(
        base::ErrorKind::integrity,
        fmt::format("{} cannot be verified: {} is not known here", what(question), digest.algorithm()),
        "only sha256 is; ask the publisher for a sha256 manifest"));
  auto again = question;
  ask(std::move(question), [this, again = std::move(again), digest, tries, what,
                            done = std::move(done)](base::Result<net::Response> answer) {
    if (!answer)
      return done(std::move(answer).error().while_doing("fetching " + what(again)));
    if (answer->status != 200)
      return done(refusal(*answer, what(again)));
    if (digest.matches(answer->body)) {
      auto type = again.accept.empty() ? std::string() : declared_type(*answer);
      return done(Fetched{std::move(answer->body), std::move(type)});
    }
    if (is_web_page(*answer))
      return done(web_page(*answer, what(again)));
    if (tries < k_hash_tries) {
      log.info(fmt::format("{} does not hash to its name; asking again", what(again)));
      return fetch(again, digest, tries + 1, done);
    }
    answer->tries = tries;
    done(final_error(base::ErrorKind::integrity, *answer, "DIGEST_MISMATCH",
                     fmt::format("{} from {} hashes to {} ({} tries); it was not stored", what(again),
                                 answer->url.authority(), oci::Digest::of(answer->body).to_string(), tries),
                     "the registry, or a cache before it, holds damaged content"));
  });
}

void RegistryClient::fetch_manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                                    Handler<Fetched> done) {
  auto question = m_impl->question(repository, "manifests", digest.to_string());
  question.accept = oci::k_accept_manifests;
  question.priority = net::Client::Priority::urgent;
  m_impl->fetch(std::move(question), digest, 1, std::move(done));
}

void RegistryClient::fetch_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                                std::size_t max_bytes, Handler<Fetched> done) {
  auto question = m_impl->question(repository, "blobs", digest.to_string());
  question.max_body = max_bytes;
  question.priority = net::Client::Priority::urgent;
  m_impl->fetch(std::move(question), digest, 1, std::move(done));
}

} // namespace tagdb::registry
