#pragma once

#include <tagdb/query/events.hpp>
#include <tagdb/store/model.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// How an answer is known (design.md section 3), strongest first.
enum class EvidenceLevel : std::uint8_t { observed, between, inferred, reference };
std::string_view to_string(EvidenceLevel level);
std::optional<EvidenceLevel> parse_evidence_level(std::string_view text);

struct Evidence {
  EvidenceLevel level = EvidenceLevel::observed;
  std::optional<base::Instant> first_seen;
  std::optional<base::Instant> last_seen;
  std::optional<base::Instant> last_checked; ///< the last complete check of the repository
  /// `between`: what the checks before and after showed.
  std::optional<EventSide> before, after;
  std::optional<store::CheckId> check; ///< that last confirmed it
  std::string source;                  ///< "check", "created": what an inference rests on
};

/// Codes of cli.md section 4; later issues add lag, aliasDiffers, endOfSupport, knownIncident, contradiction.
struct Warning {
  std::string code;
  std::string message; ///< one line
};

struct PlatformAnswer {
  std::string os, architecture, os_version;
  oci::Digest digest;
  std::optional<oci::Digest> config;
  std::optional<std::uint64_t> size; ///< of the compressed layers
};

struct Alias {
  std::string tag;
  bool same_digest = false; ///< else the same revision
};

/// The answer to `resolve`. Everything that is not known is absent, never guessed.
struct Resolution {
  base::Instant as_of;
  std::string reference; ///< as asked
  std::string registry, repository;
  std::string tag; ///< empty where a digest or image ID was asked and no tag points at it
  std::optional<windows::TagKind> kind;
  std::optional<windows::OsVersion> revision;
  std::optional<windows::Kb> kb;
  std::optional<oci::Digest> digest; ///< what the tag resolves to: the index, or a bare manifest
  std::string media_type;
  bool is_index = false;
  std::vector<PlatformAnswer> platforms;
  std::vector<Alias> aliases;
  Evidence evidence;
  std::optional<Event> next; ///< the tag's next event after `as_of`
  std::vector<Warning> warnings;
};

} // namespace tagdb::query
