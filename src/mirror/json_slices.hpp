#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::mirror {

// A document of others is changed by cutting its text, not by writing it anew: what is not understood stays
// as it is. The text must have been parsed before (base::JsonDocument): these trust it to be well-formed.

/// Each element of an array's text, trimmed.
std::vector<std::string_view> elements_of(std::string_view array);
/// Each member of an object's text: the name with its quotes, and the value.
std::vector<std::pair<std::string_view, std::string_view>> members_of(std::string_view object);

} // namespace tagdb::mirror
