#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/base/time.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/windows/release_label.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tagdb::cli {

/// true, false, yes, no, on, off, 1 and 0, in any case: what people write for a flag in a file or a variable.
base::Result<bool> parse_truth(std::string_view text);

/// A TIME (cli.md section 1) as typed: an instant, or a release label, whose instant is knowledge.
using Moment = std::variant<base::Instant, windows::ReleaseLabel, windows::ShortLabel>;

/// A date means its last second, UTC, today's means now; an RFC 3339 instant means itself. "2020-02B",
/// "2020-02 B" and "2020-02 OOB" are labels; "2B" is a short one. Failure: ErrorKind::usage, also for an
/// instant in the future.
base::Result<Moment> parse_time(std::string_view text, base::Instant now);

/// As parse_time, for the beginning of a range: a date means that whole day (events count that came after the
/// answer), and a duration ("7d") means that long ago.
base::Result<Moment> parse_since(std::string_view text, base::Instant now);

/// The instant that is meant where no one tag is asked about: of a label, the release's. Failure: usage for a
/// label without its year (with those it can mean), for one that is not known, and for the future.
base::Result<base::Instant> instant_of(const Moment& moment, const store::Reader& reader, base::Instant now);

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
