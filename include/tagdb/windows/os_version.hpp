#pragma once

#include <tagdb/base/result.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tagdb::windows {

/// A Windows version as images carry it in `os.version`: 10.0.17763.1040 is major, minor, build and revision
/// (Microsoft calls the last one UBR). Ordered numerically by all four parts: 973 < 1039 < 1098, which text
/// order gets wrong.
class OsVersion {
 public:
  OsVersion(std::uint32_t major, std::uint32_t minor, std::uint32_t build, std::uint32_t revision)
      : m_major(major), m_minor(minor), m_build(build), m_revision(revision) {}

  /// "10.0.17763.1040", exactly four decimal parts without leading zeros or signs, each below 2^31.
  static base::Result<OsVersion> parse(std::string_view text);
  /// As people write it: the four parts, or "17763.1040" (10.0 is meant, so the build is 10240 or later).
  static base::Result<OsVersion> parse_lenient(std::string_view text);

  std::uint32_t major() const { return m_major; }
  std::uint32_t minor() const { return m_minor; }
  /// The build number, which names the product: 17763 is Windows Server 2019.
  std::uint32_t build() const { return m_build; }
  std::uint32_t revision() const { return m_revision; }

  std::string to_string() const;
  auto operator<=>(const OsVersion&) const = default;

 private:
  std::uint32_t m_major;
  std::uint32_t m_minor;
  std::uint32_t m_build;
  std::uint32_t m_revision;
};

} // namespace tagdb::windows
