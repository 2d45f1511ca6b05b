#include "compatibility_rules.hpp"
#include <tagdb/windows/compatibility.hpp>

#include <algorithm>

namespace tagdb::windows {

namespace {

/// The worst pair of a candidate over all hosts.
struct Ruling {
  Rule rule = Rule::allowed;
  const HostSystem* host = nullptr;
  Isolation isolation = Isolation::process;
  Verdict verdict() const { return verdict_of(rule); }
};

class Chooser {
 public:
  Chooser(std::span<const HostSystem> hosts, std::optional<Isolation> isolation, const Knowledge& knowledge)
      : m_hosts(hosts), m_isolation(isolation), m_knowledge(knowledge) {}

  Ruling rule_on(const Candidate& candidate) const {
    Ruling worst;
    for (const auto& host : m_hosts) {
      const auto isolation = m_isolation.value_or(default_isolation(host, m_knowledge));
      const auto rule = rule_of(host, {{}, {}, PartialVersion(candidate.version)}, isolation, m_knowledge);
      if (!worst.host || worse(worst.verdict(), verdict_of(rule)) != worst.verdict())
        worst = {rule, &host, isolation};
    }
    return worst;
  }

 private:
  std::span<const HostSystem> m_hosts;
  std::optional<Isolation> m_isolation;
  const Knowledge& m_knowledge;
};

bool is_superseded(const Candidate& candidate, const Knowledge& knowledge) {
  const auto* release = knowledge.release(candidate.version);
  return release && release->superseded_by;
}

} // namespace

Choice choose_image(std::span<const HostSystem> hosts, std::optional<Isolation> isolation,
                    std::span<const Candidate> candidates, std::string_view repository,
                    const Knowledge& knowledge) {
  std::vector<Candidate> ordered(candidates.begin(), candidates.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Candidate& a, const Candidate& b) { return a.version > b.version; });
  const Chooser chooser(hosts, isolation, knowledge);
  std::vector<Ruling> rulings;
  for (const auto& candidate : ordered)
    rulings.push_back(chooser.rule_on(candidate));

  const auto best = [&](Verdict wanted, bool superseded) {
    for (std::size_t i = 0; i < ordered.size(); ++i)
      if (rulings[i].verdict() == wanted && is_superseded(ordered[i], knowledge) == superseded)
        return i;
    return ordered.size();
  };
  auto chosen = ordered.size();
  for (const bool superseded : {false, true})
    for (const auto wanted : {Verdict::yes, Verdict::warn})
      if (chosen == ordered.size())
        chosen = best(wanted, superseded);

  Choice choice;
  if (chosen < ordered.size()) {
    choice.chosen = ordered[chosen];
    choice.verdict = rulings[chosen].verdict();
  } else {
    for (const auto& ruling : rulings)
      if (ruling.verdict() == Verdict::unknown)
        choice.verdict = Verdict::unknown;
  }
  for (std::size_t i = 0; i < chosen && i < ordered.size(); ++i) {
    const auto& ruling = rulings[i];
    if (!ruling.host)
      continue;
    const auto name = ruling.host->name.empty() ? ruling.host->version.to_string() : ruling.host->name;
    auto& list = choice.passed_over;
    if (!list.empty() && list.back().rule == ruling.rule && list.back().host == name) {
      list.back().oldest = ordered[i].version;
      ++list.back().count;
      continue;
    }
    const ImageVersion image{ordered[i].name, std::string(repository), PartialVersion(ordered[i].version)};
    list.push_back({ordered[i].version, ordered[i].version, 1, name, ruling.rule,
                    judge(*ruling.host, image, ruling.isolation, knowledge).reason});
  }
  return choice;
}

} // namespace tagdb::windows
