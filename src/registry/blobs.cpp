#include "client_impl.hpp"
#include "refusal.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

namespace tagdb::registry {

namespace {

/// The first byte and the whole size of "bytes 5-9/10"; nothing for anything else. `*` is no size.
struct ContentRange {
  std::uint64_t begin = 0;
  std::optional<std::uint64_t> total;
};
std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view k_unit = "bytes ";
  if (!base::equals_ignoring_case(text.substr(0, k_unit.size()), k_unit))
    return std::nullopt;
  text.remove_prefix(k_unit.size());
  const auto dash = text.find('-');
  const auto slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash)
    return std::nullopt;
  const auto begin = base::parse_number(base::trim(text.substr(0, dash)));
  if (!begin)
    return std::nullopt;
  return ContentRange{*begin, base::parse_number(base::trim(text.substr(slash + 1)))};
}

} // namespace

/// One blob on its way: checks what the answer says of itself before a byte of it is taken, and asks again
/// where it was not what it should be.
class RegistryClient::Impl::BlobStream final : public net::BodySink,
                                               public std::enable_shared_from_this<BlobStream> {
 public:
  BlobStream(Impl& client, Question question, oci::Digest digest, std::uint64_t size,
             std::shared_ptr<BlobSink> sink, Handler<void> done)
      : m_client(client),
        m_question(std::move(question)),
        m_digest(std::move(digest)),
        m_size(size),
        m_sink(std::move(sink)),
        m_done(std::move(done)) {}

  void start() {
    if (!m_digest.verifiable())
      return tell(base::Error(
          base::ErrorKind::integrity,
          fmt::format("{} cannot be verified: {} is not known here", what(), m_digest.algorithm()),
          "only sha256 is"));
    if (m_sink->offset() > m_size)
      if (auto restarted = m_sink->restart(); !restarted)
        return tell(std::move(restarted));
    // Everything came in an earlier run that ended before it was checked.
    if (m_size > 0 && m_sink->offset() == m_size)
      return finish(nullptr);
    ask();
  }

  std::uint64_t offset() const override { return m_sink->offset(); }

  bool begin(int status, const net::Headers& headers) override {
    m_headers = headers;
    if (status == 206) {
      const auto range = parse_content_range(headers.find("Content-Range").value_or(""));
      m_bad_range = !range || range->begin != m_sink->offset() || (range->total && *range->total != m_size);
      return !m_bad_range;
    }
    const auto length = base::parse_number(headers.find("Content-Length").value_or(""));
    m_bad_size = length && *length != m_size;
    if (status != 200 || m_bad_size)
      return false;
    return m_sink->offset() == 0 || keep(m_sink->restart());
  }

  bool write(std::string_view bytes) override {
    m_bad_size = bytes.size() > m_size - m_sink->offset();
    return !m_bad_size && keep(m_sink->write(bytes));
  }

 private:
  /// What the sink said is what the caller is told.
  bool keep(base::Status status) {
    if (!status)
      m_error = std::move(status).error();
    return !m_error;
  }

  void ask() {
    auto question = m_question;
    question.sink = shared_from_this();
    m_bad_range = m_bad_size = false;
    ++m_tries;
    m_client.ask(std::move(question), [self = shared_from_this()](base::Result<net::Response> answer) {
      self->answered(std::move(answer));
    });
  }

  void answered(base::Result<net::Response> answer) {
    if (m_error)
      return tell(*std::move(m_error));
    if (m_bad_size)
      return wrong_size();
    if (m_bad_range)
      return again(nullptr, "answered another range than was asked for");
    if (!answer)
      return tell(std::move(answer).error().while_doing("fetching " + what()));
    if (answer->status == 416)
      return again(&*answer, "refuses the range that is missing");
    if (answer->status != 200 && answer->status != 206)
      return tell(refusal(*answer, what()));
    if (m_sink->offset() < m_size) {
      // No length was announced, and the connection ended properly.
      if (m_tries < k_hash_tries)
        return ask();
      return tell(final_error(base::ErrorKind::network, *answer, "SHORT_BODY",
                              fmt::format("{} sent {} of {} bytes of {}", answer->url.authority(),
                                          m_sink->offset(), m_size, what())));
    }
    finish(&*answer);
  }

  void finish(const net::Response* answer) {
    auto finished = m_sink->finish();
    if (finished || finished.error().kind() != base::ErrorKind::integrity)
      return tell(std::move(finished));
    if (answer != nullptr && is_web_page(with_headers(*answer)))
      return tell(web_page(with_headers(*answer), what()));
    again(answer, "does not hash to its name");
  }

  /// The answer's fields without its body: that went to the sink.
  net::Response with_headers(const net::Response& answer) const {
    net::Response copy{.status = answer.status, .headers = m_headers, .url = answer.url};
    copy.tries = answer.tries;
    return copy;
  }

  void again(const net::Response* answer, std::string_view why) {
    if (auto restarted = m_sink->restart(); !restarted)
      return tell(std::move(restarted));
    if (m_tries < k_hash_tries) {
      m_client.log.info(fmt::format("{} {}; asking again from its beginning", what(), why));
      return ask();
    }
    net::Response last{.status = answer != nullptr ? answer->status : 0, .url = m_question.url};
    last.tries = m_tries;
    tell(final_error(base::ErrorKind::integrity, last, "DIGEST_MISMATCH",
                     fmt::format("{} from {} {} ({} tries); it was not stored", what(),
                                 m_question.url.authority(), why, m_tries),
                     "the registry, or a cache before it, holds damaged content"));
  }

  void wrong_size() {
    net::Response last{.status = 200, .headers = m_headers, .url = m_question.url};
    last.tries = m_tries;
    if (is_web_page(last))
      return tell(web_page(last, what()));
    tell(final_error(base::ErrorKind::integrity, last, "SIZE_INVALID",
                     fmt::format("{} from {} has another size than the {} bytes its manifest says", what(),
                                 m_question.url.authority(), m_size),
                     "the registry, or a cache before it, holds damaged content"));
  }

  std::string what() const { return "blob " + m_digest.to_string(); }

  void tell(base::Status result) {
    // The handler may let go of all that holds this object.
    const auto self = shared_from_this();
    m_done(std::move(result));
  }

  Impl& m_client;
  const Question m_question;
  const oci::Digest m_digest;
  const std::uint64_t m_size;
  const std::shared_ptr<BlobSink> m_sink;
  const Handler<void> m_done;
  int m_tries = 0;
  net::Headers m_headers; ///< of the answer whose body came last
  bool m_bad_range = false, m_bad_size = false;
  std::optional<base::Error> m_error; ///< the sink's
};

void RegistryClient::stream_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                                 std::uint64_t size, std::shared_ptr<BlobSink> sink, Handler<void> done) {
  std::make_shared<Impl::BlobStream>(*m_impl, m_impl->question(repository, "blobs", digest.to_string()),
                                     digest, size, std::move(sink), std::move(done))
      ->start();
}

void RegistryClient::stream_url(const net::Url& url, const oci::Digest& digest, std::uint64_t size,
                                std::shared_ptr<BlobSink> sink, Handler<void> done) {
  Question question{.url = url, .accept = {}, .scope = {}};
  // A manifest is anybody's text: it may not use us to reach inside, unless its registry is inside already.
  question.public_only = !m_impl->at_private_address;
  std::make_shared<Impl::BlobStream>(*m_impl, std::move(question), digest, size, std::move(sink),
                                     std::move(done))
      ->start();
}

void RegistryClient::find_blob(const oci::RepositoryName& repository, const oci::Digest& digest,
                               Handler<std::optional<std::uint64_t>> done) {
  auto question = m_impl->question(repository, "blobs", digest.to_string());
  question.method = net::Method::head;
  m_impl->ask(std::move(question), [digest, done = std::move(done)](base::Result<net::Response> answer) {
    const auto what = "blob " + digest.to_string();
    if (!answer)
      return done(std::move(answer).error().while_doing("asking for " + what));
    switch (answer->status) {
    case 200:
      if (is_web_page(*answer))
        return done(web_page(*answer, what));
      return done(base::parse_number(answer->headers.find("Content-Length").value_or("")).value_or(0));
    case 404:
    case 405:
    case 501:
      return done(std::optional<std::uint64_t>());
    default:
      return done(refusal(*answer, what));
    }
  });
}

void RegistryClient::find_manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                                   Handler<bool> done) {
  auto question = m_impl->question(repository, "manifests", digest.to_string());
  question.method = net::Method::head;
  question.accept = oci::k_accept_manifests;
  m_impl->ask(std::move(question), [digest, done = std::move(done)](base::Result<net::Response> answer) {
    const auto what = "manifest " + digest.to_string();
    if (!answer)
      return done(std::move(answer).error().while_doing("asking for " + what));
    switch (answer->status) {
    case 200:
      if (is_web_page(*answer))
        return done(web_page(*answer, what));
      return done(true);
    case 404:
    case 405:
    case 501:
      return done(false);
    default:
      return done(refusal(*answer, what));
    }
  });
}

void RegistryClient::find_tag(const oci::RepositoryName& repository, const oci::Tag& tag,
                              Handler<std::optional<Resolved>> done) {
  resolve(repository, tag, [done = std::move(done)](base::Result<Resolved> resolved) {
    if (resolved)
      return done(std::optional(*std::move(resolved)));
    if (resolved.error().fault().status == 404)
      return done(std::optional<Resolved>());
    done(std::move(resolved).error());
  });
}

} // namespace tagdb::registry
