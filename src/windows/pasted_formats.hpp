#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/windows/pasted.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// A text with its lines, trimmed.
struct PastedText {
  std::string_view all;
  std::vector<std::string_view> lines;
};

/// One format each: nothing where the text is not of it, an error where it is but says nothing usable.
using MaybePasted = base::Result<std::optional<Pasted>>;

MaybePasted read_json(base::JsonValue root);
/// The documentation's fragment and other JSON cut at its ends: lines like `"OsVersion": "10.0.17763.1039",`.
MaybePasted read_inspect_fragment(const PastedText& text);

MaybePasted read_docker_info(const PastedText& text);
MaybePasted read_node_description(const PastedText& text);
MaybePasted read_systeminfo(const PastedText& text);
MaybePasted read_registry_values(const PastedText& text);
MaybePasted read_node_table(const PastedText& text);
MaybePasted read_image_table(const PastedText& text);
MaybePasted read_aks_node_images(const PastedText& text);
MaybePasted read_os_build(const PastedText& text);
MaybePasted read_build_lab(const PastedText& text);
MaybePasted read_ver(const PastedText& text);
/// Several words and one version among them: [Environment]::OSVersion, a sentence of a ticket.
MaybePasted read_prose(const PastedText& text);

/// No more hosts or images than this are taken from one text.
inline constexpr std::size_t k_max_pasted = 10'000;
base::Status check_count(const Pasted& pasted);

/// A node as Kubernetes describes it; nothing for a node that is no Windows machine.
struct NodeFacts {
  std::string_view name;
  std::string_view os_image;       ///< "Windows Server 2019 Datacenter"
  std::string_view kernel_version; ///< "10.0.17763.1039"
  std::string_view os;             ///< "windows"; may be empty
  std::string_view build_label;    ///< node.kubernetes.io/windows-build; may be empty
  std::string_view aks_image;      ///< kubernetes.azure.com/node-image-version; may be empty
};
base::Result<std::optional<HostSystem>> read_node(const NodeFacts& facts);

} // namespace tagdb::windows
