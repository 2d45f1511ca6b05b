#include "curl_handles.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/net/url.hpp>

#include <fmt/format.h>

namespace tagdb::net {

namespace {

/// Longer than any registry's, short enough to print and compare.
constexpr std::size_t k_max_length = 16'384;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
    return {};
  return CurlString(text).get();
}

/// Never quotes the text where it has a password.
base::Error bad_url(std::string_view text, CURLUcode code) {
  if (code == CURLUE_USER_NOT_ALLOWED)
    return {base::ErrorKind::usage, "a URL must not hold a user name or password",
            "credentials are read from docker's config.json (--authfile)"};
  const auto shown = text.substr(0, text.find('?'));
  if (shown.find('@') != std::string_view::npos)
    return {base::ErrorKind::usage, fmt::format("malformed URL: {}", curl_url_strerror(code))};
  return {base::ErrorKind::usage,
          fmt::format("'{}' is no usable URL: {}", base::escape_untrusted(shown), curl_url_strerror(code)),
          "a URL is https://HOST[:PORT]/…, or http://… where the registry speaks plain http"};
}

} // namespace

base::Result<Url> Url::make(std::string_view base, std::string_view reference, bool encode) {
  if (reference.size() > k_max_length || reference.find('\0') != std::string_view::npos)
    return bad_url(reference.substr(0, 40), CURLUE_MALFORMED_INPUT);
  const UrlHandle handle(curl_url());
  if (!handle)
    return base::Error(base::ErrorKind::internal, "out of memory");
  CURLU* url = handle.get();
  const unsigned flags = CURLU_DISALLOW_USER | (encode ? CURLU_URLENCODE : 0u);
  CURLUcode code = CURLUE_OK;
  if (!base.empty())
    code = curl_url_set(url, CURLUPART_URL, std::string(base).c_str(), CURLU_DISALLOW_USER);
  if (code == CURLUE_OK)
    code = curl_url_set(url, CURLUPART_URL, std::string(reference).c_str(), flags);
  if (code != CURLUE_OK)
    return bad_url(reference, code);

  auto site = std::make_shared<Site>();
  site->scheme = base::to_lower(part(url, CURLUPART_SCHEME));
  if (site->scheme != "https" && site->scheme != "http")
    return bad_url(reference, CURLUE_UNSUPPORTED_SCHEME);
  const auto host = base::to_lower(part(url, CURLUPART_HOST));
  const auto port = base::parse_number(part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (host.empty() || !port || *port == 0 || *port > 65'535 || !part(url, CURLUPART_ZONEID).empty())
    return bad_url(reference, CURLUE_BAD_HOSTNAME);
  site->port = static_cast<int>(*port);
  site->host = host.front() == '[' ? host.substr(1, host.size() - 2) : host;
  const bool default_port = site->port == (site->scheme == "https" ? 443 : 80);
  site->origin =
      default_port ? site->scheme + "://" + host : fmt::format("{}://{}:{}", site->scheme, host, site->port);

  std::string text = site->origin + part(url, CURLUPART_PATH);
  if (const auto query = part(url, CURLUPART_QUERY); !query.empty())
    text += "?" + query;
  return Url(std::move(site), std::move(text));
}

base::Result<Url> Url::parse(std::string_view text) {
  return make({}, text, false);
}

base::Result<Url> Url::resolve(std::string_view reference) const {
  return make(m_text, reference, true);
}

Url Url::at(std::string_view path_and_query) const {
  std::string text;
  text.reserve(origin().size() + path_and_query.size());
  text.append(origin()).append(path_and_query);
  return {m_site, std::move(text)};
}

std::string Url::for_display() const {
  const auto query = m_text.find('?');
  return query == std::string::npos ? m_text : m_text.substr(0, query) + "?…";
}

std::string Url::authority() const {
  return origin().substr(scheme().size() + 3);
}

std::string encode_query(std::string_view text) {
  constexpr std::string_view k_kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (k_kept.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += k_hex[byte >> 4];
      encoded += k_hex[byte & 15];
    }
  }
  return encoded;
}

} // namespace tagdb::net
