#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/oci/digest.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/windows/kb.hpp>
#include <tagdb/windows/os_version.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::store {

/// Row ids, kept apart by type so that one is not taken for another. Valid in the database that gave them
/// only.
enum class RepositoryId : std::int64_t {};
enum class TagId : std::int64_t {};
enum class ContentId : std::int64_t {};
enum class CheckId : std::int64_t {};
enum class SpanId : std::int64_t {};
enum class ObserverId : std::int64_t {};

/// A repository that was looked at.
struct RepositoryRecord {
  RepositoryId id;
  std::string registry; ///< "mcr.microsoft.com"
  std::string name;     ///< "windows/servercore"
};

struct TagRecord {
  TagId id;
  RepositoryId repository;
  std::string name;
  windows::TagKind kind = windows::TagKind::other;
  std::string architecture; ///< the name's suffix, or empty
  std::string locale;
  std::optional<windows::OsVersion> revision; ///< what the name says, not what it points at
  std::optional<windows::Kb> kb;
};

enum class CheckScope : std::uint8_t { quiet, full };
enum class CheckOutcome : std::uint8_t {
  running,     ///< under way, or killed
  complete,    ///< every tag asked got a final answer, a permanent refusal included
  partial,     ///< some tags got no final answer
  failed,      ///< the list could not be had
  interrupted, ///< stopped by the user or a deadline
};
std::string_view to_string(CheckScope scope);
std::string_view to_string(CheckOutcome outcome);

struct CheckCounts {
  std::uint64_t listed = 0, resolved = 0, fetched = 0, requests = 0, bytes = 0, skipped = 0, failed = 0,
                known = 0;
};

/// One look at one repository.
struct CheckRecord {
  CheckId id;
  ObserverId observer;
  std::int64_t number = 0;
  RepositoryId repository;
  CheckScope scope = CheckScope::quiet;
  base::Instant started;
  std::optional<base::Instant> finished;
  CheckOutcome outcome = CheckOutcome::running;
  CheckCounts counts;
};

enum class SpanState : std::uint8_t {
  present,    ///< pointed at `content`
  absent,     ///< not in a complete list, and 404 when asked for
  unpullable, ///< listed, but refused for good when asked for
};
std::string_view to_string(SpanState state);

/// From first_seen to last_seen every look of one observer showed the tag in one state.
struct SpanRecord {
  SpanId id;
  TagId tag;
  ObserverId observer;
  SpanState state = SpanState::present;
  std::optional<ContentId> content;
  std::optional<oci::Digest> digest; ///< of `content`
  std::string answer;                ///< of an unpullable tag: "404 MANIFEST_UNKNOWN"
  base::Instant first_seen;
  base::Instant last_seen;
  CheckId opened_by;
  CheckId confirmed_by;
};

/// Content by digest. `bytes` are loaded by Reader::bytes().
struct ContentRecord {
  ContentId id;
  oci::Digest digest;
  std::string media_type;
  std::uint64_t size = 0;
  bool held = false;   ///< the bytes are in the database
  std::string refused; ///< why not, where the registry's answer was final
};

/// One platform's image, as reached from an index entry or as a bare manifest.
struct ImageRecord {
  ContentRecord manifest;
  std::optional<ContentRecord> config;
  std::string os;
  std::string architecture;
  std::string variant;
  std::string os_version;                    ///< verbatim; empty where nothing said it
  std::optional<windows::OsVersion> version; ///< os_version where it is one
  std::optional<base::Instant> created;
  std::optional<std::uint64_t> layer_bytes;
};

/// A tag that pointed at a content at some time, of whichever observer.
struct PointingTag {
  TagRecord tag;
  ContentId content;
  base::Instant first_seen; ///< of all spans that pointed there; other things may lie between
  base::Instant last_seen;
};

struct LayerRecord {
  oci::Digest digest;
  std::string media_type;
  std::uint64_t size = 0;
};

/// A config with its uncompressed layers, the base first.
struct LayeredConfig {
  ContentId config;
  std::vector<oci::Digest> diff_ids;
};

struct FailureRecord {
  std::string reference, stage, code, message, advice;
  int status = 0;
  int tries = 0;
  bool known = false;
};

} // namespace tagdb::store
