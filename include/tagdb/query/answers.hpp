#pragma once

#include <tagdb/query/events.hpp>
#include <tagdb/query/release.hpp>
#include <tagdb/store/model.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

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
  std::optional<base::Instant> seen_before, seen_after; ///< and when they showed it
  std::optional<store::CheckId> check;                  ///< that last confirmed it
  /// What the answer rests on: "check"; of an inference "reference" (release dates) or "created"; of an
  /// answer from knowledge alone the edition, "reference as of 2026-09-08".
  std::string source;
};

/// Codes of cli.md section 4.
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

/// A revision that hosts have and no image carries, or that both have.
struct HostReleaseAnswer {
  windows::OsVersion version;
  windows::Date date;
  std::optional<windows::Kb> kb;
  windows::HostReleaseType type = windows::HostReleaseType::standard;
  std::optional<windows::ReleaseLabel> label;
  std::string source;
};

/// How long the product of an image is supported (not the host's operating system).
struct SupportAnswer {
  std::string product;                                          ///< "Windows Server 2019"
  windows::SupportPhase phase = windows::SupportPhase::unknown; ///< as of the instant the answer speaks about
  std::optional<windows::Date> mainstream_end, extended_end;
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
  std::optional<ReleaseAnswer> release;
  std::optional<SupportAnswer> support;
  /// Where a host release has the same number as `revision`. Of a host-only revision (17763.1554) this is all
  /// there is: `release`, `digest` and the platforms are absent, and `nearest` is the newest image at or
  /// below it. Such an answer is no image: a format of one value prints nothing.
  std::optional<HostReleaseAnswer> host_release;
  std::optional<windows::OsVersion> nearest;
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
