#include "compatibility_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::windows {

namespace {

constexpr std::string_view k_hyperv_conditions =
    "the Hyper-V role on the host, and nested virtualization where the host is itself a virtual machine";

/// The newest image that runs on the host in process isolation, and the product it belongs to.
struct Way {
  const Version* version = nullptr;
  const Release* release = nullptr;
};

/// A host whose revision is not known gets the newest image of its build: it has to be patched anyhow.
bool runs(const Pair& pair, const OsVersion& image) {
  const auto rule = decide(pair.host.version, pair.sku, image, Isolation::process, pair.knowledge);
  const auto verdict = verdict_of(rule);
  return rule == Rule::revision_unknown || verdict == Verdict::yes ||
         (verdict == Verdict::warn && rule != Rule::superseded);
}

Way way_out(const Pair& pair) {
  Way fallback;
  for (const auto& version : pair.knowledge.tables().versions) {
    const bool in_repository =
        pair.image.repository.empty() || std::find(version.repositories.begin(), version.repositories.end(),
                                                   pair.image.repository) != version.repositories.end();
    if (!version.has_images() || !in_repository)
      continue;
    const auto releases = pair.knowledge.releases_of_build(version.build);
    for (auto release = releases.rbegin(); release != releases.rend(); ++release) {
      if (release->superseded_by || !runs(pair, release->version))
        continue;
      // On Windows Server 2016 an equal revision is better than a newer one.
      if (verdict_of(decide(pair.host.version, pair.sku, release->version, Isolation::process,
                            pair.knowledge)) != Verdict::warn)
        return {&version, &*release};
      if (!fallback.release)
        fallback = {&version, &*release};
    }
    if (fallback.release)
      return fallback;
  }
  return fallback;
}

std::string named(const Pair& pair, std::string_view tag) {
  return pair.image.repository.empty() ? std::string(tag) : fmt::format("{}:{}", pair.image.repository, tag);
}

/// "use …": the newest tag that runs, as a revision, for that is what stays; the floating one where it means
/// it.
std::optional<std::string> use_tag(const Pair& pair) {
  const auto way = way_out(pair);
  if (!way.release)
    return std::nullopt;
  const auto revision = way.release->version.to_string();
  if (way.release == pair.knowledge.newest_release(way.version->build))
    return fmt::format("use {} ({} is the newest known)", named(pair, way.version->floating_tags.front()),
                       revision);
  return fmt::format("use {}, the newest image that runs on this host", named(pair, revision));
}

std::string update_host(const Pair& pair, const Milestone& to) {
  return fmt::format("update the host to {}.{} ({}) or newer", pair.host.version.build, to.revision,
                     to.kb.to_string());
}

std::vector<std::string> straddle_advice(const Pair& pair) {
  const auto& baseline = *pair.baseline();
  const auto version = [&](std::uint32_t revision) {
    return named(pair, OsVersion(10, 0, baseline.build, revision).to_string());
  };
  const bool host_after = *pair.host.version.revision >= baseline.host_after;
  if (host_after)
    return {fmt::format("use {} ({}) or newer", version(baseline.container_2b.revision),
                        baseline.container_2b.kb.to_string())};
  return {fmt::format("use {} or older on this host as it is", version(baseline.container_1b.revision)),
          update_host(pair, baseline.host_2b)};
}

std::vector<std::string> unknown_advice(const Pair& pair) {
  std::vector<std::string> advice;
  if (!pair.image.version->revision)
    advice.push_back(fmt::format("name the image by its revision tag ({}.…), or paste `docker inspect` of it",
                                 pair.image.version->to_string()));
  if (!pair.host.version.revision)
    advice.push_back(
        pair.host.version.build == k_ws2016
            ? "tell the host's revision: the value UBR under HKLM\\SOFTWARE\\Microsoft\\Windows "
              "NT\\CurrentVersion "
              "(`ver` does not print it on this build)"
            : "tell the host's revision: run `cmd /c ver` on the host itself, not in a container");
  return advice;
}

/// Hyper-V isolation is a way out where the image is no newer than the host, except for Kubernetes, which has
/// process isolation only.
std::optional<std::string> hyperv_advice(const Pair& pair) {
  if (pair.host.from_kubernetes || pair.isolation == Isolation::hyperv || !pair.image.version ||
      verdict_of(decide(pair.host.version, pair.sku, pair.image.version, Isolation::hyperv,
                        pair.knowledge)) != Verdict::yes)
    return std::nullopt;
  return fmt::format("run it with --isolation=hyperv; that needs {}", k_hyperv_conditions);
}

} // namespace

std::vector<std::string> advice_for(const Pair& pair) {
  std::vector<std::string> advice;
  const auto add = [&](const std::optional<std::string>& sentence) {
    if (sentence)
      advice.push_back(*sentence);
  };
  switch (pair.rule) {
  case Rule::no_os_version:
  case Rule::hyperv:
  case Rule::ws2016_equal:
  case Rule::ws2016_table:
  case Rule::allowed:
    return advice;
  case Rule::host_behind:
    advice.push_back(fmt::format("patch the host first, to {} or newer", pair.image_text()));
    return advice;
  case Rule::revision_unknown:
    return unknown_advice(pair);
  case Rule::baseline_straddle:
    advice = straddle_advice(pair);
    break;
  case Rule::superseded: {
    const auto& baseline = *pair.baseline();
    advice.push_back(
        fmt::format("use {} ({}) or newer",
                    named(pair, OsVersion(10, 0, baseline.build, baseline.container_2b.revision).to_string()),
                    baseline.container_2b.kb.to_string()));
    return advice;
  }
  case Rule::client:
    break; // no tag is better than another here
  default:
    add(use_tag(pair));
    break;
  }
  add(hyperv_advice(pair));
  return advice;
}

namespace {

void add_runtime_warning(const Pair& pair, std::vector<Warning>& warnings) {
  if (pair.isolation != Isolation::process || pair.image.version->build == pair.host.version.build)
    return;
  // containerd 2.2 and 2.3.0 take the LTSC build strictly below the host's: a 26200 host then refuses 20348.
  const bool strict = pair.host.version.build > k_ws2025 && pair.image.version->build < k_ws2025;
  warnings.push_back(
      {"runtimeRefuses",
       strict
           ? "containerd 2.2 and 2.3.0 (platforms 1.0.0-rc.2 to rc.4) and docker's image store before "
             "2026-08-20 "
             "refuse this image when they choose from an index; containerd before 2023-08 wants equal builds"
           : "containerd before 2023-08 (platforms before 0.2.1) wants equal builds and refuses this image"});
}

void add_hyperv_warnings(const Pair& pair, std::vector<Warning>& warnings) {
  if (pair.image.version->build != pair.host.version.build)
    warnings.push_back({"runtimeRefuses",
                        "containerd's CRI and docker's containerd image store ignore the isolation "
                        "when they choose from an index, and may refuse to pull this image "
                        "(containerd issues 8348 and 7431)"});
  warnings.push_back({"hypervConditions", fmt::format("Hyper-V isolation needs {}", k_hyperv_conditions)});
  if (pair.host.from_kubernetes)
    warnings.push_back(
        {"kubernetesProcessOnly", "Kubernetes runs Windows containers in process isolation only"});
}

/// Pairs that work in the field, though nobody supports them.
void add_field_report(const Pair& pair, std::vector<Warning>& warnings) {
  const auto host = pair.host.version.build;
  const auto image = pair.image.version->build;
  if (host == 18363 && (image == 18362 || image == 17763))
    warnings.push_back({"reportedToWork",
                        "reported to work with nanoserver, unsupported (Windows 10 1909 release "
                        "notes; Virtualization-Documentation issue 1286)"});
  if (host >= 19043 && host <= 19045 && image == 19041)
    warnings.push_back({"reportedToWork", "reported to work, unsupported (navcontainerhelper issue 2745)"});
}

void add_line_warnings(const Pair& pair, std::vector<Warning>& warnings) {
  const auto host = pair.host.version.full();
  const auto image = pair.image.version->full();
  if (!host || !image || host->build() != image->build() || pair.isolation != Isolation::process)
    return;
  const auto* release = pair.knowledge.host_release(*host);
  if (host->build() == k_ws2025 && (pair.sku == Sku::client || (release && !release->server)))
    warnings.push_back(
        {"clientLine", fmt::format("26100 has two lines of revisions, and {} is one of the client's: it "
                                   "cannot be compared with the image's",
                                   host->to_string())});
  else if (pair.sku != Sku::client && *image > *host && hotpatched(*host, pair.knowledge) == Hotpatched::yes)
    warnings.push_back(
        {"hotpatched", fmt::format("host {} is hotpatched: its revisions are lower than those of the "
                                   "regular line and cannot be compared with the image's",
                                   host->to_string())});
  if (pair.rule == Rule::host_behind)
    warnings.push_back(
        {"hostBehind",
         fmt::format("image {} is newer than host {}: such pairs have failed with 0xC0370106 until the "
                     "host was patched{}",
                     image->to_string(), host->to_string(),
                     hotpatched(*host, pair.knowledge) == Hotpatched::probably
                         ? " (unless the host is hotpatched: the regular line has no such revision)"
                         : "")});
}

} // namespace

std::vector<Warning> warnings_for(const Pair& pair) {
  std::vector<Warning> warnings;
  if (!pair.image.version)
    return warnings;
  switch (pair.rule) {
  case Rule::hyperv:
  case Rule::annual_hyperv:
    add_hyperv_warnings(pair, warnings);
    break;
  case Rule::builds_differ:
    add_field_report(pair, warnings);
    break;
  case Rule::client:
  case Rule::allowed:
    add_runtime_warning(pair, warnings);
    break;
  default:
    break;
  }
  add_line_warnings(pair, warnings);
  return warnings;
}

} // namespace tagdb::windows
