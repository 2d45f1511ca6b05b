#include "media_type_text.hpp"
#include "member.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/oci/manifest.hpp>

#include <fmt/format.h>

namespace tagdb::oci {

namespace {

using base::JsonValue;
using base::Result;

Result<Platform> read_platform(const Place& place, const JsonValue& value) {
  if (!value.is_object())
    return place.wrong("is no object");
  Platform platform;
  TAGDB_TRY_ASSIGN(platform.os, read_text(place, value, "os"));
  TAGDB_TRY_ASSIGN(platform.architecture, read_text(place, value, "architecture"));
  TAGDB_TRY_ASSIGN(platform.variant, read_text(place, value, "variant"));
  TAGDB_TRY_ASSIGN(platform.os_version, read_text(place, value, "os.version"));
  TAGDB_TRY_ASSIGN(platform.os_features, read_texts(place, value, "os.features"));
  return platform;
}

Result<Descriptor> read_descriptor(const Place& place, const JsonValue& value) {
  if (!value.is_object())
    return place.wrong("is no object");
  TAGDB_TRY_ASSIGN(auto media_type, read_text(place, value, "mediaType"));
  if (media_type.empty())
    return place.member("mediaType").wrong("is missing");

  TAGDB_TRY_ASSIGN(const auto digest_text, read_text(place, value, "digest"));
  auto digest = Digest::parse(digest_text);
  if (!digest)
    return place.member("digest").wrong(digest_text.empty() ? "is missing" : "is no digest");

  TAGDB_TRY_ASSIGN(const auto size_value, read_member(place, value, "size"));
  const auto size = size_value ? size_value->integer() : std::nullopt;
  if (!size || *size < 0)
    return place.member("size").wrong(size_value ? "is no number of bytes" : "is missing");

  Descriptor descriptor{std::move(media_type), *std::move(digest), static_cast<std::uint64_t>(*size), {}, {}};
  TAGDB_TRY_ASSIGN(const auto platform, read_member(place, value, "platform"));
  if (platform) {
    TAGDB_TRY_ASSIGN(descriptor.platform, read_platform(place.member("platform"), *platform));
  }
  TAGDB_TRY_ASSIGN(descriptor.urls, read_texts(place, value, "urls"));
  return descriptor;
}

/// The array `name`, which must be there; Go writes an empty one as null.
Result<std::vector<Descriptor>> read_descriptors(const JsonValue& root, std::string_view name,
                                                 std::size_t max_entries) {
  const Place top;
  const Place place = top.member(name);
  if (root.count_folded(name) > 1)
    return place.wrong("is there more than once");
  const auto list = root.find(name);
  if (!list || !(list->is_array() || list->is_null()))
    return place.wrong(list ? "is no array" : "is missing");
  if (list->size() > max_entries)
    return place.wrong(
        fmt::format("has {} entries, more than the {} that are allowed", list->size(), max_entries));
  std::vector<Descriptor> descriptors;
  descriptors.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    TAGDB_TRY_ASSIGN(auto descriptor, read_descriptor(place.element(i), list->at(i)));
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

base::Error refused(std::string message) {
  return base::Error(base::ErrorKind::integrity, std::move(message));
}

/// Types that say nothing: what a file server or a careless proxy sends along.
bool says_nothing(std::string_view media_type) {
  return media_type.empty() || base::equals_ignoring_case(media_type, "application/json") ||
         base::equals_ignoring_case(media_type, "application/octet-stream");
}

bool is_schema_1(std::string_view media_type) {
  return base::to_lower(media_type).starts_with("application/vnd.docker.distribution.manifest.v1+");
}

base::Error schema_1() {
  return refused("this is a Docker schema 1 manifest, which says neither platform nor config")
      .with_hint(
          "the registry did not look at the Accept header; ask it with another client, or for the digest");
}

/// What `media_type` says, in the header or the body; nothing where it says nothing.
Result<std::optional<ManifestType>> stated_type(std::string_view media_type, std::string_view where) {
  const auto essence = without_parameters(media_type);
  if (const auto type = parse_manifest_type(essence))
    return type;
  if (says_nothing(essence))
    return std::nullopt;
  if (is_schema_1(essence))
    return schema_1();
  return refused(fmt::format("{} says {}, which is no manifest", where, base::escape_untrusted(essence)));
}

/// The type that header and body agree on. Where both are silent the members decide, for OCI allows that.
Result<ManifestType> decide_type(const JsonValue& root, std::string_view declared) {
  const Place top;
  TAGDB_TRY_ASSIGN(const auto version, read_member(top, root, "schemaVersion"));
  if (version && version->integer() == 1)
    return schema_1();
  if (version && version->integer() != 2)
    return top.member("schemaVersion").wrong("is not 2");
  TAGDB_TRY_ASSIGN(const auto from_header, stated_type(declared, "the Content-Type"));
  TAGDB_TRY_ASSIGN(const auto body_text, read_text(top, root, "mediaType"));
  TAGDB_TRY_ASSIGN(const auto from_body, stated_type(body_text, "the manifest's mediaType"));
  if (from_header && from_body && *from_header != *from_body)
    return refused(fmt::format("the manifest is declared as {}, but says itself that it is {}",
                               to_string(*from_header), to_string(*from_body)));
  const bool lists = root.count_folded("manifests") > 0;
  const bool layers = root.count_folded("layers") > 0 || root.count_folded("config") > 0;
  // A document that is both would be read one way here and the other way by docker (CVE-2021-41190).
  if (lists && layers)
    return refused("the manifest has both 'manifests' and 'layers' or 'config'");
  if (from_header)
    return *from_header;
  if (from_body)
    return *from_body;
  if (lists)
    return ManifestType::oci_index;
  if (layers)
    return ManifestType::oci_manifest;
  return refused("the document has neither 'manifests' nor 'layers': it is no manifest");
}

} // namespace

Result<ParsedManifest> parse_manifest(std::string_view bytes, std::string_view declared,
                                      ManifestLimits limits) {
  TAGDB_TRY_ASSIGN(const auto document,
                   base::JsonDocument::parse(bytes, {.max_bytes = limits.max_bytes, .max_depth = 32}));
  const auto root = document.root();
  if (!root.is_object())
    return refused("the manifest is no JSON object");
  ParsedManifest parsed;
  TAGDB_TRY_ASSIGN(parsed.type, decide_type(root, declared));
  if (is_index(parsed.type)) {
    TAGDB_TRY_ASSIGN(auto manifests, read_descriptors(root, "manifests", limits.max_entries));
    parsed.index = Index{std::move(manifests)};
    return parsed;
  }
  const Place top;
  TAGDB_TRY_ASSIGN(const auto config_value, read_member(top, root, "config"));
  if (!config_value)
    return top.member("config").wrong("is missing");
  TAGDB_TRY_ASSIGN(auto config, read_descriptor(top.member("config"), *config_value));
  TAGDB_TRY_ASSIGN(auto layers, read_descriptors(root, "layers", limits.max_entries));
  parsed.manifest = Manifest{std::move(config), std::move(layers)};
  return parsed;
}

} // namespace tagdb::oci
