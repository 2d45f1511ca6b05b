#include <tagdb/base/text.hpp>
#include <tagdb/net/hop.hpp>

#include <fmt/format.h>

namespace tagdb::net {

base::Result<Hop> follow(const Response& from, std::string_view reference) {
  auto target = from.url.resolve(reference);
  if (!target)
    // The server's mistake, not the user's.
    return base::Error(base::ErrorKind::network, fmt::format("{} sent us on to an unusable address: {}",
                                                             from.url.origin(), target.error().message()));
  if (from.url.scheme() == "https" && target->scheme() == "http")
    return base::Error(base::ErrorKind::network,
                       fmt::format("{} sent us on to plain http: {}", from.url.origin(),
                                   base::escape_untrusted(target->for_display())),
                       "that would drop the protection of TLS and is never followed");
  const bool same_origin = target->origin() == from.url.origin();
  const bool from_public = !from.peer_address.empty() && !is_special_address(from.peer_address);
  return Hop{*std::move(target), same_origin, from_public && !same_origin};
}

} // namespace tagdb::net
