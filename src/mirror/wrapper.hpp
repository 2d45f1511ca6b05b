#pragma once

#include <tagdb/oci/manifest.hpp>

#include <span>
#include <string>

namespace tagdb::mirror {

/// A small OCI index of these manifests, each described as it is. The same manifests make the same bytes.
std::string make_wrapper(std::span<const oci::Descriptor> manifests);

} // namespace tagdb::mirror
