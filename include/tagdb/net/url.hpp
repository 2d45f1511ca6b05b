#pragma once

#include <tagdb/base/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tagdb::net {

/// An absolute http or https URL without user, password or fragment. Parsed by libcurl's own URL parser, the
/// one that connects, so that two parsers cannot disagree about the host. Cheap to copy.
class Url {
 public:
  static base::Result<Url> parse(std::string_view text);
  /// `reference` as a Location or Link target seen from here: absolute, "//host/…", "/path", or relative.
  base::Result<Url> resolve(std::string_view reference) const;
  /// The same origin with this path and query, taken as they are: for paths made of checked names, which need
  /// no parser. Must begin with "/" and hold nothing but URL characters.
  Url at(std::string_view path_and_query) const;

  const std::string& to_string() const { return m_text; }
  /// Without its query, for people: a signed URL has its secret there.
  std::string for_display() const;
  const std::string& scheme() const { return m_site->scheme; } ///< "http" or "https"
  const std::string& host() const { return m_site->host; }     ///< lower case, IPv6 without brackets
  int port() const { return m_site->port; }                    ///< explicit or the scheme's own
  /// "https://mcr.microsoft.com", "http://127.0.0.1:5055": what credentials, limits and connections belong
  /// to.
  const std::string& origin() const { return m_site->origin; }
  /// "mcr.microsoft.com", "127.0.0.1:5055": the origin without its scheme.
  std::string authority() const;

  bool operator==(const Url& other) const { return m_text == other.m_text; }

 private:
  /// What all URLs of one origin share.
  struct Site {
    std::string scheme, host, origin;
    int port = 0;
  };
  Url(std::shared_ptr<const Site> site, std::string text)
      : m_site(std::move(site)), m_text(std::move(text)) {}
  static base::Result<Url> make(std::string_view base, std::string_view reference, bool encode);

  std::shared_ptr<const Site> m_site;
  std::string m_text;
};

/// `text` percent-encoded for a query value.
std::string encode_query(std::string_view text);

} // namespace tagdb::net
