#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/windows/host.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// What a pasted text turned out to be.
enum class PastedKind : std::uint8_t {
  values,          ///< versions, tags or references, one a line
  ver,             ///< `ver`, in any language
  os_build,        ///< "Version 1809 (OS Build 17763.1039)", as winver and docker print it
  systeminfo,      ///< `systeminfo`, in any language
  docker_info,     ///< `docker info`, as text or JSON
  docker_inspect,  ///< `docker inspect` of images, an image config, or the documentation's fragment
  docker_images,   ///< `docker images`: tags and IDs, no version
  kubectl_nodes,   ///< `kubectl get nodes -o json`, `-o wide`, `kubectl describe node`
  aks_node_image,  ///< AKSWindows-2022-containerd-20348.2966.241218, alone or in JSON of `az aks`
  build_lab,       ///< BuildLabEx: 17763.1.amd64fre.rs5_release.180914-1434
  registry_values, ///< CurrentBuild and UBR, from `reg query` or PowerShell
  prose            ///< anything else in which one Windows version stands
};
std::string_view to_string(PastedKind kind); ///< in words: "the output of systeminfo"

struct PastedImage {
  ImageVersion image;
  std::string id; ///< "sha256:…", or the first digits of it; empty where there is none
  /// True where the text itself said the image's version, or that it has none. Else `image.name` (a tag or
  /// reference) or `id` must be looked up.
  bool resolved = false;
  /// The digest in its repository, which `docker images --digests` prints beside the ID; empty where there is
  /// none.
  std::string digest{};
};

/// Everything that was found. A text that is of one side only fills that side; a version alone, or `ver`, is
/// of neither.
struct Pasted {
  PastedKind kind = PastedKind::values;
  std::vector<HostSystem> hosts;
  std::vector<PastedImage> images;
  std::vector<PartialVersion> sideless; ///< versions that could be a host's or an image's
  std::vector<std::string> words;       ///< of `values`: what is no version; a tag, perhaps
  std::size_t skipped = 0;              ///< Linux nodes and Linux images
};

/// UTF-16 with a byte order mark as UTF-8, and a UTF-8 byte order mark taken off; else the bytes as they are.
/// Fails (usage) on UTF-16 that is cut or holds half a pair, and on text larger than 8 MiB.
base::Result<std::string> decode_pasted(std::string_view bytes);

/// Reads what people paste. Takes UTF-8, UTF-16 with a byte order mark (what PowerShell's `>` writes) and,
/// for localised text, any bytes: only ASCII is looked at. At most 8 MiB of JSON, 1 MiB of other text, and
/// 10,000 hosts or images.
///
/// Fails (usage) where nothing is recognised, where the machine is no Windows machine, or where the column
/// that has the version was cut off; the message names the node or line.
///
/// Traps it knows: three-part versions have no revision; .NET's 10.0.17763.0 neither; the number after the
/// build in BuildLabEx is a lab's, except on 14393; docker info's kernel version is not the revision.
base::Result<Pasted> read_pasted(std::string_view bytes);

/// The same where the side is known: --host, --image. What is sideless is taken as that side; a text of the
/// other side fails. A word that is no version fails as a host, and is an image to look up.
base::Result<std::vector<HostSystem>> read_hosts(std::string_view bytes);
base::Result<std::vector<PastedImage>> read_images(std::string_view bytes);

} // namespace tagdb::windows
