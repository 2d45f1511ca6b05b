#pragma once

#include "lookup.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace tagdb::query {

/// The repositories that a question over many tags is about: the one asked, else all of the chosen registry,
/// by name. Failure: not_found where nothing was crawled, or not the one asked.
base::Result<std::vector<store::RepositoryRecord>>
repositories_in_scope(const store::Reader& reader, const Scope& scope,
                      const std::optional<oci::RepositoryName>& asked);

/// Hands every tag of a repository with its spans to `visit`, in one pass over the database; an error from it
/// ends the pass.
base::Status for_each_tag(
    const store::Reader& reader, store::RepositoryId repository,
    const std::function<base::Status(const store::TagRecord&, const std::vector<store::SpanRecord>&)>& visit);

} // namespace tagdb::query
