#include "index_file.hpp"

#include "json_slices.hpp"
#include <tagdb/base/file.hpp>
#include <tagdb/base/json.hpp>
#include <tagdb/mirror/layout.hpp>

#include <algorithm>

namespace tagdb::mirror {

namespace {

constexpr std::size_t k_max_bytes = 64u << 20;

IndexEntry read_entry(std::string_view text, const base::JsonValue& value) {
  IndexEntry entry{
      .text = std::string(text), .descriptor = {}, .image_name = {}, .ref_name = {}, .content = {}};
  auto digest = oci::Digest::parse(value.string_at("digest").value_or(""));
  const auto size = value.integer_at("size");
  if (digest && size && *size >= 0)
    entry.descriptor = oci::Descriptor{std::string(value.string_at("mediaType").value_or("")),
                                       *std::move(digest),
                                       static_cast<std::uint64_t>(*size),
                                       {},
                                       {}};
  if (const auto annotations = value.find("annotations")) {
    entry.image_name = annotations->string_at(k_image_name).value_or("");
    entry.ref_name = annotations->string_at(k_ref_name).value_or("");
    entry.content = annotations->string_at(k_content).value_or("");
  }
  return entry;
}

bool replaces(const IndexEntry& fresh, const IndexEntry& old) {
  const auto& name = fresh.name();
  if (!name.empty())
    return old.image_name == name || old.ref_name == name;
  return old.name().empty() && old.descriptor && fresh.descriptor &&
         old.descriptor->digest == fresh.descriptor->digest;
}

} // namespace

IndexFile::IndexFile()
    : m_members{{"\"schemaVersion\"", "2"}, {"\"mediaType\"", "\"" + std::string(oci::k_oci_index) + "\""}} {}

base::Result<IndexFile> IndexFile::parse(std::string_view bytes) {
  TAGDB_TRY_ASSIGN(const auto document, base::JsonDocument::parse(bytes, {.max_bytes = k_max_bytes}));
  const auto root = document.root();
  const auto manifests = root.find("manifests");
  // A second `manifests`, in whatever case, would be read by others and not by us.
  if (!root.is_object() || root.count_folded("manifests") > 1 || !manifests ||
      !(manifests->is_array() || manifests->is_null()))
    return base::Error(base::ErrorKind::integrity, "index.json is no image index");
  IndexFile file;
  file.m_members.clear();
  for (const auto& [name, value] : members_of(bytes)) {
    if (name != "\"manifests\"") {
      file.m_members.emplace_back(name, value);
      continue;
    }
    const auto texts = manifests->is_array() ? elements_of(value) : std::vector<std::string_view>();
    if (texts.size() != manifests->size())
      return base::Error(base::ErrorKind::integrity, "index.json cannot be taken apart");
    for (std::size_t i = 0; i < texts.size(); ++i)
      file.m_entries.push_back(read_entry(texts[i], manifests->at(i)));
  }
  return file;
}

base::Result<IndexFile> IndexFile::read(const std::filesystem::path& path) {
  TAGDB_TRY_ASSIGN(const auto bytes, base::read_file(path, k_max_bytes));
  if (!bytes)
    return IndexFile();
  return parse(*bytes).while_doing("reading " + path.string());
}

void IndexFile::put(const std::vector<IndexEntry>& entries) {
  std::erase_if(m_entries, [&](const IndexEntry& old) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const IndexEntry& fresh) { return replaces(fresh, old); });
  });
  m_entries.insert(m_entries.end(), entries.begin(), entries.end());
}

std::string IndexFile::text() const {
  std::string text = "{";
  for (const auto& [name, value] : m_members)
    text.append(name).append(":").append(value).append(",");
  text += "\"manifests\":[";
  for (std::size_t i = 0; i < m_entries.size(); ++i)
    text.append(i == 0 ? "\n" : ",\n").append(m_entries[i].text);
  return text + "\n]}\n";
}

IndexEntry make_entry(const oci::Descriptor& descriptor, std::string_view image_name,
                      std::string_view ref_name, std::string_view content) {
  base::JsonWriter json;
  json.begin_object();
  json.member("mediaType", descriptor.media_type);
  json.member("digest", descriptor.digest.to_string());
  json.member("size", descriptor.size);
  if (!image_name.empty() || !ref_name.empty() || !content.empty()) {
    json.key("annotations").begin_object();
    for (const auto& [key, value] : {std::pair(k_image_name, image_name), std::pair(k_ref_name, ref_name),
                                     std::pair(k_content, content)})
      if (!value.empty())
        json.member(key, value);
    json.end_object();
  }
  json.end_object();
  return {json.text(), descriptor, std::string(image_name), std::string(ref_name), std::string(content)};
}

} // namespace tagdb::mirror
