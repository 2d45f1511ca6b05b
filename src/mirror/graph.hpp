#pragma once

#include <tagdb/base/error.hpp>
#include <tagdb/mirror/copy.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tagdb::mirror {

struct ManifestNode;

/// A config or layer at one place of the destination.
struct BlobNode {
  oci::RepositoryName repository;
  oci::Descriptor descriptor;
  bool config = false;
  bool asked = false; ///< the destination has answered
  bool there = false;
  bool arrived = false; ///< now, or before
  std::optional<base::Error> error{};
  std::vector<ManifestNode*> above{};
};

/// An index or manifest at one place of the destination.
struct ManifestNode {
  oci::RepositoryName repository;
  oci::Digest digest;
  std::string media_type{};
  std::string bytes{};
  bool read = false;    ///< bytes and children are known
  bool there = false;   ///< before we began
  bool own_put = false; ///< to be sent under its digest; else its names bring it
  bool arrived = false;
  std::size_t waiting = 0; ///< for so many of what is below
  LeftOut left_out{};      ///< here and below
  std::optional<base::Error> error{};
  std::vector<std::pair<ManifestNode*, oci::Descriptor>> children{}; ///< as the index describes them
  std::vector<BlobNode*> blobs{};
  std::vector<ManifestNode*> above{};
  std::vector<std::size_t> images{}; ///< whose root it is
};

/// Everything below the images, read from the source. What several images share is there once for each place.
class Graph {
 public:
  Graph(Source& source, const Destination& destination, const CopyOptions& options)
      : m_source(source), m_destination(destination), m_options(options) {}

  /// Begins to read what is below an image; complete once the client has nothing left to do.
  void add(std::size_t index, const Image& image);

  ManifestNode* root(std::size_t index) const { return m_roots.at(index); }
  std::deque<BlobNode>& blobs() { return m_blobs; } ///< in the order in which images need them
  std::deque<ManifestNode>& manifests() { return m_manifests; }

 private:
  using Key = std::pair<std::string, oci::Digest>;

  ManifestNode& manifest(const oci::RepositoryName& repository, const oci::Digest& digest,
                         const std::string& media_type, std::optional<std::uint64_t> size, unsigned depth);
  void read(ManifestNode& node, registry::Fetched fetched, const std::string& declared, unsigned depth);
  void read_index(ManifestNode& node, const oci::Index& index, unsigned depth);
  void read_manifest(ManifestNode& node, const oci::Manifest& manifest);
  void need(ManifestNode& node, const oci::Descriptor& descriptor, bool config);

  Source& m_source;
  const Destination& m_destination;
  const CopyOptions& m_options;
  std::deque<ManifestNode> m_manifests; ///< never moves one
  std::deque<BlobNode> m_blobs;
  std::map<Key, ManifestNode*> m_manifest_of;
  std::map<Key, BlobNode*> m_blob_of;
  std::vector<ManifestNode*> m_roots;
};

/// All that kept a node from arriving: the nodes with errors of their own at or below it, each once.
struct Cause {
  std::string_view stage; ///< manifest, config or blob
  const base::Error* error;
};
std::vector<Cause> causes_of(const ManifestNode& root);
/// Whether something was left out at the node or below it.
LeftOut left_out_of(const ManifestNode& root);
/// The platform manifests below, and whether an index lies between; see Arrived.
void collect_platforms(const ManifestNode& root, Arrived& arrived);
/// Bytes of all content below that was asked for.
std::uint64_t bytes_of(const ManifestNode& root);

} // namespace tagdb::mirror
