#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/net/http.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::registry {

/// The target of `rel="next"` among the Link headers (RFC 8288); nothing where there is none.
std::optional<std::string> next_link(const std::vector<std::string_view>& header_values);

/// The names in the body of a tags/list answer, as they are. `null` and an empty list are no tags; a body
/// without `tags`, or with anything but strings in it, is an error.
base::Result<std::vector<std::string>> parse_tag_page(std::string_view body);

} // namespace tagdb::registry
