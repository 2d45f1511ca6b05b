#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/registry/client.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::remote {

/// Where images come from or go to: a layout on disk, or a registry with what is put before each repository.
/// Exactly one of the two.
struct Place {
  std::optional<std::filesystem::path> layout;
  struct Registry {
    registry::Endpoint endpoint;
    std::optional<oci::RepositoryName> prefix;
    oci::RepositoryName inside(const oci::RepositoryName& repository) const;
  };
  std::optional<Registry> registry;

  /// "oci:/media/disk", "harbor.corp/mcr", "http://127.0.0.1:5055", as printed; fit for a terminal.
  std::string to_string() const;
};

/// "oci:DIR", "HOST[/PREFIX]" or, with a scheme, "http://HOST:PORT[/PREFIX]". Failure: ErrorKind::usage.
base::Result<Place> parse_place(std::string_view text);

} // namespace tagdb::remote
