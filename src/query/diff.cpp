#include "lookup.hpp"
#include <tagdb/query/diff.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace tagdb::query {
namespace {

using Layers = std::vector<store::LayerRecord>;

/// The platform manifest of an answer for the scope's architecture. A name with an architecture, or a
/// manifest's digest, has only one.
std::optional<oci::Digest> manifest_of(const Resolution& answer, const Scope& scope) {
  if (!answer.is_index && answer.platforms.size() == 1)
    return answer.platforms.front().digest;
  const std::string architecture = image_architecture(scope.architecture);
  std::optional<oci::Digest> found;
  for (const auto& platform : answer.platforms) {
    if (platform.architecture != architecture)
      continue;
    if (found)
      return std::nullopt; // several versions under one index: which one a host takes is the host's choice
    found = platform.digest;
  }
  return found;
}

/// Nothing where the manifest is not held.
base::Result<std::optional<Layers>> layers_of(const store::Reader& reader,
                                              const std::optional<oci::Digest>& manifest) {
  if (!manifest)
    return std::optional<Layers>{};
  TAGDB_TRY_ASSIGN(const auto content, reader.find_content(*manifest));
  if (!content || !content->held)
    return std::optional<Layers>{};
  TAGDB_TRY_ASSIGN(auto layers, reader.layers(content->id));
  return std::optional<Layers>(std::move(layers));
}

} // namespace

base::Result<Diff> diff(const store::Reader& reader, const Scope& scope, const ReferenceQuery& a,
                        const ReferenceQuery& b, const ResolveOptions& options) {
  TAGDB_TRY_ASSIGN(auto answer_a, resolve(reader, scope, a, options));
  TAGDB_TRY_ASSIGN(auto answer_b, resolve(reader, scope, b, options));
  Diff diff{std::move(answer_a), std::move(answer_b), {}, {}, {}, {}, false};
  diff.manifest_a = manifest_of(diff.a, scope);
  diff.manifest_b = manifest_of(diff.b, scope);
  diff.same_image = diff.manifest_a && diff.manifest_a == diff.manifest_b;
  TAGDB_TRY_ASSIGN(const auto layers_a, layers_of(reader, diff.manifest_a));
  TAGDB_TRY_ASSIGN(const auto layers_b, layers_of(reader, diff.manifest_b));

  std::map<oci::Digest, std::size_t> position; // a layer that an image has twice is carried and listed once
  const auto note = [&](const std::optional<Layers>& layers, bool DiffLayer::*side) {
    if (!layers)
      return;
    for (const auto& layer : *layers) {
      const auto [known, fresh] = position.emplace(layer.digest, diff.layers.size());
      if (fresh)
        diff.layers.push_back({layer.digest, layer.size, false, false});
      diff.layers[known->second].*side = true;
    }
  };
  note(layers_b, &DiffLayer::in_b);
  note(layers_a, &DiffLayer::in_a);
  if (layers_a && layers_b) {
    std::uint64_t bytes = 0;
    for (const auto& layer : diff.layers)
      if (layer.in_b && !layer.in_a)
        bytes += layer.size;
    diff.pull_bytes = bytes;
  }
  return diff;
}

} // namespace tagdb::query
