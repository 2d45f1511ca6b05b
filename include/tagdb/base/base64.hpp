#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tagdb::base {

/// Standard base64 with padding (RFC 4648 section 4), on one line.
std::string base64_encode(std::string_view bytes);

/// Nothing where it is not base64: a foreign character, a length that is no multiple of four, padding inside.
std::optional<std::string> base64_decode(std::string_view text);

} // namespace tagdb::base
