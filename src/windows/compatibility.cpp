#include "compatibility_rules.hpp"
#include "compatibility_words.hpp"
#include <tagdb/windows/compatibility.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tagdb::windows {

namespace {

constexpr std::array<std::string_view, 4> k_verdicts = {"yes", "warn", "no", "unknown"};

/// How bad, for "the worst of several": no, unknown, warn, yes.
int badness(Verdict verdict) {
  switch (verdict) {
  case Verdict::yes:
    return 0;
  case Verdict::warn:
    return 1;
  case Verdict::unknown:
    return 2;
  case Verdict::no:
    break;
  }
  return 3;
}

/// What a client would be told, where nobody said which the host is and that matters.
std::optional<Warning> sku_warning(const HostSystem& host, Sku sku, const ImageVersion& image,
                                   Isolation isolation, Verdict verdict, const Knowledge& knowledge) {
  const auto* build = knowledge.host_build(host.version.build);
  if (sku != Sku::unknown || !build || !build->is_shared())
    return std::nullopt;
  const auto as_client = decide(host.version, Sku::client, image.version, isolation, knowledge);
  if (verdict_of(as_client) == verdict)
    return std::nullopt;
  return Warning{"skuUnknown",
                 fmt::format("build {} is {} and {}: taken as a server; on the client the answer is {} ({})",
                             host.version.build, build->server_name, build->client_name,
                             to_string(verdict_of(as_client)), to_string(as_client))};
}

bool names_itself(const HostSystem& host, const Version& version) {
  return !host.product.empty() && host.product.find(version.name) != std::string::npos;
}

} // namespace

std::string_view to_string(Verdict verdict) {
  return k_verdicts[static_cast<std::size_t>(verdict)];
}

Verdict worse(Verdict a, Verdict b) {
  return badness(a) < badness(b) ? b : a;
}

Compatibility judge(const HostSystem& given, const ImageVersion& image, Isolation isolation,
                    const Knowledge& knowledge) {
  const auto host = completed(given, knowledge);
  const auto sku = settled_sku(host, knowledge);
  const auto rule = decide(host.version, sku, image.version, isolation, knowledge);
  const Pair pair{host, sku, image, isolation, rule, knowledge};
  Compatibility answer{rule,
                       verdict_of(rule),
                       reason_for(pair),
                       std::string(source_of(rule)),
                       advice_for(pair),
                       warnings_for(pair)};
  if (!given.version.revision && host.version.revision)
    answer.warnings.push_back(
        {"revisionFromUpdates",
         fmt::format("the host's revision {} follows from its installed updates", host.version.to_string())});
  if (const auto warning = sku_warning(host, sku, image, isolation, answer.verdict, knowledge))
    answer.warnings.push_back(*warning);
  return answer;
}

std::vector<HostSupport> host_support(const HostSystem& host, base::Instant at, const Knowledge& knowledge) {
  const auto sku = settled_sku(host, knowledge);
  const auto* build = knowledge.host_build(host.version.build);
  if (sku == Sku::client)
    return {{build ? build->client_name : "Windows client", SupportPhase::unknown, {}, {}}};
  auto versions = knowledge.versions_of_host(host.version.build);
  if (const auto named = std::find_if(versions.begin(), versions.end(),
                                      [&](const Version* version) { return names_itself(host, *version); });
      named != versions.end())
    versions = {*named};
  std::vector<HostSupport> support;
  for (const auto* version : versions)
    support.push_back({version->name, support_phase(version->lifecycle, at),
                       version->lifecycle.mainstream_end, version->lifecycle.extended_end});
  return support;
}

} // namespace tagdb::windows
