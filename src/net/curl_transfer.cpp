#include "curl_transfer.hpp"

#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tagdb::net {

namespace {

/// What libcurl reads from a socket at once for a layer; its usual 16 KiB are right for what a crawl asks.
constexpr long k_large_buffer = 256l << 10;

/// Of all fields of an answer together. Registries send a few hundred bytes.
constexpr std::size_t k_max_header_bytes = 256u << 10;

bool carries_body(Method method) {
  return method == Method::post || method == Method::put || method == Method::patch;
}

CurlTransfer* transfer_of(void* self) {
  return static_cast<CurlTransfer*>(self);
}

} // namespace

bool HeaderSet::made_for(const Request& request) const {
  return has_body == carries_body(request.method) && fields == request.headers &&
         (request.authorization ? authorization == request.authorization->reveal() : authorization.empty());
}

std::shared_ptr<const HeaderSet> HeaderSet::make(const Request& request, const std::string& user_agent) {
  auto set = std::make_shared<HeaderSet>();
  set->fields = request.headers;
  set->has_body = carries_body(request.method);
  // A line break in a value would be a header of the attacker's choice; libcurl does not look.
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos)
      set->lines.add(fmt::format("{}: {}", name, value));
  };
  for (const auto& [name, value] : set->fields.fields())
    add(name, value);
  // As lines of ours, not as options: libcurl formats those twice for each request.
  if (!request.headers.find("User-Agent"))
    add("User-Agent", user_agent);
  add("Accept-Encoding", "identity"); // what is hashed is what was sent
  if (request.authorization) {
    set->authorization = request.authorization->reveal();
    add("Authorization", set->authorization);
  }
  if (set->has_body) {
    set->lines.add("Expect:"); // a round trip that registries make no use of
    if (!request.headers.find("Content-Type"))
      set->lines.add("Content-Type:"); // libcurl would say that it is a form
  }
  return set;
}

std::unique_ptr<CurlTransfer> CurlTransfer::make(const CurlOptions& options,
                                                 std::shared_ptr<const CurlProfile> profile,
                                                 SocketWatch& watch, RateGate* gate) {
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(std::move(profile), watch, gate));
  transfer->m_easy.reset(curl_easy_init());
  if (!transfer->m_easy || !transfer->set_constants(options))
    return nullptr;
  return transfer;
}

bool CurlTransfer::set_constants(const CurlOptions& options) {
  CURL* h = easy();
  void* self = this;
  bool ok = set<CURLOPT_PRIVATE>(h, self);
  ok &= set<CURLOPT_ERRORBUFFER>(h, m_message.data());
  ok &= set<CURLOPT_NOSIGNAL>(h, 1L);
  ok &= set<CURLOPT_PROTOCOLS_STR>(h, "http,https");
  // Makes libcurl decode what a server encodes all the same; the field itself is among HeaderSet's lines.
  ok &= set<CURLOPT_ACCEPT_ENCODING>(h, "identity");
  ok &= set<CURLOPT_FOLLOWLOCATION>(h, 0L); // net::Client follows, with its own rules for credentials
  ok &= set<CURLOPT_NETRC>(h, static_cast<long>(CURL_NETRC_IGNORED));
  ok &= set<CURLOPT_SUPPRESS_CONNECT_HEADERS>(h, 1L);
  ok &= set<CURLOPT_TCP_KEEPALIVE>(h, 1L);
  const auto connect_timeout = std::chrono::milliseconds(options.connect_timeout).count();
  ok &= set<CURLOPT_CONNECTTIMEOUT_MS>(h, static_cast<long>(connect_timeout));
  // Plain http is HTTP/1.1, and nobody has to wait to learn that.
  ok &= set<CURLOPT_HTTP_VERSION>(h, m_profile->https ? static_cast<long>(CURL_HTTP_VERSION_2TLS)
                                                      : static_cast<long>(CURL_HTTP_VERSION_1_1));
  ok &= set<CURLOPT_PIPEWAIT>(h, m_profile->https ? 1L : 0L);
  // Empty strings, not absence: libcurl would read the environment itself.
  ok &= set<CURLOPT_PROXY>(h, m_profile->proxy.c_str());
  ok &= set<CURLOPT_NOPROXY>(h, "");
  if (!m_profile->tls.ca_file.empty())
    ok &= set<CURLOPT_CAINFO>(h, m_profile->tls.ca_file.c_str());
  if (!m_profile->tls.client_cert.empty())
    ok &= set<CURLOPT_SSLCERT>(h, m_profile->tls.client_cert.c_str());
  if (!m_profile->tls.client_key.empty())
    ok &= set<CURLOPT_SSLKEY>(h, m_profile->tls.client_key.c_str());
  ok &= set<CURLOPT_HEADERFUNCTION>(h, &CurlTransfer::on_header);
  ok &= set<CURLOPT_HEADERDATA>(h, self);
  ok &= set<CURLOPT_WRITEFUNCTION>(h, &CurlTransfer::on_body);
  ok &= set<CURLOPT_WRITEDATA>(h, self);
  ok &= set<CURLOPT_READFUNCTION>(h, &CurlTransfer::on_upload);
  ok &= set<CURLOPT_READDATA>(h, self);
  ok &= set<CURLOPT_SEEKFUNCTION>(h, &CurlTransfer::on_rewind);
  ok &= set<CURLOPT_SEEKDATA>(h, self);
  ok &= set<CURLOPT_OPENSOCKETFUNCTION>(h, &CurlTransfer::on_open);
  ok &= set<CURLOPT_OPENSOCKETDATA>(h, self);
  void* watch = &m_watch;
  ok &= set<CURLOPT_CLOSESOCKETFUNCTION>(h, &CurlTransfer::on_close);
  ok &= set<CURLOPT_CLOSESOCKETDATA>(h, watch);
  ok &= set<CURLOPT_PREREQFUNCTION>(h, &CurlTransfer::on_ready);
  ok &= set<CURLOPT_PREREQDATA>(h, self);
  return ok;
}

bool CurlTransfer::prepare(std::uint64_t id, const Request& request,
                           std::shared_ptr<const HeaderSet> headers) {
  m_id = id;
  m_request = &request;
  m_headers = {};
  m_header_bytes = 0;
  m_body.clear();
  m_too_large = m_forbidden = m_bad_headers = false;
  m_sink_begun = m_refused = m_paused = m_held_back = false;
  m_streamed = m_uploaded = 0;
  m_message[0] = '\0';
  m_moved = m_moved_before = 0;
  bool ok = set<CURLOPT_URL>(easy(), request.url.to_string().c_str());
  ok &= set_method();
  set_buffers();
  if (headers != m_header_set) {
    ok &= set<CURLOPT_HTTPHEADER>(easy(), headers->lines.get());
    m_header_set = std::move(headers);
  }
  return ok;
}

void CurlTransfer::set_buffers() {
  // Under a limit small pieces keep the flow even.
  const bool large = (m_request->sink || m_request->upload) && m_gate == nullptr;
  if (large == m_with_large_buffer)
    return;
  // A wish, and no failure: where other streams were still using the connection when this handle was done
  // with it, libcurl leaves it its buffer and refuses another size. What it has does, too.
  if (set<CURLOPT_BUFFERSIZE>(easy(), large ? k_large_buffer : static_cast<long>(CURL_MAX_WRITE_SIZE)) &&
      set<CURLOPT_UPLOAD_BUFFERSIZE>(easy(), large ? k_large_buffer : 64l << 10))
    m_with_large_buffer = large;
}

bool CurlTransfer::set_upload() {
  CURL* h = easy();
  const auto method = m_request->method;
  bool ok = set<CURLOPT_UPLOAD>(h, 1L);
  ok &= set<CURLOPT_INFILESIZE_LARGE>(h, static_cast<curl_off_t>(m_request->upload->size()));
  ok &=
      set<CURLOPT_CUSTOMREQUEST>(h, method == Method::put ? nullptr : std::string(to_string(method)).c_str());
  m_with_body = m_with_upload = true;
  m_method = method;
  return ok;
}

bool CurlTransfer::set_method() {
  CURL* h = easy();
  const auto method = m_request->method;
  if (m_request->upload && carries_body(method))
    return set_upload();
  bool ok = true;
  if (m_with_upload) {
    ok &= set<CURLOPT_HTTPGET>(h, 1L); // the only option that ends an upload for every method after it
    m_with_upload = false;
  }
  if (carries_body(method)) {
    ok &= set<CURLOPT_POST>(h, 1L);
    ok &= set<CURLOPT_POSTFIELDSIZE_LARGE>(h, static_cast<curl_off_t>(m_request->body.size()));
    ok &= set<CURLOPT_POSTFIELDS>(h, m_request->body.data());
    ok &= set<CURLOPT_CUSTOMREQUEST>(h, method == Method::post ? nullptr
                                                               : std::string(to_string(method)).c_str());
    m_with_body = true;
  } else if (m_with_body || method != m_method) {
    ok &= method == Method::head ? set<CURLOPT_NOBODY>(h, 1L) : set<CURLOPT_HTTPGET>(h, 1L);
    ok &= set<CURLOPT_CUSTOMREQUEST>(h, method == Method::del ? "DELETE" : nullptr);
    m_with_body = false;
  }
  m_method = method;
  return ok;
}

Completion CurlTransfer::finish(CURLcode code) {
  CURL* h = easy();
  // An empty body has begun, too.
  if (code == CURLE_OK && goes_to_sink() && !m_sink_begun && !begin_sink())
    code = CURLE_WRITE_ERROR;
  if (code != CURLE_OK || m_bad_headers)
    return {m_id, failure(code), m_streamed};
  Response response{.url = m_request->url};
  response.status = status();
  switch (info<CURLINFO_HTTP_VERSION>(h)) {
  case CURL_HTTP_VERSION_1_0:
    response.http_version = 10;
    break;
  case CURL_HTTP_VERSION_2_0:
    response.http_version = 20;
    break;
  default:
    response.http_version = 11;
  }
  response.headers = std::move(m_headers);
  response.body = std::move(m_body);
  if (m_profile->proxy.empty())
    response.peer_address = info<CURLINFO_PRIMARY_IP>(h);
  return {m_id, std::move(response), m_streamed};
}

Completion CurlTransfer::give_up(TransferFault fault, std::string message) {
  TransferFailure failure{fault, std::move(message), {}, info<CURLINFO_NUM_CONNECTS>(easy()) == 0};
  if (m_profile->proxy.empty())
    failure.peer_address = info<CURLINFO_PRIMARY_IP>(easy());
  return {m_id, std::move(failure), m_streamed};
}

void CurlTransfer::begin_period(std::chrono::steady_clock::time_point now) {
  m_since = now;
  m_moved_before = m_moved;
}

bool CurlTransfer::stalled(std::uint64_t least, std::chrono::steady_clock::time_point now) {
  // What we held back ourselves says nothing about the server.
  // Only what is received passes by here; a large body on its way up is progress too.
  const auto moved = m_moved + static_cast<std::uint64_t>(info<CURLINFO_SIZE_UPLOAD_T>(easy()));
  if (!m_paused && !m_held_back && moved - m_moved_before < least)
    return true;
  m_held_back = m_paused;
  m_since = now;
  m_moved_before = moved;
  return false;
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  const auto bytes = size * count;
  transfer_of(self)->take_header_line({data, bytes});
  return transfer_of(self)->m_bad_headers ? 0 : bytes;
}

void CurlTransfer::take_header_line(std::string_view line) {
  m_moved += line.size();
  m_header_bytes += line.size();
  if (m_header_bytes > k_max_header_bytes) {
    m_bad_headers = true;
    return;
  }
  // A status line: what came before were the fields of an interim answer (100, 103).
  if (line.substr(0, 5) == "HTTP/") {
    m_headers = {};
    m_headers.reserve();
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return; // the empty line at the end, or a folded one, which RFC 9112 lets us ignore
  auto value = line.substr(colon + 1);
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!value.empty() && blank(value.front()))
    value.remove_prefix(1);
  while (!value.empty() && blank(value.back()))
    value.remove_suffix(1);
  m_headers.add(line.substr(0, colon), value);
}

bool CurlTransfer::may_talk_to(const char* address) {
  // Behind a proxy the peer is the proxy, which the user chose and which may be anywhere.
  if (!m_request->public_only || !m_profile->proxy.empty() || !is_special_address(address))
    return true;
  m_forbidden = true;
  m_peer = address;
  return false;
}

curl_socket_t CurlTransfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address->family == AF_INET)
    bytes = &reinterpret_cast<const sockaddr_in*>(&address->addr)->sin_addr;
  else if (address->family == AF_INET6)
    bytes = &reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_addr;
  if (bytes == nullptr || inet_ntop(address->family, bytes, text.data(), text.size()) == nullptr ||
      !transfer_of(self)->may_talk_to(text.data()))
    return CURL_SOCKET_BAD;
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket >= 0)
    transfer_of(self)->m_watch.opened(socket);
  return socket;
}

int CurlTransfer::on_close(void* watch, curl_socket_t socket) {
  static_cast<SocketWatch*>(watch)->closed(socket);
  return ::close(socket);
}

int CurlTransfer::on_ready(void* self, char* peer, char*, int, int) {
  // Once more before anything is sent: the connection may be one that an earlier request opened.
  return transfer_of(self)->may_talk_to(peer) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

} // namespace tagdb::net
