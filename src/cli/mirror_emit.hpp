#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/oci/reference.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::cli {

/// Who is told to use a mirror.
enum class MirrorClient : std::uint8_t { containerd, docker, registries_conf };

/// A registry that mirrors another: "harbor.corp/mcr" of mcr.microsoft.com.
struct MirrorPlace {
  std::string scheme; ///< "https", or "http" where the user wrote it
  oci::RegistryName host;
  std::optional<oci::RepositoryName> prefix;
  std::string to_string() const;
};
/// "HOST[/PREFIX]", also with a scheme. Failure: ErrorKind::usage, as for a layout, which nobody pulls from.
base::Result<MirrorPlace> parse_mirror_place(std::string_view text);

/// What makes a client use the mirror: a file's text; for docker, which has no such setting for registries
/// other than docker.io, the references under the mirror's name. Failure: ErrorKind::usage for docker without
/// references, or with one that is no name.
base::Result<std::string> mirror_settings(MirrorClient client, const MirrorPlace& mirror,
                                          const oci::RegistryName& of,
                                          const std::vector<std::string>& references);

} // namespace tagdb::cli
