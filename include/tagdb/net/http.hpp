#pragma once

#include <tagdb/base/secret.hpp>
#include <tagdb/net/url.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::net {

enum class Method : std::uint8_t { get, head, post, put, patch, del };
std::string_view to_string(Method method);

/// Header fields in the order received; names compare without case. All text lies in one buffer: an answer
/// has a dozen fields, and most are never looked at.
class Headers {
 public:
  using Field = std::pair<std::string_view, std::string_view>;

  void add(std::string_view name, std::string_view value);
  /// Room for an answer of the usual size, in one allocation.
  void reserve();
  /// The first field of this name; nothing where there is none. Valid until the next add().
  std::optional<std::string_view> find(std::string_view name) const;
  /// All fields of this name, in order: WWW-Authenticate and Link may repeat.
  std::vector<std::string_view> find_all(std::string_view name) const;
  std::vector<Field> fields() const;
  bool operator==(const Headers&) const = default;

 private:
  struct Span {
    std::uint32_t begin, name_length, value_length; ///< the value follows the name
    bool operator==(const Span&) const = default;
  };
  std::string_view name_of(const Span& span) const;
  std::string_view value_of(const Span& span) const;

  std::string m_text;
  std::vector<Span> m_spans;
};

class BodySink;
class BodySource;

/// One request. Always sent with `Accept-Encoding: identity`: what is hashed is what was sent.
struct Request {
  Method method = Method::get;
  Url url;
  Headers headers{};
  /// The Authorization header's value. Belongs to the origin of `url`: it is dropped when a redirect leaves
  /// that origin.
  std::optional<base::Secret> authorization{};
  std::string body{};
  /// Instead of `body`: sent as it is read. Of POST, PUT and PATCH. See net/body.hpp.
  std::shared_ptr<BodySource> upload{};
  /// Takes the body of a 2xx answer, which then is not in Response::body. See net/body.hpp.
  std::shared_ptr<BodySink> sink{};
  /// A body that is held and longer than this ends the transfer with TransferFault::too_large; nothing beyond
  /// it is held.
  std::size_t max_body = 8u << 20;
  /// How much longer than usual the server may be silent before that counts as a stall: it may have a large
  /// upload to check.
  std::chrono::seconds patience{0};
  /// Refuses to connect to loopback, private, link-local and other special addresses. Set for whatever a
  /// public server sends us to (redirects, token realms, next pages); see net/hop.hpp.
  bool public_only = false;
  /// A POST, a PATCH or anything with `upload` that may be sent again although nobody knows whether the first
  /// one was acted upon. The other methods always may (RFC 9110 section 9.2.2); an upload belongs to a
  /// session that may have kept a part of it.
  bool repeatable = false;
};

/// A complete answer, whatever its status.
struct Response {
  int status = 0;
  Headers headers{};
  std::string body{};
  /// The URL that answered, after redirects.
  Url url;
  /// The peer's address as connected ("20.0.0.1", "::1"); empty where a proxy stood between or it is not
  /// known.
  std::string peer_address{};
  int http_version = 11; ///< 10, 11 or 20
  int tries = 1;         ///< how often Client asked, this answer included
};

/// Why no complete answer came. What is worth another try is decided in net/retry.hpp, not here.
enum class TransferFault : std::uint8_t {
  resolve,        ///< the name has no address
  connect,        ///< refused, unreachable, timed out while connecting
  tls,            ///< certificate or handshake: never retried
  reset,          ///< connection lost, GOAWAY, stream reset
  short_body,     ///< the body ended before its Content-Length
  stalled,        ///< under 1 KiB/s for 60 s, or no answer in that time
  too_large,      ///< the body passed `max_body`: never retried
  forbidden_peer, ///< `public_only` and the address is not public: never retried
  offline,        ///< --offline
  cancelled,      ///< we stopped it
  refused,        ///< the request's own sink or source ended it: never retried
  protocol,       ///< not HTTP, or HTTP that makes no sense
};
std::string_view to_string(TransferFault fault);

/// Whether an address literal is loopback, private (RFC 1918, ULA), link-local, CGNAT, unspecified, multicast
/// or otherwise special (IPv4-mapped, NAT64 and 6to4 forms looked through), that is, not one on the public
/// internet. False for what is no address literal. Source: the IANA special-purpose address registries (RFC
/// 6890).
bool is_special_address(std::string_view address);

} // namespace tagdb::net
