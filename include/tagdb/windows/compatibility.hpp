#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/windows/host.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

enum class Verdict : std::uint8_t {
  yes,
  warn,    ///< runs, or is documented to, but not for production
  no,      ///< does not start, or starts and breaks
  unknown, ///< a fact is missing; the advice says which
};
std::string_view to_string(Verdict verdict);
/// Of several pairs: no, unknown, warn, yes.
Verdict worse(Verdict a, Verdict b);

/// Which rule decided. The first that fits wins, in this order. Builds are compared before revisions;
/// revisions only matter to process isolation on builds 14393 to 18363, where the security change of February
/// 2020 separated images and hosts.
///
/// | rule | if | verdict |
/// |---|---|---|
/// | noOsVersion | the image has no os.version, or is a HostProcess container | yes |
/// | otherWindows | major or minor differ | no |
/// | imageNewer | the image's build is newer than the host's, under either isolation | no |
/// | annualHyperv | Hyper-V, host 25398, image not 20348 | warn |
/// | hyperv | Hyper-V otherwise | yes |
/// | buildsDiffer | host older than 20348, builds differ | no |
/// | belowFloor | the image is older than the LTSC build before the host's own LTSC line | no |
/// | annualProcess | host 25398, image not 20348 | no |
/// | clientTooOld | client older than 17763 | no |
/// | revisionUnknown | a build of the baseline, and a revision that is not known | unknown |
/// | baselineStraddle | host and image are on different sides of the baseline | no |
/// | superseded | the image is one of 2020-02-11 | warn |
/// | ws2016Equal | 14393, revisions equal | yes |
/// | ws2016Table | 14393, the image is one of the documentation's 1B, 2B, 3B | yes |
/// | ws2016Differs | 14393, revisions differ | warn |
/// | client | a client host, otherwise allowed | warn |
/// | hostBehind | a server, same build, the image's revision is newer than the host's | yes |
/// | allowed | everything else | yes |
enum class Rule : std::uint8_t {
  no_os_version,
  other_windows,
  image_newer,
  annual_hyperv,
  hyperv,
  builds_differ,
  below_floor,
  annual_process,
  client_too_old,
  revision_unknown,
  baseline_straddle,
  superseded,
  ws2016_equal,
  ws2016_table,
  ws2016_differs,
  client,
  host_behind,
  allowed,
};
std::string_view to_string(Rule rule);
Verdict verdict_of(Rule rule);

/// One line each. Codes: hostBehind (patch the host first), hotpatched (revisions cannot be compared),
/// skuUnknown (taken as a server; what a client would be told), clientLine (a revision of the client line of
/// 26100), runtimeRefuses (which runtimes refuse what the documentation allows), reportedToWork,
/// hypervConditions, kubernetesProcessOnly, revisionFromUpdates.
struct Warning {
  std::string code;
  std::string message;
};

struct Compatibility {
  Rule rule = Rule::allowed;
  Verdict verdict = Verdict::yes;
  std::string reason; ///< one sentence, with the two versions
  std::string source; ///< where the rule is written; begins with "inference:" where no source states it
  /// Ways out, best first: a tag, then an update of the host, then Hyper-V isolation with its conditions
  /// (never for a host that came from Kubernetes). Empty where nothing has to be done.
  std::vector<std::string> advice;
  std::vector<Warning> warnings;
};

/// What docker does when nobody says: what `docker info` of the host told, else hyperv on a client and
/// process on a server. A host whose SKU is not known and whose build is a client's alone is a client.
Isolation default_isolation(const HostSystem& host, const Knowledge& knowledge);

/// Whether the image runs on the host. Where the SKU is not known and the build is shared between server and
/// client, the answer is a server's, with a warning that names the client's where it differs.
Compatibility judge(const HostSystem& host, const ImageVersion& image, Isolation isolation,
                    const Knowledge& knowledge);

/// The rule alone, without words: for who judges thousands of pairs. An unknown SKU counts as the build's
/// own, else as a server.
Rule rule_of(const HostSystem& host, const ImageVersion& image, Isolation isolation,
             const Knowledge& knowledge);

/// Fills in a revision that is not known from the updates that are installed: the newest host release of the
/// build among them. Nothing where none is.
std::optional<std::uint32_t> revision_from_updates(const HostSystem& host, const Knowledge& knowledge);

/// The support of a host's own operating system, which is another question than whether an image runs on it.
struct HostSupport {
  std::string product;
  SupportPhase phase = SupportPhase::unknown; ///< unknown for clients: the reference has no dates of theirs
  std::optional<Date> mainstream_end, extended_end;
};
/// One for each product the host can be; 17763 can be two, with different dates, unless the host named
/// itself.
std::vector<HostSupport> host_support(const HostSystem& host, base::Instant at, const Knowledge& knowledge);

/// What `which` chooses from: a tag and what it means.
struct Candidate {
  std::string name; ///< "10.0.17763.1040", "ltsc2019"
  OsVersion version;
};

/// Candidates that lie one after another and were passed over for the same rule and host.
struct PassedOver {
  OsVersion newest, oldest;
  std::size_t count = 0;
  std::string host; ///< its name or version
  Rule rule = Rule::allowed;
  std::string reason; ///< for the newest of them
};

struct Choice {
  std::optional<Candidate> chosen;     ///< nothing where none runs on all hosts
  Verdict verdict = Verdict::no;       ///< the worst over the hosts
  std::vector<PassedOver> passed_over; ///< newer than the chosen one, newest first; all, where there is none
};

/// The newest candidate that runs on all hosts: the newest with the verdict yes, else the newest with warn
/// (on Windows Server 2016 an equal revision beats a newer one). Superseded images are passed over for others
/// of their label. `isolation` nothing: each host's default.
Choice choose_image(std::span<const HostSystem> hosts, std::optional<Isolation> isolation,
                    std::span<const Candidate> candidates, std::string_view repository,
                    const Knowledge& knowledge);

} // namespace tagdb::windows
