#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/base/time.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tagdb::cli {

/// true, false, yes, no, on, off, 1 and 0, in any case: what people write for a flag in a file or a variable.
base::Result<bool> parse_truth(std::string_view text);

/// A TIME (cli.md section 1). A date means its last second, UTC, today's means now; an RFC 3339 instant means
/// itself. Release labels are recognised and refused until there are release tables to look them up in.
/// Failure: ErrorKind::usage, also for the future.
base::Result<base::Instant> parse_time(std::string_view text, base::Instant now);

/// As parse_time, for the beginning of a range: a date means that whole day (events count that came after the
/// answer), and a duration
/// ("7d") means that long ago.
base::Result<base::Instant> parse_since(std::string_view text, base::Instant now);

/// The registry's name in --registry, which may be a URL: "http://127.0.0.1:5055" is "127.0.0.1:5055".
/// Failure: ErrorKind::usage for anything that is no host, for a path, and for a URL with a user or password
/// in it (which then is not repeated).
base::Result<oci::RegistryName> parse_registry(std::string_view text);

/// os/architecture[:os.version], as in windows/amd64:10.0.17763.1040.
struct PlatformFilter {
  std::string os, architecture;
  std::string os_version; ///< empty: any. Leading parts suffice: 10.0.17763
  bool accepts(std::string_view os_name, std::string_view architecture_name, std::string_view version) const;
};
base::Result<PlatformFilter> parse_platform(std::string_view text);

/// "servercore" or "windows/servercore", for --repo.
base::Result<oci::RepositoryName> parse_repository(std::string_view text);

} // namespace tagdb::cli
