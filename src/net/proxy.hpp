#pragma once

#include <tagdb/base/environment.hpp>
#include <tagdb/net/url.hpp>

#include <string>

namespace tagdb::net {

/// Which proxy a request takes. Decided here and not by libcurl, because who decides also knows whether the
/// peer's address is the server's or the proxy's.
class ProxyRules {
 public:
  /// Reads http_proxy, https_proxy, all_proxy and no_proxy; the lower-case name first, then the upper-case
  /// one.
  static ProxyRules from(const base::Environment& environment);

  /// The proxy's URL as it was given (it may hold a password: not for printing); empty: straight to the
  /// server.
  std::string choose(const Url& url) const;

 private:
  bool excluded(const Url& url) const;

  std::string m_http, m_https, m_excluded;
};

} // namespace tagdb::net
