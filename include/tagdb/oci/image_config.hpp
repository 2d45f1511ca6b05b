#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/base/time.hpp>
#include <tagdb/oci/digest.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::oci {

/// One step of how an image was made. Steps that make no layer (ENV, CMD) have one too.
struct HistoryEntry {
  std::string created_by;               ///< at most 1,024 bytes; empty where it is not said
  std::optional<base::Instant> created; ///< whole seconds
  bool operator==(const HistoryEntry&) const = default;
};

/// What tagdb reads from an image config. Old Windows configs (until 2022) say `rootfS` and lack fields;
/// names are therefore matched as Go does, and everything may be absent.
struct ImageConfig {
  std::string os;
  std::string architecture;
  std::string variant;
  std::string os_version;
  std::vector<std::string> os_features;
  /// 2 to 14 days before publication for Windows base images; may be anything.
  std::optional<base::Instant> created;
  std::vector<Digest> diff_ids; ///< uncompressed layers, base first
  /// In order, the base's first: "Apply image 10.0.17763.3650".
  std::vector<HistoryEntry> history;
};

/// Failure: ErrorKind::integrity where it is no JSON object, a diff_id is no digest, or a field of interest
/// is there twice. A field of the wrong type or of more than 256 bytes reads as absent. A count of diff_ids
/// that differs from the layers is not a failure here.
base::Result<ImageConfig> parse_image_config(std::string_view bytes);
/// The same of a config that stands inside another document (`crictl inspecti`).
base::Result<ImageConfig> read_image_config(const base::JsonValue& root);

} // namespace tagdb::oci
