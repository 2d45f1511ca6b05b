#include "wrapper.hpp"

#include <tagdb/base/json.hpp>

namespace tagdb::mirror {

namespace {

void write_platform(base::JsonWriter& json, const oci::Platform& platform) {
  json.key("platform").begin_object();
  json.member("architecture", platform.architecture);
  json.member("os", platform.os);
  if (!platform.os_version.empty())
    json.member("os.version", platform.os_version);
  if (!platform.os_features.empty()) {
    json.key("os.features").begin_array();
    for (const auto& feature : platform.os_features)
      json.value(feature);
    json.end_array();
  }
  if (!platform.variant.empty())
    json.member("variant", platform.variant);
  json.end_object();
}

} // namespace

std::string make_wrapper(std::span<const oci::Descriptor> manifests) {
  base::JsonWriter json;
  json.begin_object();
  json.member("schemaVersion", 2);
  json.member("mediaType", oci::k_oci_index);
  json.key("manifests").begin_array();
  for (const auto& manifest : manifests) {
    json.begin_object();
    json.member("mediaType", manifest.media_type);
    json.member("digest", manifest.digest.to_string());
    json.member("size", manifest.size);
    if (manifest.platform)
      write_platform(json, *manifest.platform);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.text();
}

} // namespace tagdb::mirror
