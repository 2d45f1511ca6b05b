#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/windows/kb.hpp>
#include <tagdb/windows/os_version.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// A Windows version of which the revision may not be known: `ver` printed three parts before version 1709,
/// and systeminfo, event logs and Kubernetes labels still do.
struct PartialVersion {
  std::uint32_t major = 10;
  std::uint32_t minor = 0;
  std::uint32_t build = 0;
  std::optional<std::uint32_t> revision;

  PartialVersion() = default;
  PartialVersion(const OsVersion& version)
      : major(version.major()),
        minor(version.minor()),
        build(version.build()),
        revision(version.revision()) {}

  /// "10.0.17763.973", "10.0.17763", "17763.973", "17763" (10.0 is meant: from build 10240 on), "6.3.9600".
  static base::Result<PartialVersion> parse(std::string_view text);

  /// All four parts, where they are known.
  std::optional<OsVersion> full() const;
  /// "10.0.17763.973", or "10.0.17763" where the revision is not known.
  std::string to_string() const;
  bool operator==(const PartialVersion&) const = default;
};

enum class Sku : std::uint8_t {
  unknown,
  server,
  client, ///< Windows 10 and 11
};
std::string_view to_string(Sku sku);
std::optional<Sku> parse_sku(std::string_view text);

enum class Isolation : std::uint8_t {
  process,
  hyperv,
  host_process, ///< Kubernetes HostProcess containers: processes of the host that come in an image
};
std::string_view to_string(Isolation isolation); ///< "process", "hyperv", "hostprocess"
std::optional<Isolation> parse_isolation(std::string_view text);

/// A machine that is to run containers, as far as it is known.
struct HostSystem {
  std::string name; ///< of a Kubernetes node; else empty
  PartialVersion version;
  Sku sku = Sku::unknown;
  std::string product;          ///< "Windows Server 2019 Datacenter": as the machine calls itself; or empty
  std::vector<Kb> installed;    ///< updates that systeminfo lists
  bool from_kubernetes = false; ///< then Hyper-V isolation is no way out
  /// What this machine's docker does when nobody says, as `docker info` tells it; nothing where it is the
  /// SKU's own default, or not known.
  std::optional<Isolation> default_isolation;
};

/// An image that is to run, as far as it is known.
struct ImageVersion {
  std::string name;       ///< as given: "windows/servercore:ltsc2019", "10.0.17763.1040"
  std::string repository; ///< "windows/servercore"; empty where it is not known
  /// Nothing where the image has no os.version at all (HostProcess images), which is not the same as an
  /// unknown one.
  std::optional<PartialVersion> version;
};

} // namespace tagdb::windows
