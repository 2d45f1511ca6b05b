#include "support/catch.hpp"
#include <tagdb/oci/media_type.hpp>

using namespace tagdb::oci;

TEST_CASE("media types compare as HTTP does") {
  struct Case {
    std::string_view text;
    std::optional<ManifestType> type;
  };
  const Case cases[] = {{k_docker_manifest, ManifestType::docker_manifest},
                        {k_docker_list, ManifestType::docker_list},
                        {k_oci_manifest, ManifestType::oci_manifest},
                        {k_oci_index, ManifestType::oci_index},
                        {"application/vnd.oci.image.index.v1+json; charset=utf-8", ManifestType::oci_index},
                        {" Application/VND.OCI.image.index.V1+JSON ;x=y", ManifestType::oci_index},
                        {"application/vnd.oci.image.index.v2+json", std::nullopt},
                        {"application/vnd.oci.image.index.v1+json.x", std::nullopt},
                        {"application/vnd.docker.distribution.manifest.v1+prettyjws", std::nullopt},
                        {k_docker_config, std::nullopt},
                        {"text/html; charset=utf-8", std::nullopt},
                        {"", std::nullopt}};
  for (const auto& each : cases) {
    INFO(each.text);
    CHECK(parse_manifest_type(each.text) == each.type);
    if (each.type)
      CHECK(parse_manifest_type(to_string(*each.type)) == each.type);
  }
}

TEST_CASE("all four are asked for") {
  for (const auto type : {k_docker_manifest, k_docker_list, k_oci_manifest, k_oci_index})
    CHECK(k_accept_manifests.find(type) != std::string_view::npos);
}

TEST_CASE("lists and foreign layers are known") {
  CHECK(is_index(ManifestType::docker_list));
  CHECK(is_index(ManifestType::oci_index));
  CHECK_FALSE(is_index(ManifestType::docker_manifest));
  CHECK_FALSE(is_index(ManifestType::oci_manifest));
  CHECK(is_foreign_layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
  CHECK(is_foreign_layer("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"));
  CHECK_FALSE(is_foreign_layer("application/vnd.docker.image.rootfs.diff.tar.gzip"));
  CHECK_FALSE(is_foreign_layer("application/vnd.oci.image.layer.v1.tar+gzip"));
}
