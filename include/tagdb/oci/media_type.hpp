#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tagdb::oci {

/// The media types of manifests that this program understands. All four are accepted from every registry.
enum class ManifestType : std::uint8_t { docker_manifest, docker_list, oci_manifest, oci_index };

inline constexpr std::string_view k_docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view k_docker_list = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view k_oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view k_oci_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view k_docker_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view k_oci_config = "application/vnd.oci.image.config.v1+json";

/// The value of an Accept header that lists all four.
extern const std::string_view k_accept_manifests;

std::string_view to_string(ManifestType type);

/// Compares as HTTP does: without parameters, without case. Nothing for any other type.
std::optional<ManifestType> parse_manifest_type(std::string_view media_type);

/// Whether it lists manifests (a Docker list, an OCI index) rather than layers.
bool is_index(ManifestType type);

/// Whether a layer of this type is a foreign (non-distributable) one: its bytes may have to come from its
/// `urls`.
bool is_foreign_layer(std::string_view media_type);

} // namespace tagdb::oci
