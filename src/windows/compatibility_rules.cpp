#include "compatibility_rules.hpp"

#include <algorithm>

namespace tagdb::windows {

namespace {

/// Rows that compare builds only; nothing where the revisions decide.
std::optional<Rule> decide_by_build(const PartialVersion& host, Sku sku, const PartialVersion& image,
                                    Isolation isolation, const Knowledge& knowledge) {
  if (host.major != image.major || host.minor != image.minor)
    return Rule::other_windows;
  if (image.build > host.build)
    return Rule::image_newer;
  if (isolation == Isolation::hyperv)
    return host.build == k_annual && image.build != k_ws2022 ? Rule::annual_hyperv : Rule::hyperv;
  if (host.build < k_ws2022 && image.build != host.build)
    return Rule::builds_differ;
  if (host.build >= k_ws2022 && image.build < floor_of(host.build, knowledge))
    return Rule::below_floor;
  if (host.build == k_annual && image.build != k_ws2022)
    return Rule::annual_process;
  constexpr std::uint32_t k_first_client = 17763;
  if (sku == Sku::client && host.build < k_first_client)
    return Rule::client_too_old;
  return std::nullopt;
}

/// Rows of Windows Server 2016, both sides of the baseline being the same.
Rule decide_ws2016(std::uint32_t host, std::uint32_t image, const Baseline& baseline) {
  if (host == image)
    return Rule::ws2016_equal;
  const bool in_table = image == baseline.container_1b.revision || image == baseline.container_2b.revision ||
                        (baseline.container_3b && image == baseline.container_3b->revision);
  return in_table ? Rule::ws2016_table : Rule::ws2016_differs;
}

std::optional<Rule> decide_by_baseline(const PartialVersion& host, const PartialVersion& image,
                                       const Baseline& baseline) {
  if (!host.revision || !image.revision)
    return Rule::revision_unknown;
  const bool superseded = *image.revision == baseline.container_superseded;
  const bool host_after = *host.revision >= baseline.host_after;
  const bool image_after = superseded || *image.revision >= baseline.container_after;
  if (host_after != image_after)
    return Rule::baseline_straddle;
  if (superseded)
    return Rule::superseded;
  if (baseline.build == k_ws2016)
    return decide_ws2016(*host.revision, *image.revision, baseline);
  return std::nullopt;
}

/// Whether a server should be patched before it runs this image of its own build.
bool is_behind(const PartialVersion& host, const PartialVersion& image, const Baseline* baseline,
               const Knowledge& knowledge) {
  const auto host_version = host.full();
  const auto image_version = image.full();
  if (!host_version || !image_version || *image_version <= *host_version)
    return false;
  // The images of 2020-02-18 are out of band for containers only: no host has their revisions, and the host
  // release of that month is as new as they are.
  if (baseline && image_version->revision() == baseline->container_2b.revision &&
      host_version->revision() >= baseline->host_2b.revision)
    return false;
  // A revision of the client line of a build that forked says nothing about images, which are of the
  // server's.
  const auto* release = knowledge.host_release(*host_version);
  if (release && !release->server && host.build == k_ws2025)
    return false;
  return hotpatched(*host_version, knowledge) != Hotpatched::yes;
}

} // namespace

std::uint32_t floor_of(std::uint32_t host_build, const Knowledge& knowledge) {
  auto floor = k_ws2022;
  auto newest = k_ws2022;
  for (const auto build : knowledge.ltsc_builds())
    if (build > newest && build <= host_build) {
      floor = newest;
      newest = build;
    }
  return floor;
}

Rule decide(const PartialVersion& host, Sku sku, const std::optional<PartialVersion>& image,
            Isolation isolation, const Knowledge& knowledge) {
  if (!image || isolation == Isolation::host_process)
    return Rule::no_os_version;
  if (const auto rule = decide_by_build(host, sku, *image, isolation, knowledge))
    return *rule;
  const auto* baseline = image->build == host.build ? knowledge.baseline(host.build) : nullptr;
  if (baseline)
    if (const auto rule = decide_by_baseline(host, *image, *baseline))
      return *rule;
  if (sku == Sku::client)
    return Rule::client;
  if (image->build == host.build && is_behind(host, *image, baseline, knowledge))
    return Rule::host_behind;
  return Rule::allowed;
}

Sku settled_sku(const HostSystem& host, const Knowledge& knowledge) {
  const auto* build = knowledge.host_build(host.version.build);
  if (host.sku != Sku::unknown || !build || build->is_shared())
    return host.sku;
  return build->server_name.empty() ? Sku::client : Sku::server;
}

Hotpatched hotpatched(const OsVersion& host, const Knowledge& knowledge) {
  if (const auto* release = knowledge.host_release(host))
    return release->is_hotpatch() ? Hotpatched::yes : Hotpatched::no;
  // Hotpatching came with Windows Server 2022 (Azure Edition). The reference lists the regular line of a
  // server build without gaps up to its newest row, so a lower revision that it does not list is of the other
  // line.
  if (host.build() < k_ws2022 || knowledge.release(host))
    return Hotpatched::no;
  const auto rows = knowledge.host_releases_of_build(host.build());
  const bool within = std::any_of(rows.begin(), rows.end(), [&](const HostRelease& row) {
    return row.server && !row.is_hotpatch() && row.version > host;
  });
  return within ? Hotpatched::probably : Hotpatched::no;
}

HostSystem completed(HostSystem host, const Knowledge& knowledge) {
  if (!host.version.revision)
    host.version.revision = revision_from_updates(host, knowledge);
  return host;
}

std::optional<std::uint32_t> revision_from_updates(const HostSystem& host, const Knowledge& knowledge) {
  std::optional<std::uint32_t> found;
  for (const auto& row : knowledge.host_releases_of_build(host.version.build))
    if (row.kb && std::find(host.installed.begin(), host.installed.end(), *row.kb) != host.installed.end())
      found = row.version.revision(); // rows go up: the newest one wins
  return found;
}

Rule rule_of(const HostSystem& host, const ImageVersion& image, Isolation isolation,
             const Knowledge& knowledge) {
  const auto complete = completed(host, knowledge);
  return decide(complete.version, settled_sku(host, knowledge), image.version, isolation, knowledge);
}

Isolation default_isolation(const HostSystem& host, const Knowledge& knowledge) {
  return host.default_isolation.value_or(settled_sku(host, knowledge) == Sku::client ? Isolation::hyperv
                                                                                     : Isolation::process);
}

} // namespace tagdb::windows
