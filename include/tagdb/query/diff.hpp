#pragma once

#include <tagdb/query/resolve.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tagdb::query {

/// A layer of either image.
struct DiffLayer {
  oci::Digest digest;
  std::uint64_t size = 0;
  bool in_a = false;
  bool in_b = false;
};

/// Two references side by side, for one architecture.
struct Diff {
  Resolution a, b;
  std::optional<oci::Digest> manifest_a, manifest_b; ///< the compared platform manifests
  std::vector<DiffLayer> layers;                     ///< B's in order, then what only A has
  /// Compressed bytes that a host which has A must pull for B; nothing where a manifest is not held.
  std::optional<std::uint64_t> pull_bytes;
  bool same_image = false; ///< equal manifests
};

base::Result<Diff> diff(const store::Reader& reader, const Scope& scope, const ReferenceQuery& a,
                        const ReferenceQuery& b, const ResolveOptions& options);

} // namespace tagdb::query
