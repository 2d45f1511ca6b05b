#pragma once

#include <tagdb/base/time.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace tagdb::query::test {

/// "2020-02-20" (its first second), "2020-02-20T10" (that hour) or a whole RFC 3339 instant.
inline base::Instant t(std::string_view text) {
  std::string whole(text);
  if (whole.size() == 10)
    whole += "T00";
  if (whole.size() == 13)
    whole += ":00:00Z";
  const auto instant = base::parse_rfc3339(whole);
  if (!instant)
    throw std::runtime_error("no instant: " + whole);
  return *instant;
}

} // namespace tagdb::query::test
