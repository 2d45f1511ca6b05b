#pragma once

#include "places.hpp"
#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/mirror/image.hpp>
#include <tagdb/mirror/layout.hpp>
#include <tagdb/registry/client.hpp>

#include <vector>

namespace tagdb::remote {

/// The images that the options ask for, as a layout's own index.json says. Failure: ErrorKind::not_found for
/// a name that is not there, with the nearest; ::usage for one that two entries claim.
base::Result<std::vector<mirror::Image>> images_of_layout(const mirror::Layout& layout,
                                                          const cli::MirrorOptions& options,
                                                          const oci::RegistryName& home, base::Log& log);

/// The same as a registry's tags say; `home` is the registry of the names that the images get. Asks all at
/// once. Failure: ErrorKind::not_found for a tag that is not there, ::interrupted.
base::Result<std::vector<mirror::Image>> images_of_registry(registry::RegistryClient& client,
                                                            const Place::Registry& place,
                                                            const cli::MirrorOptions& options,
                                                            const oci::RegistryName& home, base::Log& log);

} // namespace tagdb::remote
