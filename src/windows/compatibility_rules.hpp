#pragma once

#include <tagdb/windows/compatibility.hpp>

namespace tagdb::windows {

/// Builds with their own place in the rules.
inline constexpr std::uint32_t k_ws2016 = 14393;
inline constexpr std::uint32_t k_ws2022 = 20348; ///< from this host on, older images may run (ABI is stable)
inline constexpr std::uint32_t k_ws2025 = 26100;
inline constexpr std::uint32_t k_annual =
    25398; ///< 23H2 Annual Channel: its documentation names one image only

/// The oldest build of an image that a host from 20348 on runs in process isolation: every host from LTSC N
/// up to but not including N+1 runs N-1 to its own build.
std::uint32_t floor_of(std::uint32_t host_build, const Knowledge& knowledge);

/// The rule for a host whose SKU is settled: unknown counts as server.
Rule decide(const PartialVersion& host, Sku sku, const std::optional<PartialVersion>& image,
            Isolation isolation, const Knowledge& knowledge);

/// The SKU that the host says, else that of its build where that has one only; else unknown.
Sku settled_sku(const HostSystem& host, const Knowledge& knowledge);

/// Whether a server's revision belongs to a hotpatch line, whose revisions are lower than those of the same
/// month's regular release.
enum class Hotpatched : std::uint8_t { no, probably, yes };
Hotpatched hotpatched(const OsVersion& host, const Knowledge& knowledge);

/// The host with its revision filled in from its updates, where it had none.
HostSystem completed(HostSystem host, const Knowledge& knowledge);

} // namespace tagdb::windows
