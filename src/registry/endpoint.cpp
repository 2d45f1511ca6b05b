#include <tagdb/base/text.hpp>
#include <tagdb/registry/client.hpp>

#include <fmt/format.h>

namespace tagdb::registry {

base::Result<Endpoint> Endpoint::parse(std::string_view host_or_url) {
  std::string text(base::trim(host_or_url));
  if (text.find("://") == std::string::npos)
    text = "https://" + text;
  TAGDB_TRY_ASSIGN(auto url, net::Url::parse(text));
  if (url.to_string() != url.origin() + "/")
    return base::Error(
        base::ErrorKind::usage,
        fmt::format("'{}' is more than a registry's address", base::escape_untrusted(host_or_url)),
        fmt::format("the registry is {}; a repository is named apart from it", url.authority()));
  TAGDB_TRY_ASSIGN(auto name, oci::RegistryName::parse(url.authority()));
  return Endpoint{std::move(url), std::move(name)};
}

} // namespace tagdb::registry
