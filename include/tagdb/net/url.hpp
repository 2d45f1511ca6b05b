#pragma once

#include <tagdb/base/result.hpp>

#include <compare>
#include <string>
#include <string_view>

namespace tagdb::net {

/// An absolute http or https URL without user, password or fragment. Parsed by libcurl's own URL parser, the one that
/// connects, so that two parsers cannot disagree about the host.
class Url {
 public:
  static base::Result<Url> parse(std::string_view text);
  /// `reference` as a Location or Link target seen from here: absolute, "//host/…", "/path", or relative.
  base::Result<Url> resolve(std::string_view reference) const;

  const std::string& to_string() const { return m_text; }
  const std::string& scheme() const { return m_scheme; }  ///< "http" or "https"
  const std::string& host() const { return m_host; }      ///< lower case, IPv6 without brackets
  int port() const { return m_port; }                     ///< explicit or the scheme's own
  /// "https://mcr.microsoft.com", "http://127.0.0.1:5055": what credentials, limits and connections belong to.
  const std::string& origin() const { return m_origin; }
  /// "mcr.microsoft.com", "127.0.0.1:5055": the origin without its scheme.
  std::string authority() const;

  bool operator==(const Url& other) const { return m_text == other.m_text; }

 private:
  Url() = default;
  std::string m_text, m_scheme, m_host, m_origin;
  int m_port = 0;
};

/// `text` percent-encoded for a query value.
std::string encode_query(std::string_view text);

}  // namespace tagdb::net
