#pragma once

#include "values.hpp"
#include <tagdb/base/result.hpp>
#include <tagdb/query/answers.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tagdb::cli {

/// A word for a POSIX shell, quoted only where it must be.
std::string shell_word(std::string_view text);

/// Leaves the platforms that were asked for, and makes the one that is left what `digest` and `ref` mean.
/// Failure: not_found with those there are, usage where several fit a format of one value.
base::Status narrow_to(query::Resolution& answer, const PlatformFilter& platform);

/// The formats of resolve that are neither text nor json, with their newline. `digest` is what "digest" and
/// "ref" mean: that of the platform asked for, else what the reference resolves to. Failure: not_found where
/// the one value is not known.
base::Result<std::string> resolution_value(const query::Resolution& answer, std::string_view format,
                                           const std::optional<oci::Digest>& digest,
                                           std::string_view argument_name);

} // namespace tagdb::cli
