#include "pasted_formats.hpp"
#include "pasted_text.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <utility>

namespace tagdb::windows {

namespace {

std::string_view text_at(const base::JsonValue& object, std::string_view name) {
  return object.string_at(name).value_or(std::string_view{});
}

std::string_view text_at(const std::optional<base::JsonValue>& object, std::string_view name) {
  return object ? text_at(*object, name) : std::string_view{};
}

/// `visit` for each element of an array, or for the value itself. Stops at the first failure.
template <class Visit>
base::Status each_of(const base::JsonValue& value, Visit visit) {
  if (!value.is_array())
    return visit(value);
  for (std::size_t i = 0; i < value.size(); ++i)
    TAGDB_TRY(visit(value.at(i)));
  return {};
}

/// Kubernetes: a Node, or a List of them.
bool is_node_document(const base::JsonValue& root) {
  const auto kind = text_at(root, "kind");
  return kind == "Node" || ((kind == "List" || kind == "NodeList") && root.find("items"));
}

base::Status add_node(const base::JsonValue& node, Pasted& pasted) {
  const auto metadata = node.find("metadata");
  const auto labels = metadata ? metadata->find("labels") : std::nullopt;
  const auto status = node.find("status");
  const auto info = status ? status->find("nodeInfo") : std::nullopt;
  if (!info)
    return {}; // a List may hold other things than nodes
  TAGDB_TRY_ASSIGN(auto host, read_node({text_at(metadata, "name"), text_at(*info, "osImage"),
                                         text_at(*info, "kernelVersion"), text_at(*info, "operatingSystem"),
                                         text_at(labels, "node.kubernetes.io/windows-build"),
                                         text_at(labels, "kubernetes.azure.com/node-image-version")}));
  if (host)
    pasted.hosts.push_back(*std::move(host));
  else
    ++pasted.skipped;
  return {};
}

base::Result<Pasted> read_nodes(const base::JsonValue& root) {
  Pasted pasted;
  pasted.kind = PastedKind::kubectl_nodes;
  const auto items = root.find("items");
  TAGDB_TRY(
      each_of(items ? *items : root, [&](const base::JsonValue& node) { return add_node(node, pasted); }));
  if (pasted.hosts.empty())
    return base::Error(base::ErrorKind::usage,
                       pasted.skipped > 0 ? "there is no Windows node among these nodes"
                                          : "there are no nodes here",
                       "paste the whole of `kubectl get nodes -o json`");
  return pasted;
}

/// docker inspect of an image, or the image's config: both say the version, one as OsVersion, one as
/// os.version.
bool is_image(const base::JsonValue& value) {
  const bool inspected = value.find("OsVersion") || value.find("RepoTags") || value.find("RootFS");
  const bool config = value.find("os") && (value.find("rootfs") || value.find_folded("rootfs"));
  return value.is_object() && (inspected || config);
}

std::string first_string(const base::JsonValue& value, std::string_view name) {
  const auto list = value.find(name);
  const auto first = list && list->is_array() && list->size() > 0 ? list->at(0).string() : std::nullopt;
  return std::string(first.value_or(std::string_view{}));
}

base::Status add_image(const base::JsonValue& value, Pasted& pasted) {
  if (!is_image(value)) {
    if (value.find("State") && value.find("Image"))
      return base::Error(base::ErrorKind::usage,
                         "this is `docker inspect` of a container, which names no version",
                         fmt::format("inspect its image: docker inspect {}",
                                     base::escape_untrusted(text_at(value, "Image"))));
    return base::Error(base::ErrorKind::usage, "this JSON has an element that is no image",
                       "paste `docker inspect` of images");
  }
  const bool config = !value.find("Os") && value.find("os");
  const auto os = text_at(value, config ? "os" : "Os");
  if (!os.empty() && !base::equals_ignoring_case(os, "windows")) {
    ++pasted.skipped;
    return {};
  }
  PastedImage image;
  image.id = text_at(value, "Id");
  image.image.name = first_string(value, "RepoTags");
  if (image.image.name.empty())
    image.image.name = first_string(value, "RepoDigests");
  if (image.image.name.empty())
    image.image.name = image.id;
  const auto version = text_at(value, config ? "os.version" : "OsVersion");
  if (!version.empty()) {
    TAGDB_TRY_ASSIGN(image.image.version, PartialVersion::parse(version));
    if (image.image.name.empty())
      image.image.name = version;
  }
  image.resolved = true;
  pasted.images.push_back(std::move(image));
  return {};
}

base::Result<Pasted> read_inspect(const base::JsonValue& root) {
  Pasted pasted;
  pasted.kind = PastedKind::docker_inspect;
  TAGDB_TRY(each_of(root, [&](const base::JsonValue& value) { return add_image(value, pasted); }));
  if (pasted.images.empty())
    return base::Error(base::ErrorKind::usage,
                       pasted.skipped > 0 ? "the image is no Windows image" : "docker found no image");
  return pasted;
}

base::Result<Pasted> read_info(const base::JsonValue& root) {
  if (const auto type = text_at(root, "OSType"); type != "windows")
    return base::Error(base::ErrorKind::usage,
                       fmt::format("docker info is of a {} machine", base::escape_untrusted(type)),
                       "on Docker Desktop, switch to Windows containers first");
  const auto product = text_at(root, "OperatingSystem");
  auto version = find_os_build(product);
  if (!version)
    version = find_version(text_at(root, "OSVersion"));
  if (const auto lab = find_build_lab(text_at(root, "KernelVersion"));
      lab && (!version || !version->revision))
    version = lab->revision || !version ? lab : version;
  if (!version)
    return base::Error(base::ErrorKind::usage, "docker info names no Windows version");
  Pasted pasted;
  pasted.kind = PastedKind::docker_info;
  HostSystem host;
  host.version = *version;
  host.product = find_product(product);
  host.sku = sku_of_product(host.product);
  host.default_isolation = parse_isolation(text_at(root, "Isolation"));
  pasted.hosts.push_back(std::move(host));
  return pasted;
}

/// `az aks nodepool list` and relatives: whatever has a nodeImageVersion.
base::Status add_pool(const base::JsonValue& value, Pasted& pasted) {
  const auto image = text_at(value, "nodeImageVersion");
  if (image.empty())
    return {};
  const auto version = parse_aks_node_image(image);
  if (!version) {
    ++pasted.skipped;
    return {};
  }
  HostSystem host;
  host.name = text_at(value, "name");
  host.version = *version;
  host.sku = Sku::server;
  host.from_kubernetes = true;
  pasted.hosts.push_back(std::move(host));
  return {};
}

bool is_pool(const base::JsonValue& root) {
  const auto first = root.is_array() && root.size() > 0 ? root.at(0) : root;
  return first.find("nodeImageVersion").has_value();
}

base::Result<Pasted> read_pools(const base::JsonValue& root) {
  Pasted pasted;
  pasted.kind = PastedKind::aks_node_image;
  TAGDB_TRY(each_of(root, [&](const base::JsonValue& value) { return add_pool(value, pasted); }));
  if (pasted.hosts.empty())
    return base::Error(base::ErrorKind::usage, "there is no Windows node pool among these");
  return pasted;
}

} // namespace

MaybePasted read_json(base::JsonValue root) {
  const auto pass = [](base::Result<Pasted> pasted) -> MaybePasted {
    TAGDB_TRY(pasted);
    return std::optional(*std::move(pasted));
  };
  if (is_node_document(root))
    return pass(read_nodes(root));
  if (is_pool(root))
    return pass(read_pools(root));
  if (root.find("OSType") && root.find("OperatingSystem"))
    return pass(read_info(root));
  if (root.is_array() || is_image(root) || root.find("State"))
    return pass(read_inspect(root));
  return std::optional<Pasted>();
}

MaybePasted read_inspect_fragment(const PastedText& text) {
  Pasted pasted;
  pasted.kind = PastedKind::docker_inspect;
  for (const auto line : text.lines) {
    constexpr std::string_view k_key = "\"OsVersion\"";
    const auto at = line.find(k_key);
    if (at == std::string_view::npos)
      continue;
    const auto value = base::split(line.substr(at + k_key.size()), '"'); // `: "10.0.17763.1039",`
    if (value.size() < 2 || base::trim(value[0]) != ":")
      return base::Error(base::ErrorKind::usage, "the line with \"OsVersion\" is cut off");
    TAGDB_TRY_ASSIGN(const auto version, PartialVersion::parse(value[1]));
    pasted.images.push_back({{std::string(value[1]), {}, version}, {}, true});
  }
  if (pasted.images.empty())
    return std::optional<Pasted>();
  return std::optional(std::move(pasted));
}

} // namespace tagdb::windows
