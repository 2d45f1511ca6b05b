#include "check.hpp"
#include <tagdb/oci/manifest.hpp>

#include <limits>

using namespace tagdb::oci;
using tagdb::fuzz::must;

namespace {

void check(const Descriptor& descriptor) {
  must(!descriptor.media_type.empty(), "a descriptor has a media type");
  must(Digest::parse(descriptor.digest.to_string()).has_value(), "a digest is one");
  must(descriptor.size <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()),
       "a size fits");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = tagdb::fuzz::text_of(data, size);
  for (const auto declared :
       {std::string_view(), k_docker_manifest, k_docker_list, k_oci_manifest, k_oci_index}) {
    const auto parsed = parse_manifest(bytes, declared);
    if (!parsed) {
      must(parsed.error().kind() == tagdb::base::ErrorKind::integrity,
           "a bad manifest is an integrity failure");
      continue;
    }
    must(declared.empty() || to_string(parsed->type) == declared, "the declared type is the type");
    must(parsed->index.has_value() == is_index(parsed->type), "an index has an index");
    must(parsed->manifest.has_value() != parsed->index.has_value(), "it is one of the two");
    if (parsed->index)
      for (const auto& entry : parsed->index->manifests)
        check(entry);
    if (parsed->manifest) {
      check(parsed->manifest->config);
      for (const auto& layer : parsed->manifest->layers)
        check(layer);
    }
  }
  return 0;
}
