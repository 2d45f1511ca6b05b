#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/net/http.hpp>

#include <string_view>

namespace tagdb::net {

/// Where an answer sends us: a redirect's Location, a token realm, a next page.
struct Hop {
  Url url;
  /// Whether credentials for the answer's origin may go along: the same scheme, host and port.
  bool same_origin = false;
  /// What Request::public_only has to be there: the server that sends us is at a public address and the
  /// target is another origin, so the target must be public too. Nobody outside may use us to reach inside.
  bool public_only = false;
};

/// `reference` as seen from the answer. Failure: no usable URL, or https that falls to http.
base::Result<Hop> follow(const Response& from, std::string_view reference);

} // namespace tagdb::net
