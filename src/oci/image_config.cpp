#include "member.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/oci/image_config.hpp>

namespace tagdb::oci {

namespace {

using base::JsonValue;
using base::Result;

constexpr std::size_t k_max_field_bytes = 256;
constexpr std::size_t k_max_history_bytes = 1024;
constexpr std::size_t k_max_entries = 4096;

/// The member in any case, nothing where it is null. Twice is refused: Go takes the last, others the first.
Result<std::optional<JsonValue>> find(const JsonValue& object, std::string_view name) {
  if (object.count_folded(name) > 1)
    return Place().member(name).wrong("is there more than once");
  auto value = object.find_folded(name);
  if (value && value->is_null())
    value.reset();
  return value;
}

/// A short text; anything else is as good as absent, for the image exists all the same.
Result<std::string> text(const JsonValue& object, std::string_view name) {
  TAGDB_TRY_ASSIGN(const auto value, find(object, name));
  const auto found = value ? value->string() : std::nullopt;
  return found && found->size() <= k_max_field_bytes ? std::string(*found) : std::string();
}

Result<std::vector<std::string>> read_features(const JsonValue& root) {
  std::vector<std::string> features;
  TAGDB_TRY_ASSIGN(const auto list, find(root, "os.features"));
  for (std::size_t i = 0; list && list->is_array() && i < list->size() && i < k_max_entries; ++i)
    if (const auto feature = list->at(i).string(); feature && feature->size() <= k_max_field_bytes)
      features.emplace_back(*feature);
  return features;
}

Result<std::vector<Digest>> read_diff_ids(const JsonValue& root) {
  std::vector<Digest> diff_ids;
  TAGDB_TRY_ASSIGN(const auto rootfs, find(root, "rootfs"));
  if (!rootfs)
    return diff_ids;
  TAGDB_TRY_ASSIGN(const auto list, find(*rootfs, "diff_ids"));
  if (!list || !list->is_array())
    return diff_ids;
  const Place top;
  const Place place = top.member("rootfs.diff_ids");
  if (list->size() > k_max_entries)
    return place.wrong("has too many entries");
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto digest = Digest::parse(list->at(i).string().value_or(""));
    if (!digest)
      return place.element(i).wrong("is no digest");
    diff_ids.push_back(*std::move(digest));
  }
  return diff_ids;
}

/// At most `max_bytes`, ending at a character.
std::string cut(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes)
    return std::string(text);
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
    --end;
  return std::string(text.substr(0, end));
}

Result<std::vector<HistoryEntry>> read_history(const JsonValue& root) {
  std::vector<HistoryEntry> history;
  TAGDB_TRY_ASSIGN(const auto list, find(root, "history"));
  for (std::size_t i = 0; list && list->is_array() && i < list->size() && i < k_max_entries; ++i) {
    const auto entry = list->at(i);
    const auto created_by = entry.find_folded("created_by");
    const auto created = entry.find_folded("created");
    HistoryEntry read{cut(created_by ? created_by->string().value_or("") : "", k_max_history_bytes), {}};
    if (const auto instant = base::parse_rfc3339(created ? created->string().value_or("") : ""))
      read.created = *instant;
    history.push_back(std::move(read));
  }
  return history;
}

} // namespace

Result<ImageConfig> parse_image_config(std::string_view bytes) {
  TAGDB_TRY_ASSIGN(const auto document, base::JsonDocument::parse(bytes));
  return read_image_config(document.root());
}

Result<ImageConfig> read_image_config(const JsonValue& root) {
  if (!root.is_object())
    return base::Error(base::ErrorKind::integrity, "the image config is no JSON object");
  ImageConfig config;
  TAGDB_TRY_ASSIGN(config.os, text(root, "os"));
  TAGDB_TRY_ASSIGN(config.architecture, text(root, "architecture"));
  TAGDB_TRY_ASSIGN(config.variant, text(root, "variant"));
  TAGDB_TRY_ASSIGN(config.os_version, text(root, "os.version"));
  TAGDB_TRY_ASSIGN(config.os_features, read_features(root));
  TAGDB_TRY_ASSIGN(const auto created, text(root, "created"));
  if (const auto instant = base::parse_rfc3339(created))
    config.created = *instant;
  TAGDB_TRY_ASSIGN(config.diff_ids, read_diff_ids(root));
  TAGDB_TRY_ASSIGN(config.history, read_history(root));
  return config;
}

} // namespace tagdb::oci
