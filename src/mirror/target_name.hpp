#pragma once

#include <tagdb/oci/reference.hpp>

#include <optional>

namespace tagdb::mirror {

/// "mcr" and "windows/servercore": "mcr/windows/servercore". Failure: together they are no name.
inline base::Result<oci::RepositoryName> target_name(const std::optional<oci::RepositoryName>& prefix,
                                                     const oci::RepositoryName& repository) {
  if (!prefix)
    return repository;
  return oci::RepositoryName::parse(prefix->to_string() + "/" + repository.to_string());
}

} // namespace tagdb::mirror
