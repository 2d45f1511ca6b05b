#include "identify_input.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/oci/manifest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagdb::query {
namespace {

using base::JsonValue;

constexpr std::size_t k_max_name = 512;

base::Error refused(std::string message, std::string hint = {}) {
  return {base::ErrorKind::usage, std::move(message), std::move(hint)};
}

/// Damage in a pasted document is the user's to mend, not the record's.
base::Error refused(const base::Error& error) {
  return refused(error.message(), error.hint());
}

std::string short_text(const JsonValue& object, std::string_view name) {
  const auto text = object.string_at(name);
  return text && text->size() <= k_max_name ? std::string(*text) : std::string();
}

void add_digest(ImageFacts& facts, std::string_view text) {
  if (facts.digests.size() >= k_max_digests)
    return;
  if (auto digest = oci::Digest::parse(text);
      digest && std::find(facts.digests.begin(), facts.digests.end(), *digest) == facts.digests.end())
    facts.digests.push_back(*std::move(digest));
}

/// The texts of a list; nothing for anything else.
std::vector<std::string_view> texts_of(const std::optional<JsonValue>& list) {
  std::vector<std::string_view> texts;
  for (std::size_t i = 0; list && list->is_array() && i < list->size() && i < k_max_layers; ++i)
    if (const auto text = list->at(i).string())
      texts.push_back(*text);
  return texts;
}

base::Result<std::vector<oci::Digest>> read_layers(const JsonValue& list) {
  std::vector<oci::Digest> layers;
  if (list.size() > k_max_layers)
    return refused(fmt::format("an image with more than {} layers", k_max_layers));
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto digest = oci::Digest::parse(list.at(i).string().value_or(""));
    if (!digest)
      return refused(fmt::format("layer {} of the list is no digest", i + 1));
    layers.push_back(*std::move(digest));
  }
  return layers;
}

/// "name@sha256:…" and "name:tag", as RepoDigests and RepoTags have them.
void add_names(ImageFacts& facts, const std::vector<std::string_view>& tags,
               const std::vector<std::string_view>& digests) {
  const auto named = [](std::string_view text) {
    return text.size() <= k_max_name && text.find("<none>") == std::string_view::npos;
  };
  for (const auto* list : {&tags, &digests})
    for (const auto text : *list)
      if (facts.name.empty() && named(text))
        facts.name = text;
  for (const auto text : digests)
    if (const auto at = text.rfind('@'); at != std::string_view::npos)
      add_digest(facts, text.substr(at + 1));
}

/// {"Type":"layers","Layers":[…]}
base::Status add_root_fs(ImageFacts& facts, const JsonValue& root_fs) {
  if (const auto layers = root_fs.find("Layers"); layers && layers->is_array()) {
    TAGDB_TRY_ASSIGN(facts.diff_ids, read_layers(*layers));
  }
  return {};
}

/// `docker inspect` of an image. Under the containerd store Id is the index's or manifest's digest, and
/// Descriptor says so once more.
base::Result<ImageFacts> read_inspected(const JsonValue& image) {
  ImageFacts facts;
  add_names(facts, texts_of(image.find("RepoTags")), texts_of(image.find("RepoDigests")));
  add_digest(facts, image.string_at("Id").value_or(""));
  add_digest(facts, image.string_at("Digest").value_or("")); // skopeo inspect
  if (const auto descriptor = image.find("Descriptor"))
    add_digest(facts, descriptor->string_at("digest").value_or(""));
  facts.os = short_text(image, "Os");
  facts.architecture = short_text(image, "Architecture");
  facts.os_version = short_text(image, "OsVersion");
  if (const auto root_fs = image.find("RootFS"))
    TAGDB_TRY(add_root_fs(facts, *root_fs));
  if (facts.name.empty())
    facts.name = short_text(image, "Id");
  return facts;
}

/// `docker inspect` of a container: its image by ID, and by manifest where the daemon knows it.
base::Result<ImageFacts> read_container(const JsonValue& container) {
  ImageFacts facts;
  facts.name = short_text(container, "Name");
  add_digest(facts, container.string_at("Image").value_or(""));
  facts.os = short_text(container, "Platform");
  if (const auto descriptor = container.find("ImageManifestDescriptor")) {
    add_digest(facts, descriptor->string_at("digest").value_or(""));
    if (const auto platform = descriptor->find("platform")) {
      facts.architecture = short_text(*platform, "architecture");
      facts.os_version = short_text(*platform, "os.version");
    }
  }
  return facts;
}

/// A row of `docker images --format json`.
base::Result<ImageFacts> read_row(const JsonValue& row) {
  ImageFacts facts;
  const auto repository = short_text(row, "Repository"), tag = short_text(row, "Tag"),
             id = short_text(row, "ID");
  if (repository != "<none>" && tag != "<none>")
    facts.name = repository + ":" + tag;
  add_digest(facts, id);
  add_digest(facts, row.string_at("Digest").value_or(""));
  if (is_hex_id(id))
    facts.short_id = id;
  if (facts.name.empty())
    facts.name = id;
  return facts;
}

base::Result<ImageFacts> read_config(const JsonValue& root) {
  auto config = oci::read_image_config(root);
  if (!config)
    return refused(config.error());
  ImageFacts facts;
  facts.os = std::move(config->os);
  facts.architecture = std::move(config->architecture);
  facts.os_version = std::move(config->os_version);
  facts.diff_ids = std::move(config->diff_ids);
  facts.history = std::move(config->history);
  return facts;
}

/// `crictl inspecti`: the config stands inside.
base::Result<ImageFacts> read_cri(const JsonValue& status, const JsonValue& spec) {
  TAGDB_TRY_ASSIGN(auto facts, read_config(spec));
  add_names(facts, texts_of(status.find("repoTags")), texts_of(status.find("repoDigests")));
  add_digest(facts, status.string_at("id").value_or(""));
  return facts;
}

base::Result<ImageFacts> read_image(const JsonValue& value) {
  if (!value.is_object())
    return refused("this JSON has an element that is no image",
                   "paste `docker inspect` of images, or an image config");
  if (value.find("State") && value.find("Image"))
    return read_container(value);
  if (value.find("RootFS") || value.find("RepoTags") || value.find("OsVersion"))
    return read_inspected(value);
  if (value.find("ID") && value.find("Repository"))
    return read_row(value);
  const auto status = value.find("status"), info = value.find("info");
  if (const auto spec = info ? info->find("imageSpec") : std::nullopt; status && spec)
    return read_cri(*status, *spec);
  if (const auto layers = value.find("Layers"); layers && layers->is_array() && value.find("Type")) {
    ImageFacts facts; // {{json .RootFS}}
    TAGDB_TRY(add_root_fs(facts, value));
    return facts;
  }
  if (value.find_folded("rootfs") || value.find_folded("history") ||
      (value.find("os") && value.find("architecture")))
    return read_config(value);
  return refused("this JSON says nothing of an image",
                 "paste `docker inspect`, an image config, or what `docker images` prints");
}

/// A manifest or index, as registries store them: all that it tells is digests.
base::Result<ImageFacts> read_manifest(std::string_view bytes) {
  const auto parsed = oci::parse_manifest(bytes, "");
  if (!parsed)
    return refused(parsed.error());
  ImageFacts facts;
  facts.digests.push_back(oci::Digest::of(bytes));
  if (parsed->manifest) {
    facts.digests.push_back(parsed->manifest->config.digest);
    for (const auto& layer : parsed->manifest->layers)
      facts.layers.push_back(layer.digest);
  }
  return facts;
}

} // namespace

bool is_hex_id(std::string_view word) {
  constexpr std::size_t k_shortest = 12, k_longest = 64;
  return word.size() >= k_shortest && word.size() <= k_longest &&
         word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

base::Result<IdentifySubjects> read_identify_json(const base::JsonDocument& document, std::string_view bytes,
                                                  std::string_view name) {
  const auto root = document.root();
  IdentifySubjects subjects;
  const auto add = [&](base::Result<ImageFacts> facts) {
    if (!facts) {
      subjects.emplace_back(std::move(facts).error());
      return;
    }
    if (facts->name.empty())
      facts->name = name;
    subjects.emplace_back(IdentifySubject{*std::move(facts), std::nullopt});
  };
  if (root.is_object() && root.find("schemaVersion")) {
    add(read_manifest(bytes));
  } else if (root.is_array() && root.size() > 0 && root.at(0).string()) {
    ImageFacts facts;
    TAGDB_TRY_ASSIGN(facts.diff_ids, read_layers(root));
    add(std::move(facts));
  } else if (root.is_array()) {
    if (root.size() == 0)
      return refused("docker found no image");
    if (root.size() > k_max_subjects)
      return refused(fmt::format("more than {} images", k_max_subjects));
    for (std::size_t i = 0; i < root.size(); ++i)
      add(read_image(root.at(i)));
  } else {
    add(read_image(root));
  }
  // One image that cannot be read is a text that cannot be read.
  if (subjects.size() == 1 && !subjects.front())
    return std::move(subjects.front()).error();
  return subjects;
}

} // namespace tagdb::query
