#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/windows/kb.hpp>
#include <tagdb/windows/os_version.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tagdb::query {

/// An image ID or other digest by its first hexadecimal digits, 12 to 64 of them.
struct DigestPrefix {
  std::string hex;
  bool operator==(const DigestPrefix&) const = default;
};

/// What the word behind the repository names (cli.md section 1).
using Subject =
    std::variant<oci::Tag,           ///< "ltsc2019", "10.0.17763.1040", "1809-KB4546852": any tag as written
                 windows::OsVersion, ///< "17763.1040": a revision without the leading 10.0
                 windows::Kb,        ///< "KB4546852"
                 oci::Digest,        ///< "sha256:…"
                 DigestPrefix>;      ///< "d1724c2d9a84"

/// A REFERENCE as people type it, parsed but not yet looked up. Where a tag and a digest are both given the
/// digest is in `expected`: the answer must agree with it.
struct ReferenceQuery {
  std::string text; ///< as typed
  std::optional<oci::RegistryName> registry;
  std::optional<oci::RepositoryName>
      repository; ///< as typed: "servercore", "windows/servercore"; see expand_repository
  Subject subject;
  std::optional<oci::Digest> expected;
};

/// Failure: ErrorKind::usage, naming the part that is wrong. A four-part version is the tag of that name; a
/// lone word of 12 to 64 lower-case hexadecimal digits is an image ID, unless it also fits a floating tag (no
/// real one does).
base::Result<ReferenceQuery> parse_reference_query(std::string_view text);

/// "servercore" and "nanoserver" and "server" mean "windows/…"; anything with a slash means itself.
oci::RepositoryName expand_repository(const oci::RepositoryName& typed);

} // namespace tagdb::query
