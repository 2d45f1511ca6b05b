#include "graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tagdb::mirror {

namespace {
/// An index of indexes is legal; one that goes on like this is not meant seriously.
constexpr unsigned k_max_depth = 4;
} // namespace

void Graph::add(std::size_t index, const Image& image) {
  auto& node = manifest(image.repository, image.digest, image.media_type, std::nullopt, 1);
  node.images.push_back(index);
  node.own_put |= !image.tag || !m_destination.name_carries_root();
  if (m_roots.size() <= index)
    m_roots.resize(index + 1);
  m_roots[index] = &node;
}

ManifestNode& Graph::manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                              const std::string& media_type, std::optional<std::uint64_t> size,
                              unsigned depth) {
  auto& place = m_manifest_of[{m_destination.place(repository), digest}];
  if (place != nullptr)
    return *place;
  place = &m_manifests.emplace_back(ManifestNode{repository, digest});
  auto& node = *place;
  m_source.manifest(
      repository, digest, [this, &node, media_type, size, depth](base::Result<registry::Fetched> fetched) {
        if (!fetched) {
          node.error = std::move(fetched).error();
          return;
        }
        if (size && fetched->bytes.size() != *size) {
          node.error = base::Error(base::ErrorKind::integrity,
                                   fmt::format("manifest {} has {} bytes, and its index says {}",
                                               node.digest.to_string(), fetched->bytes.size(), *size));
          return;
        }
        read(node, *std::move(fetched), media_type, depth);
      });
  return node;
}

void Graph::read(ManifestNode& node, registry::Fetched fetched, const std::string& declared, unsigned depth) {
  auto parsed = oci::parse_manifest(fetched.bytes, declared.empty() ? fetched.media_type : declared);
  if (!parsed) {
    node.error = std::move(parsed).error().while_doing("reading manifest " + node.digest.to_string());
    return;
  }
  node.media_type = oci::to_string(parsed->type);
  node.bytes = std::move(fetched.bytes);
  node.read = true;
  if (parsed->index && depth >= k_max_depth)
    node.error = base::Error(base::ErrorKind::integrity, fmt::format("index {} lies below {} others",
                                                                     node.digest.to_string(), depth - 1));
  else if (parsed->index)
    read_index(node, *parsed->index, depth);
  else
    read_manifest(node, *parsed->manifest);
}

void Graph::read_index(ManifestNode& node, const oci::Index& index, unsigned depth) {
  bool any = false;
  for (const auto& entry : index.manifests) {
    const bool wanted =
        m_options.platforms.empty() || !entry.platform ||
        std::any_of(m_options.platforms.begin(), m_options.platforms.end(),
                    [&](const oci::Platform& wish) { return matches(wish, *entry.platform); });
    if (!wanted) {
      node.left_out.platforms = true;
      continue;
    }
    any = true;
    auto& child = manifest(node.repository, entry.digest, entry.media_type, entry.size, depth + 1);
    child.own_put = true;
    if (std::find(child.above.begin(), child.above.end(), &node) == child.above.end())
      child.above.push_back(&node);
    node.children.emplace_back(&child, entry);
  }
  if (!any && !index.manifests.empty())
    node.error = base::Error(
        base::ErrorKind::not_found,
        fmt::format("index {} has nothing for the platform that was asked for", node.digest.to_string()),
        "leave --platform away, or see `tagdb resolve` for the platforms it has");
}

void Graph::read_manifest(ManifestNode& node, const oci::Manifest& manifest) {
  need(node, manifest.config, true);
  if (m_options.metadata_only) {
    node.left_out.layers = !manifest.layers.empty();
    return;
  }
  for (const auto& layer : manifest.layers)
    need(node, layer, false);
}

void Graph::need(ManifestNode& node, const oci::Descriptor& descriptor, bool config) {
  auto& place = m_blob_of[{m_destination.place(node.repository), descriptor.digest}];
  if (place == nullptr)
    place = &m_blobs.emplace_back(BlobNode{node.repository, descriptor, config});
  // The same layer is foreign in old manifests and ordinary in others: any of the places will do.
  if (place->descriptor.urls.empty())
    place->descriptor.urls = descriptor.urls;
  if (std::find(node.blobs.begin(), node.blobs.end(), place) != node.blobs.end())
    return;
  node.blobs.push_back(place);
  place->above.push_back(&node);
}

namespace {

void gather(const ManifestNode& node, std::set<const void*>& seen, std::vector<Cause>& causes) {
  if (!seen.insert(&node).second)
    return;
  if (node.error)
    causes.push_back({"manifest", &*node.error});
  for (const auto* blob : node.blobs)
    if (blob->error && seen.insert(blob).second)
      causes.push_back({blob->config ? "config" : "blob", &*blob->error});
  for (const auto& [child, entry] : node.children)
    gather(*child, seen, causes);
}

} // namespace

std::vector<Cause> causes_of(const ManifestNode& root) {
  std::set<const void*> seen;
  std::vector<Cause> causes;
  gather(root, seen, causes);
  return causes;
}

LeftOut left_out_of(const ManifestNode& root) {
  LeftOut all = root.left_out;
  for (const auto& [child, entry] : root.children) {
    const auto below = left_out_of(*child);
    all.layers |= below.layers;
    all.platforms |= below.platforms;
  }
  return all;
}

void collect_platforms(const ManifestNode& root, Arrived& arrived) {
  if (root.children.empty()) {
    if (arrived.platforms.empty())
      arrived.platforms.push_back({root.media_type, root.digest, root.bytes.size(), {}, {}});
    return;
  }
  for (const auto& [child, entry] : root.children) {
    if (child->children.empty()) {
      auto platform = entry;
      platform.media_type = child->media_type;
      arrived.platforms.push_back(std::move(platform));
    } else {
      arrived.nested = true;
      collect_platforms(*child, arrived);
    }
  }
}

std::uint64_t bytes_of(const ManifestNode& root) {
  std::uint64_t sum = root.bytes.size();
  for (const auto* blob : root.blobs)
    sum += blob->descriptor.size;
  for (const auto& [child, entry] : root.children)
    sum += bytes_of(*child);
  return sum;
}

} // namespace tagdb::mirror
