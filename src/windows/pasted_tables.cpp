#include "pasted_formats.hpp"
#include "pasted_text.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace tagdb::windows {

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The header line of a table, by words that stand in it; nothing where there is none.
template <class Is>
std::optional<std::size_t> header_line(const PastedText& text, Is is) {
  for (std::size_t i = 0; i < text.lines.size(); ++i)
    if (is(text.lines[i]))
      return i;
  return std::nullopt;
}

bool is_node_header(std::string_view line) {
  return (contains(line, "KERNEL-VERSION") || contains(line, "OS-IMAGE")) && !contains(line, ":");
}

bool is_image_header(std::string_view line) {
  const bool classic = contains(line, "IMAGE ID") && contains(line, "TAG");
  const bool modern = line.starts_with("IMAGE") && contains(line, " ID ") && contains(line, "SIZE");
  return classic || modern;
}

bool is_image_id(std::string_view word) {
  constexpr std::size_t k_short_id = 12;
  constexpr std::size_t k_full_id = 64;
  if (word.starts_with("sha256:"))
    word.remove_prefix(7);
  return word.size() >= k_short_id && word.size() <= k_full_id &&
         word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Columns are cut and their spaces collapse when people paste, so a row is read by what its words look like,
/// never by position.
base::Result<std::optional<HostSystem>> read_node_row(std::string_view header, std::string_view row) {
  const auto words = words_of(row);
  NodeFacts facts;
  if (header.starts_with("NAME") && !words.empty())
    facts.name = words.front();
  const auto product = row.find("Windows");
  if (product != std::string_view::npos)
    facts.os_image = row.substr(product);
  // Only a Windows kernel has a version like 10.0.17763.1039; a node's address never has.
  for (const auto word : words)
    if (find_version(word) && !word.starts_with('v'))
      facts.kernel_version = word;
  facts.os = product != std::string_view::npos || !facts.kernel_version.empty() ? "windows" : "linux";
  return read_node(facts);
}

/// How many columns of a row of images are names, by the header: a tag can look like an ID.
std::size_t name_columns(std::string_view header) {
  if (header.starts_with("REPOSITORY") || (header.starts_with("IMAGE ") && contains(header, "TAG")))
    return 2; // crictl calls the repository IMAGE
  if (header.starts_with("IMAGE ID"))
    return 0; // the names were lost
  return 1;   // repository:tag in one column, or only the tag's is left
}

std::optional<PastedImage> read_image_row(std::string_view header, std::string_view row) {
  const auto words = words_of(row);
  const auto names = std::min(name_columns(header), words.size());
  PastedImage image;
  std::vector<std::string_view> ids;
  std::copy_if(words.begin() + static_cast<std::ptrdiff_t>(names), words.end(), std::back_inserter(ids),
               is_image_id);
  if (contains(header, "DIGEST") && !ids.empty() && ids.front().starts_with("sha256:")) {
    image.digest = ids.front();
    ids.erase(ids.begin());
  }
  image.id = !ids.empty() ? std::string(ids.front()) : image.digest;
  if (names == 2)
    image.image.name = fmt::format("{}:{}", words[0], words[1]);
  else if (names == 1)
    image.image.name = words[0];
  if (contains(image.image.name, "<none>"))
    image.image.name.clear();
  if (image.image.name.empty())
    image.image.name = image.id;
  return image.image.name.empty() ? std::nullopt : std::optional(std::move(image));
}

} // namespace

MaybePasted read_node_table(const PastedText& text) {
  const auto header = header_line(text, is_node_header);
  if (!header)
    return std::optional<Pasted>();
  Pasted pasted;
  pasted.kind = PastedKind::kubectl_nodes;
  for (std::size_t i = *header + 1; i < text.lines.size(); ++i) {
    if (text.lines[i].empty() || is_node_header(text.lines[i]))
      continue;
    TAGDB_TRY_ASSIGN(auto host, read_node_row(text.lines[*header], text.lines[i]));
    if (host)
      pasted.hosts.push_back(*std::move(host));
    else
      ++pasted.skipped;
  }
  if (pasted.hosts.empty())
    return base::Error(base::ErrorKind::usage, "there is no Windows node in this table",
                       "paste `kubectl get nodes -o json`, which cuts nothing");
  return std::optional(std::move(pasted));
}

MaybePasted read_image_table(const PastedText& text) {
  const auto header = header_line(text, is_image_header);
  if (!header)
    return std::optional<Pasted>();
  Pasted pasted;
  pasted.kind = PastedKind::docker_images;
  for (std::size_t i = *header + 1; i < text.lines.size(); ++i)
    if (auto image = read_image_row(text.lines[*header], text.lines[i]))
      pasted.images.push_back(*std::move(image));
  if (pasted.images.empty())
    return base::Error(base::ErrorKind::usage, "the table of images has no row that names one");
  return std::optional(std::move(pasted));
}

} // namespace tagdb::windows
