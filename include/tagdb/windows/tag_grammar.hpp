#pragma once

#include <tagdb/windows/kb.hpp>
#include <tagdb/windows/os_version.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::windows {

/// What a tag of a Windows base image repository is for.
enum class TagKind : std::uint8_t {
  floating, ///< moves every month: ltsc2019, 1809, 20H2, sac2016, latest; also with an architecture
  revision, ///< names one build: 10.0.17763.1040
  kb,       ///< names one update of one product: 1809-KB4546852, 1809_KB4467708, ltsc2022-KB5059092
  other,    ///< everything else: win10-21h1-preview, 4.8-windowsservercore-ltsc2019
};

std::string_view to_string(TagKind kind);
std::optional<TagKind> parse_tag_kind(std::string_view text);

/// What the name of a tag says by itself. The grammar is the one seen on mcr.microsoft.com (808 real tags of
/// 2019-07 and later snapshots): a stem, then `-` or `_` before each suffix, the architecture before the
/// locale.
///
///     10.0.14393.2906-amd64-de-de    stem 10.0.14393.2906, amd64, de-de
///     1809_KB4467708_amd64           stem 1809_KB4467708, amd64
///     1809-arm32v7                   stem 1809, arm32v7
struct TagName {
  TagKind kind = TagKind::other;
  /// The name without architecture and locale: tags with the same stem are one thing in several spellings.
  std::string stem;
  /// The product prefix of a KB tag and the whole stem of a floating tag: "1809", "ltsc2022"; empty for the
  /// others.
  std::string product;
  /// As spelled: "amd64", "arm64", "arm32v7"; empty where the name says nothing (then it is a multi-platform
  /// index).
  std::string architecture;
  /// Lower case, as spelled: "de-de"; empty where there is none.
  std::string locale;
  std::optional<OsVersion> revision; ///< of a revision tag
  std::optional<Kb> kb;              ///< of a KB tag
};

/// Never fails: what the grammar does not know is `other`, with its whole name as stem.
TagName parse_tag_name(std::string_view tag);

} // namespace tagdb::windows
