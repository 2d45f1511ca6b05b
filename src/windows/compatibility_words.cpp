#include "compatibility_words.hpp"

#include <fmt/format.h>

#include <array>

namespace tagdb::windows {

namespace {

struct RuleRow {
  std::string_view name;
  Verdict verdict;
  std::string_view source;
};

constexpr std::string_view k_matrix =
    "Microsoft Virtualization-Documentation, version-compatibility.md (matrix of hosts and images)";
constexpr std::string_view k_table =
    "Microsoft Virtualization-Documentation, update-containers.md (February 2020, nine-row table); KB4542617";

/// In the order of Rule.
constexpr std::array<RuleRow, 18> k_rules = {{
    {"noOsVersion", Verdict::yes,
     "containerd/platforms (an empty os.version matches every host); Kubernetes create-hostprocess-pod.md"},
    {"otherWindows", Verdict::no,
     "containerd/platforms and microsoft/hcsshim osversion (major.minor must be equal)"},
    {"imageNewer", Verdict::no,
     "Microsoft Virtualization-Documentation, version-compatibility.md and portability.md (a newer image "
     "runs "
     "on the newer host only)"},
    {"annualHyperv", Verdict::warn,
     "Microsoft Virtualization-Documentation, portability.md (this host supports the Windows Server 2022 "
     "image)"},
    {"hyperv", Verdict::yes, k_matrix},
    {"buildsDiffer", Verdict::no, k_matrix},
    {"belowFloor", Verdict::no, "containerd/platforms 1.0.0-rc.5 (pull request 34: one LTSC release back)"},
    {"annualProcess", Verdict::no, "Microsoft Virtualization-Documentation, portability.md"},
    {"clientTooOld", Verdict::no,
     "Microsoft Virtualization-Documentation, hyperv-container.md (process isolation on Windows 10 from "
     "1809)"},
    {"revisionUnknown", Verdict::unknown, k_table},
    {"baselineStraddle", Verdict::no, k_table},
    {"superseded", Verdict::warn,
     "inference: no table has a row for the images of 2020-02-11; they are after the change, and were "
     "replaced "
     "on 2020-02-18"},
    {"ws2016Equal", Verdict::yes, "Microsoft Virtualization-Documentation, version-compatibility.md (2016)"},
    {"ws2016Table", Verdict::yes, k_table},
    {"ws2016Differs", Verdict::warn,
     "Microsoft Virtualization-Documentation, version-compatibility.md (Windows Server 2016: revisions must "
     "match "
     "to be supported; the page says both \"will not run\" and \"might not start\")"},
    {"client", Verdict::warn,
     "Microsoft Virtualization-Documentation, hyperv-container.md and version-compatibility.md (process "
     "isolation "
     "on Windows 10 and 11 is for development and test)"},
    {"hostBehind", Verdict::yes,
     "inference: the documentation asks for no equal revisions; failures in the field are "
     "actions/runner-images 11582 and microsoft/Windows-Containers 591"},
    {"allowed", Verdict::yes, k_matrix},
}};

const RuleRow& row_of(Rule rule) {
  return k_rules[static_cast<std::size_t>(rule)];
}

std::string side(bool after) {
  return after ? "after" : "before";
}

std::string straddle(const Pair& pair) {
  const auto& baseline = *pair.baseline();
  const bool host_after = *pair.host.version.revision >= baseline.host_after;
  return fmt::format("host {} is {} the security change of February 2020 (hosts from revision {} on), image "
                     "{} is {} it (images "
                     "from {} on): the container starts, and 32-bit programs in it break",
                     pair.host_text(), side(host_after), baseline.host_after, pair.image_text(),
                     side(!host_after), baseline.container_after);
}

std::string missing(const Pair& pair) {
  const bool host = !pair.host.version.revision;
  const bool image = !pair.image.version->revision;
  return fmt::format(
      "the revision of {} is not known, and on build {} it decides: host and image must be on the "
      "same side of the security change of February 2020",
      host && image ? "host and image"
      : host        ? "the host"
                    : "the image",
      pair.host.version.build);
}

} // namespace

std::string_view to_string(Rule rule) {
  return row_of(rule).name;
}
Verdict verdict_of(Rule rule) {
  return row_of(rule).verdict;
}
std::string_view source_of(Rule rule) {
  return row_of(rule).source;
}

std::string reason_for(const Pair& pair) {
  const auto host = pair.host_text();
  const auto image = pair.image_text();
  switch (pair.rule) {
  case Rule::no_os_version:
    return pair.isolation == Isolation::host_process
               ? "a HostProcess container takes no Windows of its own along, so any image does"
               : "the image names no Windows version, and every host takes it";
  case Rule::other_windows:
    return fmt::format("image {} and host {} are different generations of Windows", image, host);
  case Rule::image_newer:
    return fmt::format(
        "image {} is of a newer build than host {}: it runs on that build or a newer one only, under "
        "either isolation",
        image, host);
  case Rule::annual_hyperv:
    return fmt::format(
        "for host {} (23H2 Annual Channel) the documentation lists only the Windows Server 2022 image, "
        "not {}",
        host, image);
  case Rule::hyperv:
    return fmt::format("under Hyper-V isolation image {} brings its own kernel, which host {} runs", image,
                       host);
  case Rule::builds_differ:
    return fmt::format("process isolation on host {} wants an image of the same build, and {} is not", host,
                       image);
  case Rule::below_floor:
    return fmt::format("host {} runs images from build {} on in process isolation, and {} is older", host,
                       floor_of(pair.host.version.build, pair.knowledge), image);
  case Rule::annual_process:
    return fmt::format(
        "host {} (23H2 Annual Channel) runs only the Windows Server 2022 image in process isolation, "
        "not {}",
        host, image);
  case Rule::client_too_old:
    return fmt::format("Windows 10 {} has no process isolation: it came with 17763", host);
  case Rule::revision_unknown:
    return missing(pair);
  case Rule::baseline_straddle:
    return straddle(pair);
  case Rule::superseded:
    return fmt::format(
        "image {} is one of 2020-02-11, which {} replaced a week later", image,
        OsVersion(10, 0, pair.host.version.build, pair.baseline()->container_2b.revision).to_string());
  case Rule::ws2016_equal:
    return fmt::format("host and image are both {}", host);
  case Rule::ws2016_table:
    return fmt::format(
        "the documentation's table of February 2020 lists image {} as running on host {}, although "
        "Windows Server 2016 otherwise wants equal revisions",
        image, host);
  case Rule::ws2016_differs:
    return fmt::format(
        "Windows Server 2016 supports equal revisions only: image {} might not start on host {}", image,
        host);
  case Rule::client:
    return fmt::format("process isolation of image {} on a client ({}) is for development and test only",
                       image, host);
  case Rule::host_behind:
    return fmt::format("host and image are of one build; image {} is newer than host {}", image, host);
  case Rule::allowed:
    return pair.image.version->build == pair.host.version.build
               ? fmt::format("host {} and image {} are of one build", host, image)
               : fmt::format("host {} runs images from build {} on, and {} is one", host,
                             floor_of(pair.host.version.build, pair.knowledge), image);
  }
  return {};
}

} // namespace tagdb::windows
