#include "pasted_formats.hpp"
#include "pasted_text.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/windows/pasted.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tagdb::windows {

namespace {

constexpr std::array<std::string_view, 12> k_kinds = {"plain values",
                                                      "the output of `ver`",
                                                      "a line with an OS build",
                                                      "the output of systeminfo",
                                                      "the output of docker info",
                                                      "the output of docker inspect",
                                                      "the output of docker images",
                                                      "Kubernetes nodes",
                                                      "an AKS node image version",
                                                      "a BuildLabEx value",
                                                      "values of the registry",
                                                      "a text with one Windows version"};

base::Error unrecognised(std::string_view text) {
  constexpr std::size_t k_shown = 60;
  return {base::ErrorKind::usage,
          fmt::format("'{}' is nothing that names a Windows version", base::escape_untrusted(text, k_shown)),
          "give a version (10.0.17763.973), or paste `ver`, systeminfo, `docker info`, `docker inspect` or "
          "`kubectl get nodes -o json`"};
}

/// The text formats, the most telling first: docker info holds a BuildLabEx, systeminfo may hold anything.
constexpr std::array k_formats = {
    read_inspect_fragment, read_node_table, read_image_table,     read_docker_info, read_node_description,
    read_registry_values,  read_systeminfo, read_aks_node_images, read_os_build,    read_ver,
    read_build_lab,        read_prose};

/// Tags, references, digests and IDs are printable ASCII without spaces, and not long.
bool could_be_reference(std::string_view line) {
  constexpr std::size_t k_longest = 512;
  return line.size() <= k_longest &&
         std::all_of(line.begin(), line.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// Versions, tags or references, one a line.
base::Result<Pasted> read_values(const PastedText& text) {
  Pasted pasted;
  for (const auto line : text.lines) {
    if (line.empty())
      continue;
    if (!could_be_reference(line))
      return unrecognised(line);
    const auto version = PartialVersion::parse(line);
    if (!version) {
      pasted.words.emplace_back(line);
      continue;
    }
    auto known = *version;
    if (known.revision == 0u) // .NET prints 10.0.17763.0 for want of a better one
      known.revision.reset();
    pasted.sideless.push_back(known);
  }
  if (pasted.sideless.empty() && pasted.words.empty())
    return base::Error(base::ErrorKind::usage, "the text is empty");
  return pasted;
}

base::Result<Pasted> read_any(std::string_view text) {
  const auto trimmed = base::trim(text);
  std::optional<base::Error> damaged;
  if (trimmed.starts_with('{') || trimmed.starts_with('[')) {
    if (const auto document = base::JsonDocument::parse(trimmed)) {
      TAGDB_TRY_ASSIGN(auto pasted, read_json(document->root()));
      if (!pasted)
        return base::Error(base::ErrorKind::usage, "this JSON is neither of docker nor of Kubernetes",
                           "paste `docker info`, `docker inspect` or `kubectl get nodes -o json`");
      return *std::move(pasted);
    } else {
      damaged = base::Error(base::ErrorKind::usage,
                            fmt::format("this JSON is cut off or damaged: {}", document.error().message()));
    }
  }
  constexpr std::size_t k_longest_text = 1u << 20; // only JSON of many nodes is longer
  if (trimmed.size() > k_longest_text && !damaged)
    return base::Error(base::ErrorKind::usage, "the text is larger than 1 MiB, and no JSON");
  if (trimmed.size() > k_longest_text)
    return *std::move(damaged);
  const PastedText lines{trimmed, lines_of(trimmed)};
  for (const auto read : k_formats) {
    TAGDB_TRY_ASSIGN(auto pasted, read(lines));
    if (pasted)
      return *std::move(pasted);
  }
  if (damaged)
    return *std::move(damaged);
  return read_values(lines);
}

} // namespace

std::string_view to_string(PastedKind kind) {
  return k_kinds[static_cast<std::size_t>(kind)];
}

base::Status check_count(const Pasted& pasted) {
  if (pasted.hosts.size() + pasted.images.size() + pasted.sideless.size() + pasted.words.size() <=
      k_max_pasted)
    return {};
  return base::Error(base::ErrorKind::usage, fmt::format("more than {} hosts or images", k_max_pasted));
}

base::Result<Pasted> read_pasted(std::string_view bytes) {
  TAGDB_TRY_ASSIGN(const auto text, decode_pasted(bytes));
  TAGDB_TRY_ASSIGN(auto pasted, read_any(text));
  TAGDB_TRY(check_count(pasted));
  return pasted;
}

base::Result<std::vector<HostSystem>> read_hosts(std::string_view bytes) {
  TAGDB_TRY_ASSIGN(auto pasted, read_pasted(bytes));
  if (!pasted.images.empty())
    return base::Error(base::ErrorKind::usage, fmt::format("this is {}: it speaks of an image, not of a host",
                                                           to_string(pasted.kind)));
  if (!pasted.words.empty())
    return unrecognised(pasted.words.front());
  auto hosts = std::move(pasted.hosts);
  for (const auto& version : pasted.sideless) {
    HostSystem host;
    host.version = version;
    hosts.push_back(std::move(host));
  }
  return hosts;
}

base::Result<std::vector<PastedImage>> read_images(std::string_view bytes) {
  TAGDB_TRY_ASSIGN(auto pasted, read_pasted(bytes));
  if (!pasted.hosts.empty())
    return base::Error(base::ErrorKind::usage, fmt::format("this is {}: it speaks of a host, not of an image",
                                                           to_string(pasted.kind)));
  auto images = std::move(pasted.images);
  for (const auto& version : pasted.sideless)
    images.push_back({{version.to_string(), {}, version}, {}, true});
  for (auto& word : pasted.words)
    images.push_back({{std::move(word), {}, std::nullopt}, {}, false});
  return images;
}

} // namespace tagdb::windows
