#include "media_type_text.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/oci/media_type.hpp>

#include <algorithm>
#include <array>

namespace tagdb::oci {

namespace {

struct Name {
  ManifestType type;
  std::string_view text;
};
constexpr std::array<Name, 4> k_names = {{{ManifestType::docker_manifest, k_docker_manifest},
                                          {ManifestType::docker_list, k_docker_list},
                                          {ManifestType::oci_manifest, k_oci_manifest},
                                          {ManifestType::oci_index, k_oci_index}}};

} // namespace

const std::string_view k_accept_manifests = "application/vnd.docker.distribution.manifest.list.v2+json, "
                                            "application/vnd.oci.image.index.v1+json, "
                                            "application/vnd.docker.distribution.manifest.v2+json, "
                                            "application/vnd.oci.image.manifest.v1+json";

std::string_view without_parameters(std::string_view media_type) {
  return base::trim(media_type.substr(0, media_type.find(';')));
}

std::string_view to_string(ManifestType type) {
  for (const auto& name : k_names)
    if (name.type == type)
      return name.text;
  return {};
}

std::optional<ManifestType> parse_manifest_type(std::string_view media_type) {
  const auto essence = without_parameters(media_type);
  for (const auto& name : k_names)
    if (base::equals_ignoring_case(name.text, essence))
      return name.type;
  return std::nullopt;
}

bool is_index(ManifestType type) {
  return type == ManifestType::docker_list || type == ManifestType::oci_index;
}

bool is_foreign_layer(std::string_view media_type) {
  const std::string type = base::to_lower(without_parameters(media_type));
  return type.starts_with("application/vnd.docker.image.rootfs.foreign.") ||
         type.starts_with("application/vnd.oci.image.layer.nondistributable.");
}

} // namespace tagdb::oci
