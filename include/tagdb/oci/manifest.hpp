#pragma once

#include <tagdb/oci/digest.hpp>
#include <tagdb/oci/media_type.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::oci {

/// What an image runs on (image-spec image-index.md). `os_version` is opaque text there; for Windows it is
/// four numbers, but an index may lack it or say anything.
struct Platform {
  std::string os;
  std::string architecture;
  std::string variant;
  std::string os_version;
  std::vector<std::string> os_features;
  bool operator==(const Platform&) const = default;
};

/// A pointer to content: type, digest, size; with its platform where an index points.
struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;
  std::optional<Platform> platform;
  std::vector<std::string> urls; ///< where a foreign layer's bytes can be had
};

/// One platform's image: its config and its layers, base first.
struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;
};

/// Several images under one digest, in the order of the file: the first entry that matches a platform wins.
struct Index {
  std::vector<Descriptor> manifests;
};

/// A manifest of any of the four types, read from bytes that stay as they are.
struct ParsedManifest {
  ManifestType type = ManifestType::docker_manifest;
  /// Exactly one of the two is there, by `is_index(type)`.
  std::optional<Index> index;
  std::optional<Manifest> manifest;
};

/// Bounds on what a manifest may claim; the registry spec obliges servers to take 4 MiB.
struct ManifestLimits {
  std::size_t max_bytes = 8u << 20;
  std::size_t max_entries = 4096; ///< manifests of an index, layers of a manifest
};

/// Reads a manifest. `declared` is the Content-Type or the descriptor's media type; where the body has a
/// `mediaType` that differs from it, the manifest is refused (distribution-spec). Where `declared` is empty
/// or says nothing (application/json, application/octet-stream: what file servers and careless proxies send)
/// the body decides: its `mediaType`, else the presence of `manifests` or `layers`. Schema 1 is refused by
/// name, and so is a document that two readers could read differently: one that is both index and manifest,
/// or that says a member of interest twice. Failure: ErrorKind::integrity, saying which member is wrong.
base::Result<ParsedManifest> parse_manifest(std::string_view bytes, std::string_view declared,
                                            ManifestLimits limits = {});

} // namespace tagdb::oci
