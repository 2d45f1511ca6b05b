#pragma once

#include <string_view>

namespace tagdb::oci {

/// "Application/JSON; charset=utf-8" → "Application/JSON".
std::string_view without_parameters(std::string_view media_type);

} // namespace tagdb::oci
