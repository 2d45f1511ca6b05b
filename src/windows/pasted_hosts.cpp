#include "pasted_formats.hpp"
#include "pasted_text.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagdb::windows {

namespace {

base::Error refused(std::string message, std::string hint = {}) {
  return {base::ErrorKind::usage, std::move(message), std::move(hint)};
}

HostSystem described(PartialVersion version, std::string_view product_line) {
  HostSystem host;
  host.version = version;
  host.product = find_product(product_line);
  host.sku = sku_of_product(host.product);
  return host;
}

std::optional<Pasted> one_host(PastedKind kind, HostSystem host) {
  Pasted pasted;
  pasted.kind = kind;
  pasted.hosts.push_back(std::move(host));
  return pasted;
}

std::optional<Pasted> sideless(PastedKind kind, PartialVersion version) {
  Pasted pasted;
  pasted.kind = kind;
  pasted.sideless.push_back(version);
  return pasted;
}

/// A line such as "OS Version: 10.0.17763 N/A Build 17763": a three-part version and its build once more. The
/// words around them are translated, the numbers are not.
std::optional<PartialVersion> systeminfo_version(std::string_view line) {
  const auto version = find_version(line);
  if (!version || version->revision)
    return std::nullopt;
  const auto words = words_of(line);
  const auto build = std::to_string(version->build);
  return !words.empty() && words.back() == build ? version : std::nullopt;
}

/// A number as the registry's tools print it: 0x40f or 1039.
std::optional<std::uint64_t> registry_number(std::string_view word) {
  if (!word.starts_with("0x") && !word.starts_with("0X"))
    return base::parse_number(word);
  constexpr std::size_t k_most_digits = 8;
  word.remove_prefix(2);
  if (word.empty() || word.size() > k_most_digits)
    return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : base::to_lower(word)) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'a' && c <= 'f'))
      return std::nullopt;
    number = number * 16 + static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return number;
}

/// The last word of the line whose first word is `name`: "UBR    REG_DWORD    0x40f", "UBR : 1039".
std::optional<std::string_view> registry_value(const PastedText& text, std::string_view name) {
  for (const auto line : text.lines) {
    const auto words = words_of(line);
    if (words.size() >= 2 && base::equals_ignoring_case(words.front(), name))
      return words.back();
  }
  return std::nullopt;
}

} // namespace

MaybePasted read_docker_info(const PastedText& text) {
  const auto type = labelled(text.lines, "OSType");
  const auto product = labelled(text.lines, "Operating System");
  if (!product || (!type && !labelled(text.lines, "Server Version")))
    return std::optional<Pasted>();
  if (type && *type != "windows")
    return refused(fmt::format("docker info is of a {} machine", base::escape_untrusted(*type)),
                   "on Docker Desktop, switch to Windows containers first");
  auto version = find_os_build(*product);
  if (const auto kernel = labelled(text.lines, "Kernel Version"); !version && kernel)
    version = find_build_lab(*kernel);
  if (!version)
    return refused("docker info names no Windows version");
  auto pasted = one_host(PastedKind::docker_info, described(*version, *product));
  if (const auto isolation = labelled(text.lines, "Default Isolation"))
    pasted->hosts.front().default_isolation = parse_isolation(*isolation);
  return pasted;
}

base::Result<std::optional<HostSystem>> read_node(const NodeFacts& facts) {
  const bool windows = facts.os.empty() ? facts.os_image.find("Windows") != std::string_view::npos
                                        : base::equals_ignoring_case(facts.os, "windows");
  if (!windows)
    return std::optional<HostSystem>();
  auto version = find_version(facts.kernel_version);
  if (!version)
    version = find_build_lab(facts.kernel_version); // as old kubelets had it
  if (const auto image = parse_aks_node_image(facts.aks_image); image && (!version || !version->revision))
    version = image;
  if (!version)
    version = find_version(facts.build_label);
  if (!version)
    return refused(fmt::format("node '{}' names no Windows version", base::escape_untrusted(facts.name)),
                   "its column KERNEL-VERSION may be cut off: use `kubectl get nodes -o json`");
  auto host = described(*version, facts.os_image);
  host.name = facts.name;
  host.from_kubernetes = true;
  // Kubernetes runs Windows nodes on Windows Server only.
  host.sku = Sku::server;
  return std::optional(std::move(host));
}

MaybePasted read_node_description(const PastedText& text) {
  const auto image = labelled(text.lines, "OS Image");
  const auto kernel = labelled(text.lines, "Kernel Version");
  if (!image || !kernel)
    return std::optional<Pasted>();
  TAGDB_TRY_ASSIGN(auto host,
                   read_node({labelled(text.lines, "Name").value_or(std::string_view{}),
                              *image,
                              *kernel,
                              labelled(text.lines, "Operating System").value_or(std::string_view{}),
                              {},
                              {}}));
  if (!host)
    return refused("the node is no Windows machine");
  return one_host(PastedKind::kubectl_nodes, *std::move(host));
}

MaybePasted read_systeminfo(const PastedText& text) {
  for (std::size_t i = 0; i < text.lines.size(); ++i) {
    const auto version = systeminfo_version(text.lines[i]);
    if (!version)
      continue;
    // The product stands on a line before; where it was not pasted, nothing is known of it.
    std::string_view product;
    for (std::size_t before = 0; before < i && product.empty(); ++before)
      if (text.lines[before].find("Windows") != std::string_view::npos)
        product = text.lines[before];
    auto host = described(*version, product);
    host.installed = find_kbs(text.all);
    return one_host(PastedKind::systeminfo, std::move(host));
  }
  return std::optional<Pasted>();
}

MaybePasted read_registry_values(const PastedText& text) {
  auto build_text = registry_value(text, "CurrentBuildNumber");
  if (!build_text)
    build_text = registry_value(text, "CurrentBuild");
  if (!build_text)
    return std::optional<Pasted>();
  const auto build = PartialVersion::parse(*build_text);
  if (!build || build->revision)
    return refused(
        fmt::format("CurrentBuild is '{}', which is no build", base::escape_untrusted(*build_text)));
  auto version = *build;
  if (const auto text_of_ubr = registry_value(text, "UBR")) {
    const auto revision = registry_number(*text_of_ubr);
    if (!revision || *revision == 0 || *revision >= std::uint64_t{1} << 31)
      return refused(fmt::format("UBR is '{}', which is no revision", base::escape_untrusted(*text_of_ubr)));
    version.revision = static_cast<std::uint32_t>(*revision);
  }
  HostSystem host;
  host.version = version;
  for (const auto line : text.lines)
    if (line.starts_with("ProductName"))
      host.product = find_product(line);
  host.sku = sku_of_product(host.product);
  if (const auto type = registry_value(text, "InstallationType"))
    host.sku = type->starts_with("Server") || *type == "Core" ? Sku::server
               : *type == "Client"                            ? Sku::client
                                                              : host.sku;
  return one_host(PastedKind::registry_values, std::move(host));
}

MaybePasted read_aks_node_images(const PastedText& text) {
  Pasted pasted;
  pasted.kind = PastedKind::aks_node_image;
  for (const auto line : text.lines)
    for (const auto word : words_of(line))
      if (const auto version = parse_aks_node_image(word)) {
        HostSystem host;
        host.name = word;
        host.version = *version;
        host.sku = Sku::server;
        host.from_kubernetes = true;
        pasted.hosts.push_back(std::move(host));
      }
  if (pasted.hosts.empty())
    return std::optional<Pasted>();
  return std::optional(std::move(pasted));
}

MaybePasted read_os_build(const PastedText& text) {
  for (const auto line : text.lines)
    if (const auto version = find_os_build(line)) {
      // winver and docker print it of the machine they run on; neither speaks of images.
      return one_host(PastedKind::os_build, described(*version, line));
    }
  return std::optional<Pasted>();
}

MaybePasted read_build_lab(const PastedText& text) {
  if (const auto version = find_build_lab(text.all))
    return sideless(PastedKind::build_lab, *version);
  return std::optional<Pasted>();
}

MaybePasted read_ver(const PastedText& text) {
  for (const auto line : text.lines) {
    const auto open = line.find('[');
    const auto close = line.rfind(']'); // Shift JIS has '[' and ']' inside its letters
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
      continue;
    if (const auto version = find_version(line.substr(open, close - open)))
      return sideless(PastedKind::ver, *version);
  }
  return std::optional<Pasted>();
}

MaybePasted read_prose(const PastedText& text) {
  if (words_of(text.all).size() < 2)
    return std::optional<Pasted>();
  // A list of versions, one a line, is no prose.
  if (text.lines.size() > 1 && std::all_of(text.lines.begin(), text.lines.end(),
                                           [](std::string_view line) { return words_of(line).size() < 2; }))
    return std::optional<Pasted>();
  const auto versions = find_versions(text.all);
  if (versions.size() != 1)
    return std::optional<Pasted>();
  return sideless(PastedKind::prose, versions.front());
}

} // namespace tagdb::windows
