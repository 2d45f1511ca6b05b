#include "reference_files.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/compatibility.hpp>

#include <algorithm>

using namespace tagdb::windows;
using test_reference::knowledge;

namespace {

HostSystem host(std::string_view version, Sku sku = Sku::server) {
  HostSystem system;
  system.version = *PartialVersion::parse(version);
  system.sku = sku;
  return system;
}

ImageVersion image(std::string_view version) {
  if (version.empty())
    return {};
  return {std::string(version), {}, *PartialVersion::parse(version)};
}

Compatibility judged(std::string_view on, std::string_view what, Isolation isolation = Isolation::process,
                     Sku sku = Sku::server) {
  return judge(host(on, sku), image(what), isolation, knowledge());
}

bool warns(const Compatibility& answer, std::string_view code) {
  return std::any_of(answer.warnings.begin(), answer.warnings.end(),
                     [&](const Warning& warning) { return warning.code == code; });
}

std::string all_advice(const Compatibility& answer) {
  std::string text;
  for (const auto& each : answer.advice)
    text += each + '\n';
  return text;
}

} // namespace

TEST_CASE("every recommended case and every case of the nine-row table") {
  int recommended = 0, documented = 0;
  for (const auto& row : test_reference::cases("compat_cases.csv")) {
    const auto& layer = row.at("layer");
    if (layer != "recommended" && layer != "docs-2b")
      continue;
    INFO(layer + ": host " + row.at("host") + ", image " + row.at("container") + ", " + row.at("isolation"));
    const auto isolation = parse_isolation(row.at("isolation"));
    const auto sku = parse_sku(row.at("host_sku"));
    REQUIRE((isolation && sku));
    const auto answer = judged(row.at("host"), row.at("container"), *isolation, *sku);
    INFO(answer.reason);
    CHECK(!answer.reason.empty());
    CHECK(!answer.source.empty());
    if (layer == "recommended") {
      ++recommended;
      CHECK(to_string(answer.verdict) == row.at("verdict"));
    } else {
      ++documented;
      const bool allowed = answer.verdict == Verdict::yes || answer.verdict == Verdict::warn;
      CHECK(allowed == (row.at("verdict") == "yes"));
    }
  }
  CHECK(recommended == 16);
  CHECK(documented == 81);
}

TEST_CASE("the documentation's table of February 2020, row by row") {
  // Host and container of 1B, 2B, 3B, on every build that has all three.
  struct Row {
    const char* name;
    int host, container;
    bool runs;
  };
  const Row rows[] = {
      {"1B on 1B", 1, 1, true},  {"2B on 1B", 1, 2, false}, {"3B on 1B", 1, 3, false},
      {"1B on 2B", 2, 1, false}, {"2B on 2B", 2, 2, true},  {"3B on 2B", 2, 3, true},
      {"1B on 3B", 3, 1, false}, {"2B on 3B", 3, 2, true},  {"3B on 3B", 3, 3, true},
  };
  for (const auto& baseline : knowledge().tables().baselines)
    for (const auto& row : rows) {
      if (row.container == 3 && !baseline.container_3b)
        continue; // version 1803 got no 3B image
      const auto hosts = std::array{baseline.host_1b, baseline.host_2b, baseline.host_3b};
      const auto containers = std::array{baseline.container_1b, baseline.container_2b,
                                         baseline.container_3b.value_or(baseline.container_2b)};
      const OsVersion on(10, 0, baseline.build, hosts[static_cast<std::size_t>(row.host - 1)].revision);
      const OsVersion what(10, 0, baseline.build,
                           containers[static_cast<std::size_t>(row.container - 1)].revision);
      INFO(row.name << ": image " << what.to_string() << " on host " << on.to_string());
      const auto answer = judged(on.to_string(), what.to_string());
      CHECK(answer.verdict == (row.runs ? Verdict::yes : Verdict::no));
      if (!row.runs)
        CHECK(answer.rule == Rule::baseline_straddle);
    }
}

TEST_CASE("each rule, where it decides") {
  struct Case {
    const char* name;
    std::string_view host, image;
    Isolation isolation;
    Sku sku;
    std::string_view rule, verdict;
  };
  constexpr auto process = Isolation::process;
  constexpr auto hyperv = Isolation::hyperv;
  const Case cases[] = {
      {"no os.version", "17763.1039", "", process, Sku::server, "noOsVersion", "yes"},
      {"HostProcess, any image", "17763.1039", "10.0.26100.1742", Isolation::host_process, Sku::server,
       "noOsVersion", "yes"},
      {"another Windows", "17763.1039", "6.3.9600", hyperv, Sku::server, "otherWindows", "no"},
      {"newer build", "17763.1039", "10.0.20348.169", process, Sku::server, "imageNewer", "no"},
      {"newer build, Hyper-V", "17763.1039", "10.0.20348.169", hyperv, Sku::server, "imageNewer", "no"},
      {"23H2 host, Hyper-V, older", "25398.2330", "10.0.17763.1040", hyperv, Sku::server, "annualHyperv",
       "warn"},
      {"23H2 host, Hyper-V, 2022", "25398.2330", "10.0.20348.5139", hyperv, Sku::server, "hyperv", "yes"},
      {"older image, Hyper-V", "20348.5139", "10.0.14393.3506", hyperv, Sku::server, "hyperv", "yes"},
      {"straddling, Hyper-V", "17763.973", "10.0.17763.1040", hyperv, Sku::server, "hyperv", "yes"},
      {"older image on 2019", "17763.1039", "10.0.14393.3506", process, Sku::server, "buildsDiffer", "no"},
      {"2019 image on 1909", "18363.657", "10.0.17763.1040", process, Sku::server, "buildsDiffer", "no"},
      {"2019 image on 2022", "20348.5139", "10.0.17763.1040", process, Sku::server, "belowFloor", "no"},
      {"20H2 image on 2022", "20348.5139", "10.0.19042.1415", process, Sku::server, "belowFloor", "no"},
      {"2019 image on 2025", "26100.32860", "10.0.17763.8755", process, Sku::server, "belowFloor", "no"},
      {"2022 image on 2025", "26100.32860", "10.0.20348.5139", process, Sku::server, "allowed", "yes"},
      {"23H2 host, its own build", "25398.2330", "10.0.25398.1", process, Sku::server, "annualProcess", "no"},
      {"23H2 host, 2022 image", "25398.2330", "10.0.20348.5139", process, Sku::server, "allowed", "yes"},
      {"Windows 10 1803", "17134.1304", "10.0.17134.1305", process, Sku::client, "clientTooOld", "no"},
      {"host revision unknown", "17763", "10.0.17763.1040", process, Sku::server, "revisionUnknown",
       "unknown"},
      {"image revision unknown", "17763.1039", "17763", process, Sku::server, "revisionUnknown", "unknown"},
      {"revision not needed", "20348", "20348", process, Sku::server, "allowed", "yes"},
      {"2B image on 1B host", "17763.973", "10.0.17763.1040", process, Sku::server, "baselineStraddle", "no"},
      {"superseded image on 1B host", "17763.973", "10.0.17763.1039", process, Sku::server,
       "baselineStraddle", "no"},
      {"last host before", "17763.1012", "10.0.17763.1040", process, Sku::server, "baselineStraddle", "no"},
      {"today's host, 1B image", "17763.8755", "10.0.17763.973", process, Sku::server, "baselineStraddle",
       "no"},
      {"superseded image on 2B host", "17763.1039", "10.0.17763.1039", process, Sku::server, "superseded",
       "warn"},
      {"2016, equal", "14393.9418", "10.0.14393.9418", process, Sku::server, "ws2016Equal", "yes"},
      {"2016, 2B on 3B", "14393.3564", "10.0.14393.3506", process, Sku::server, "ws2016Table", "yes"},
      {"2016, 1B on last before", "14393.3474", "10.0.14393.3443", process, Sku::server, "ws2016Table",
       "yes"},
      {"2016, unequal", "14393.1914", "10.0.14393.1944", process, Sku::server, "ws2016Differs", "warn"},
      {"2016, today's pair", "14393.9418", "10.0.14393.9300", process, Sku::server, "ws2016Differs", "warn"},
      {"Windows 10 1809", "17763.1039", "10.0.17763.1040", process, Sku::client, "client", "warn"},
      {"Windows 11, 2022 image", "22631.5000", "10.0.20348.5139", process, Sku::client, "client", "warn"},
      {"Windows 11 24H2, 2025 image", "26200.8457", "10.0.26100.32860", process, Sku::client, "client",
       "warn"},
      {"host behind", "26100.2894", "10.0.26100.3194", process, Sku::server, "hostBehind", "yes"},
      {"host behind on 2019", "17763.7009", "10.0.17763.7249", process, Sku::server, "hostBehind", "yes"},
      {"2B is not behind 2B", "17763.1039", "10.0.17763.1040", process, Sku::server, "allowed", "yes"},
      {"hotpatched host", "26100.32772", "10.0.26100.32860", process, Sku::server, "allowed", "yes"},
      {"host newer than image", "17763.1554", "10.0.17763.1518", process, Sku::server, "allowed", "yes"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto answer = judged(each.host, each.image, each.isolation, each.sku);
    INFO(answer.reason);
    CHECK(to_string(answer.rule) == each.rule);
    CHECK(to_string(answer.verdict) == each.verdict);
    CHECK(rule_of(host(each.host, each.sku), image(each.image), each.isolation, knowledge()) == answer.rule);
    if (answer.verdict == Verdict::yes && answer.rule != Rule::host_behind)
      CHECK(answer.advice.empty());
  }
}

TEST_CASE("an answer that is not yes comes with a way out, a tag first") {
  struct Case {
    const char* name;
    std::string_view host, image;
    Sku sku;
    std::string_view first; ///< the first piece of advice
  };
  const Case cases[] = {
      {"old image", "17763.1554", "10.0.17763.973", Sku::server, "use 10.0.17763.1040 (KB4546852) or newer"},
      {"superseded image", "17763.1554", "10.0.17763.1039", Sku::server,
       "use 10.0.17763.1040 (KB4546852) or newer"},
      {"old host", "17763.973", "10.0.17763.1098", Sku::server,
       "use 10.0.17763.973 or older on this host as it is"},
      {"image of another build", "20348.5139", "10.0.17763.1098", Sku::server,
       "use ltsc2022 (10.0.20348.5622 is the newest known)"},
      {"another build, host before the baseline", "17763.973", "10.0.20348.169", Sku::server,
       "use 10.0.17763.973, the newest image that runs on this host"},
      {"another build, host revision not known", "17763", "10.0.20348.169", Sku::server,
       "use ltsc2019 (10.0.17763.9121 is the newest known)"},
      {"Annual Channel host", "25398.2330", "10.0.17763.1098", Sku::server,
       "use ltsc2022 (10.0.20348.5622 is the newest known)"},
      {"2016 wants its own revision", "14393.3474", "10.0.14393.3300", Sku::server,
       "use 10.0.14393.3443, the newest image that runs on this host"},
      {"client without an image of its own", "19045.1", "10.0.19041.264", Sku::client,
       "run it with --isolation=hyperv; that needs"},
      {"host behind", "26100.2894", "10.0.26100.3194", Sku::server,
       "patch the host first, to 10.0.26100.3194 or newer"},
      {"no revision of the host", "17763", "10.0.17763.1040", Sku::server,
       "tell the host's revision: run `cmd /c ver` on the host itself"},
      {"no revision of a 2016 host", "14393", "10.0.14393.3506", Sku::server,
       "tell the host's revision: the value UBR"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto answer = judged(each.host, each.image, Isolation::process, each.sku);
    REQUIRE(!answer.advice.empty());
    INFO(answer.advice.front());
    CHECK(answer.advice.front().starts_with(each.first));
  }
}

TEST_CASE("Hyper-V isolation is advised with its conditions, and never for a Kubernetes node") {
  const auto plain = judged("17763.973", "10.0.17763.1098");
  CHECK(all_advice(plain).find("--isolation=hyperv; that needs the Hyper-V role") != std::string::npos);
  CHECK(all_advice(plain).find("update the host to 17763.1039 (KB4532691) or newer") != std::string::npos);
  auto node = host("17763.973");
  node.from_kubernetes = true;
  const auto answer = judge(node, image("10.0.17763.1098"), Isolation::process, knowledge());
  CHECK(answer.verdict == Verdict::no);
  CHECK(all_advice(answer).find("hyperv") == std::string::npos);
  CHECK(!answer.advice.empty());
  // A newer image runs under neither isolation, so neither is advised.
  CHECK(all_advice(judged("17763.1039", "10.0.20348.169")).find("hyperv") == std::string::npos);
  CHECK(
      warns(judge(node, image("10.0.17763.1098"), Isolation::hyperv, knowledge()), "kubernetesProcessOnly"));
}

TEST_CASE("advice names the repository of the image, and only products it has") {
  ImageVersion asked{"windows/nanoserver:ltsc2019", "windows/nanoserver",
                     *PartialVersion::parse("17763.1098")};
  CHECK(judge(host("20348.5139"), asked, Isolation::process, knowledge()).advice.front() ==
        "use windows/nanoserver:ltsc2022 (10.0.20348.5622 is the newest known)");
  asked.repository = "windows/server";
  const auto answer = judge(host("18363.657"), asked, Isolation::process, knowledge());
  for (const auto& each : answer.advice)
    CHECK(each.find("windows/server:") == std::string::npos);
}

TEST_CASE("warnings beside the verdict") {
  struct Case {
    const char* name;
    std::string_view host, image;
    Isolation isolation;
    Sku sku;
    std::string_view code;
    bool wanted;
  };
  constexpr auto process = Isolation::process;
  constexpr auto hyperv = Isolation::hyperv;
  const Case cases[] = {
      {"image newer than host", "26100.2894", "10.0.26100.3194", process, Sku::server, "hostBehind", true},
      {"a revision no table has", "20348.1000", "10.0.20348.5139", process, Sku::server, "hostBehind", true},
      {"next month's image", "20348.5139", "10.0.20348.9999", process, Sku::server, "hostBehind", true},
      {"hotpatched host", "26100.32772", "10.0.26100.32860", process, Sku::server, "hostBehind", false},
      {"hotpatched host is named", "26100.32772", "10.0.26100.32860", process, Sku::server, "hotpatched",
       true},
      {"not under Hyper-V", "26100.2894", "10.0.26100.3194", hyperv, Sku::server, "hostBehind", false},
      {"February 2020", "17763.1039", "10.0.17763.1040", process, Sku::server, "hostBehind", false},
      {"March image on a February host", "17763.1039", "10.0.17763.1098", process, Sku::server, "hostBehind",
       true},
      {"a February host and a March image of 1903", "18362.657", "10.0.18362.719", process, Sku::server,
       "hostBehind", true},
      {"a client is not compared", "26100.8457", "10.0.26100.32860", process, Sku::client, "hostBehind",
       false},
      {"the client's line is named", "26100.8457", "10.0.26100.32860", process, Sku::client, "clientLine",
       true},
      {"nobody said which line", "26100.8457", "10.0.26100.32860", process, Sku::unknown, "clientLine", true},
      {"nobody said which line: not behind", "26100.8457", "10.0.26100.32860", process, Sku::unknown,
       "hostBehind", false},
      {"which runtimes refuse", "26100.32860", "10.0.20348.5139", process, Sku::server, "runtimeRefuses",
       true},
      {"equal builds: none refuses", "20348.5139", "10.0.20348.5139", process, Sku::server, "runtimeRefuses",
       false},
      {"Hyper-V and an older image", "20348.5139", "10.0.17763.1040", hyperv, Sku::server, "runtimeRefuses",
       true},
      {"Hyper-V has conditions", "20348.5139", "10.0.17763.1040", hyperv, Sku::server, "hypervConditions",
       true},
      {"reported to work", "18363.657", "10.0.17763.1040", process, Sku::server, "reportedToWork", true},
      {"reported to work on a client", "19045.1", "10.0.19041.264", process, Sku::client, "reportedToWork",
       true},
      {"not reported to work", "19045.1", "10.0.19042.1415", process, Sku::client, "reportedToWork", false},
      {"shared build", "17763.1039", "10.0.17763.1040", process, Sku::unknown, "skuUnknown", true},
      {"a server's build", "20348.5139", "10.0.20348.5139", process, Sku::unknown, "skuUnknown", false},
      {"same answer for both", "17763.973", "10.0.17763.1040", process, Sku::unknown, "skuUnknown", false},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(warns(judged(each.host, each.image, each.isolation, each.sku), each.code) == each.wanted);
  }
}

TEST_CASE("runtimes that refuse are named by version") {
  const auto text = [](std::string_view on) {
    const auto answer = judged(on, "10.0.20348.5139", Isolation::process, Sku::client);
    REQUIRE(warns(answer, "runtimeRefuses"));
    return answer.warnings.front().message;
  };
  CHECK(text("26200.8457").find("containerd 2.2 and 2.3.0") != std::string::npos);
  CHECK(text("22631.5000").find("containerd 2.2") == std::string::npos);
}

TEST_CASE("a build that only a client has is a client without being told") {
  CHECK(judged("19045.1", "10.0.19045.1", Isolation::process, Sku::unknown).rule == Rule::client);
  CHECK(default_isolation(host("19045", Sku::unknown), knowledge()) == Isolation::hyperv);
  CHECK(default_isolation(host("17763", Sku::unknown), knowledge()) == Isolation::process);
  CHECK(default_isolation(host("17763", Sku::client), knowledge()) == Isolation::hyperv);
  auto told = host("17763", Sku::server);
  told.default_isolation = Isolation::hyperv; // exec-opt isolation=hyperv
  CHECK(default_isolation(told, knowledge()) == Isolation::hyperv);
}

TEST_CASE("a revision that is not known follows from installed updates") {
  auto system = host("17763");
  CHECK(judge(system, image("10.0.17763.1040"), Isolation::process, knowledge()).verdict == Verdict::unknown);
  system.installed = {*Kb::parse("KB4534273"), *Kb::parse("KB4532691"), *Kb::parse("KB5000000")};
  CHECK(revision_from_updates(system, knowledge()) == 1039);
  const auto answer = judge(system, image("10.0.17763.1040"), Isolation::process, knowledge());
  CHECK(answer.verdict == Verdict::yes);
  CHECK(warns(answer, "revisionFromUpdates"));
}

TEST_CASE("the newer-host rule follows the LTSC builds of the knowledge") {
  auto tables = knowledge().tables();
  auto next = tables.versions.front();
  next.name = "Windows Server 2028";
  next.build = 30000;
  tables.versions.push_back(next);
  const Knowledge later(std::move(tables));
  const auto rule = [&](std::string_view on, std::string_view what) {
    return rule_of(host(on), image(what), Isolation::process, later);
  };
  CHECK(rule("30000.1", "10.0.26100.32860") == Rule::allowed);
  CHECK(rule("30000.1", "10.0.20348.5139") == Rule::below_floor);
  CHECK(rule("29000.1", "10.0.20348.5139") == Rule::allowed);
}

TEST_CASE("the worst of several verdicts: no, unknown, warn, yes") {
  const Verdict order[] = {Verdict::yes, Verdict::warn, Verdict::unknown, Verdict::no};
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 4; ++b)
      CHECK(worse(order[a], order[b]) == order[std::max(a, b)]);
}

TEST_CASE("the host's own support is another question") {
  const auto now = *tagdb::base::parse_rfc3339("2026-11-24T00:00:00Z");
  const auto phases = [&](const HostSystem& system) {
    std::string text;
    for (const auto& each : host_support(system, now, knowledge()))
      text += each.product + " " + std::string(to_string(each.phase)) + ";";
    return text;
  };
  CHECK(phases(host("20348.5139")) == "Windows Server 2022 extended;");
  CHECK(phases(host("17763.8755")) ==
        "Windows Server 2019 extended;Windows Server, version 1809 (host OS, SAC) ended;");
  CHECK(phases(host("25398.2330")) == "Windows Server, version 23H2 (Annual Channel) ended;");
  CHECK(phases(host("22631", Sku::client)) == "Windows 11 23H2 unknown;");
  auto named = host("17763.8755");
  named.product = "Microsoft Windows Server 2019 Datacenter";
  CHECK(phases(named) == "Windows Server 2019 extended;");
  CHECK(phases(host("99999")) == "");
}
