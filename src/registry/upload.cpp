#include "upload.hpp"

#include "refusal.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::registry {

namespace {

/// A registry may copy what it got to another store before it answers.
constexpr std::chrono::seconds k_commit_patience{300};
constexpr int k_max_sessions = 3;

/// A slice of a source.
class Slice final : public net::BodySource {
 public:
  Slice(std::shared_ptr<net::BodySource> whole, std::uint64_t begin, std::uint64_t length)
      : m_whole(std::move(whole)), m_begin(begin), m_length(length) {}
  std::uint64_t size() const override { return m_length; }
  std::optional<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
    const auto left = m_length - std::min(offset, m_length);
    return m_whole->read(m_begin + offset, into,
                         static_cast<std::size_t>(std::min<std::uint64_t>(size, left)));
  }

 private:
  std::shared_ptr<net::BodySource> m_whole;
  std::uint64_t m_begin, m_length;
};

/// How many bytes a session has, from its "Range: 0-N". Registries say 0-0 of an empty one.
std::optional<std::uint64_t> bytes_of_range(const net::Response& answer) {
  auto text = answer.headers.find("Range").value_or(std::string_view());
  if (constexpr std::string_view k_unit = "bytes="; text.starts_with(k_unit))
    text.remove_prefix(k_unit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos || base::parse_number(text.substr(0, dash)) != 0u)
    return std::nullopt;
  const auto last = base::parse_number(text.substr(dash + 1));
  if (!last)
    return std::nullopt;
  return *last == 0 ? 0 : *last + 1;
}

/// Whether the registry does not take a blob in one piece, but may in several.
bool wants_chunks(int status) {
  return status == 405 || status == 411 || status == 413 || status == 415 || status == 501;
}

} // namespace

base::Result<net::Hop> session_of(const net::Response& answer) {
  const auto location = answer.headers.find("Location");
  if (!location)
    return final_error(base::ErrorKind::network, answer, "NO_LOCATION",
                       fmt::format("{} opened an upload without saying where", answer.url.authority()),
                       "is this a registry?");
  return net::follow(answer, *location);
}

Pusher::Upload::Upload(RegistryClient::Impl& client, const UploadOptions& options,
                       oci::RepositoryName repository, oci::Digest digest,
                       std::shared_ptr<net::BodySource> bytes, Handler<void> done)
    : m_client(client),
      m_options(options),
      m_repository(std::move(repository)),
      m_digest(std::move(digest)),
      m_bytes(std::move(bytes)),
      m_done(std::move(done)),
      m_in_chunks(m_bytes->size() >= options.whole_below),
      m_chunk(std::max<std::uint64_t>(options.chunk, 1)) {}

void Pusher::Upload::start() {
  open();
}

void Pusher::Upload::ask(Question question, Answered next) {
  m_client.ask(std::move(question), [self = shared_from_this(), next](base::Result<net::Response> answer) {
    (self.get()->*next)(std::move(answer));
  });
}

Question Pusher::Upload::question(net::Method method) const {
  Question question{.method = method, .url = *m_session, .accept = {}};
  question.priority = net::Client::Priority::urgent;
  question.scope = m_client.scope_of(m_repository);
  question.public_only = m_public_only;
  return question;
}

std::string Pusher::Upload::what() const {
  return fmt::format("upload of blob {} to {}", m_digest.to_string(), m_repository.to_string());
}

// --- The session ---

void Pusher::Upload::open() {
  ++m_sessions;
  m_offset = 0;
  auto question = m_client.question(m_repository, "blobs", "uploads/");
  question.method = net::Method::post;
  question.repeatable = true; // a session nobody uses is cleaned up by the registry
  ask(std::move(question), &Upload::opened);
}

void Pusher::Upload::opened(base::Result<net::Response> answer) {
  if (!answer)
    return tell(std::move(answer).error().while_doing("starting the " + what()));
  if (answer->status != 202)
    return tell(refusal(*answer, what()));
  if (!take_location(*answer))
    return;
  if (const auto least = base::parse_number(answer->headers.find("OCI-Chunk-Min-Length").value_or("")))
    m_chunk = std::max(m_chunk, *least);
  go_on();
}

/// False where the upload has ended for want of a place to go.
bool Pusher::Upload::take_location(const net::Response& answer) {
  if (m_session && !answer.headers.find("Location"))
    return true; // only the first answer has to say it
  auto hop = session_of(answer);
  if (!hop) {
    tell(std::move(hop).error().while_doing("starting the " + what()));
    return false;
  }
  m_public_only = hop->public_only || (m_public_only && hop->same_origin);
  m_session = std::move(hop->url);
  return true;
}

void Pusher::Upload::go_on() {
  if (m_offset >= m_bytes->size() && (m_in_chunks || m_offset > 0))
    return commit();
  if (m_in_chunks || m_offset > 0)
    return patch();
  put_whole();
}

net::Url Pusher::Upload::with_digest() const {
  const auto path = m_session->to_string().substr(m_session->origin().size());
  return m_session->at(fmt::format("{}{}digest={}", path, path.find('?') == std::string::npos ? "?" : "&",
                                   net::encode_query(m_digest.to_string())));
}

// --- In one piece ---

void Pusher::Upload::put_whole() {
  auto question = this->question(net::Method::put);
  question.url = with_digest();
  question.headers = {{"Content-Type", "application/octet-stream"}};
  question.upload = m_bytes;
  question.patience = k_commit_patience;
  m_chunk_end = m_bytes->size();
  ask(std::move(question), &Upload::whole_answered);
}

void Pusher::Upload::whole_answered(base::Result<net::Response> answer) {
  if (!answer)
    return recover(std::move(answer).error());
  if (answer->status == 201 || answer->status == 204)
    return finished(*answer);
  if (wants_chunks(answer->status) && m_sessions < k_max_sessions) {
    m_in_chunks = true;
    return open();
  }
  auto error = refusal(*answer, what());
  if (error.fault().transient)
    return recover(std::move(error));
  fail(std::move(error));
}

// --- In chunks ---

void Pusher::Upload::patch() {
  m_chunk_end = std::min(m_offset + m_chunk, m_bytes->size());
  auto question = this->question(net::Method::patch);
  question.headers = {{"Content-Type", "application/octet-stream"},
                      {"Content-Range", fmt::format("{}-{}", m_offset, m_chunk_end - 1)}};
  question.upload = std::make_shared<Slice>(m_bytes, m_offset, m_chunk_end - m_offset);
  ask(std::move(question), &Upload::patch_answered);
}

void Pusher::Upload::patch_answered(base::Result<net::Response> answer) {
  if (!answer)
    return recover(std::move(answer).error());
  if (answer->status == 202 || answer->status == 201 || answer->status == 204) {
    if (!take_location(*answer))
      return;
    // A registry may take less than it was sent, and says so.
    const auto has = bytes_of_range(*answer).value_or(m_chunk_end);
    if (has > m_chunk_end || has <= m_offset)
      return recover(final_error(base::ErrorKind::network, *answer, "BLOB_UPLOAD_INVALID",
                                 fmt::format("{} says that it has {} bytes of the {} after {} were sent",
                                             answer->url.authority(), has, what(), m_chunk_end)));
    m_offset = has;
    m_furthest = std::max(m_furthest, m_offset);
    m_failures = 0;
    return go_on();
  }
  auto error = refusal(*answer, what());
  if (answer->status == 416 || answer->status == 404 || error.fault().transient)
    return recover(std::move(error));
  fail(std::move(error));
}

void Pusher::Upload::recover(base::Error cause) {
  if (cause.kind() == base::ErrorKind::interrupted)
    return tell(std::move(cause));
  if (++m_failures > m_options.max_failures)
    return fail(std::move(cause));
  m_client.log.info(fmt::format("{}: {}; asking how far it got", what(), cause.message()));
  m_cause = std::move(cause);
  ask(this->question(net::Method::get), &Upload::status_answered);
}

void Pusher::Upload::status_answered(base::Result<net::Response> answer) {
  if (!answer)
    return fail(std::move(answer).error());
  if (answer->status == 204 || answer->status == 200 || answer->status == 202) {
    if (!take_location(*answer))
      return;
    if (const auto has = bytes_of_range(*answer); has && *has <= m_bytes->size()) {
      if (*has > m_furthest)
        m_failures = 0;
      m_offset = *has;
      m_furthest = std::max(m_furthest, m_offset);
      return go_on();
    }
  }
  // The session is gone, or does not say where it stands: a new one, a few times.
  if (m_sessions < k_max_sessions) {
    m_session.reset();
    return open();
  }
  fail(*std::move(m_cause));
}

// --- The end ---

void Pusher::Upload::commit() {
  auto question = this->question(net::Method::put);
  question.url = with_digest();
  question.patience = k_commit_patience;
  ask(std::move(question), &Upload::commit_answered);
}

void Pusher::Upload::commit_answered(base::Result<net::Response> answer) {
  if (answer && (answer->status == 201 || answer->status == 204))
    return finished(*answer);
  if (answer && answer->status != 404)
    return fail(refusal(*answer, what()));
  // The first PUT may have done it, and only its answer was lost.
  auto error = answer ? refusal(*answer, what()) : std::move(answer).error();
  if (error.kind() == base::ErrorKind::interrupted)
    return tell(std::move(error));
  auto question = m_client.question(m_repository, "blobs", m_digest.to_string());
  question.method = net::Method::head;
  m_client.ask(std::move(question),
               [self = shared_from_this(), error = std::move(error)](base::Result<net::Response> there) {
                 if (there && there->status == 200)
                   return self->tell({});
                 self->fail(error);
               });
}

void Pusher::Upload::finished(const net::Response& answer) {
  const auto stored = oci::Digest::parse(answer.headers.find("Docker-Content-Digest").value_or(""));
  if (stored && stored->verifiable() && *stored != m_digest)
    return tell(final_error(base::ErrorKind::integrity, answer, "DIGEST_MISMATCH",
                            fmt::format("{} stored blob {} as {}", answer.url.authority(),
                                        m_digest.to_string(), stored->to_string()),
                            "something between here and the registry changes what it is sent"));
  tell({});
}

void Pusher::Upload::fail(base::Error error) {
  if (m_session && error.kind() != base::ErrorKind::interrupted) {
    auto question = this->question(net::Method::del);
    m_client.ask(std::move(question), [](const base::Result<net::Response>&) {});
  }
  tell(std::move(error).while_doing("sending blob " + m_digest.to_string()));
}

void Pusher::Upload::tell(base::Status result) {
  m_done(std::move(result));
}

} // namespace tagdb::registry
