#include "command.hpp"
#include "open_database.hpp"
#include "sides.hpp"
#include "values.hpp"
#include "verdicts.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <span>

namespace tagdb::cli {

namespace {

class Which final : public Command {
 public:
  void declare(Grammar& grammar) override;
  base::Result<int> run(const Context& context) override;

 private:
  using Hosts = std::span<const windows::HostSystem>;
  windows::Isolation isolation_on(const windows::HostSystem& host,
                                  const windows::Knowledge& knowledge) const {
    return m_sides.isolation().value_or(windows::default_isolation(host, knowledge));
  }
  std::optional<windows::Isolation> common_isolation(Hosts hosts, const windows::Knowledge& knowledge) const;
  std::vector<std::string> ways_apart(const ChosenImage& chosen, const windows::Knowledge& knowledge) const;
  void explain(ChosenImage& chosen, const windows::Knowledge& knowledge) const;
  base::Status describe(ChosenImage& chosen, const store::Reader& reader, const query::Scope& scope) const;

  SideArguments m_sides;
  std::optional<std::string> m_repository;
};

void Which::declare(Grammar& grammar) {
  m_sides.declare(grammar, SideArguments::Wants::hosts);
  grammar.text("repo", "REPO", m_repository, "whose images; windows/servercore unless said");
  grammar.note(
      "Prints the newest revision tag that runs on every host given, and why the newer ones do not. The "
      "tags are those that the last crawl saw; of a repository that was never crawled, those that the "
      "built-in reference lists. Exit code 9 where none runs, 3 where that cannot be told.");
  grammar.example("tagdb which --host 10.0.17763.973", "the base image for a host that was not patched");
  grammar.example("kubectl get nodes -o json | tagdb which - --repo nanoserver",
                  "the one image that runs on all nodes");
}

std::optional<windows::Isolation> Which::common_isolation(Hosts hosts,
                                                          const windows::Knowledge& knowledge) const {
  const auto first = isolation_on(hosts.front(), knowledge);
  const bool same = std::all_of(hosts.begin(), hosts.end(),
                                [&](const auto& host) { return isolation_on(host, knowledge) == first; });
  return same ? std::optional(first) : std::nullopt;
}

/// Where no image runs on all hosts: one for each of them, and what Hyper-V isolation would change.
std::vector<std::string> Which::ways_apart(const ChosenImage& chosen,
                                           const windows::Knowledge& knowledge) const {
  const auto& candidates = chosen.candidates;
  const auto choose = [&](Hosts hosts, std::optional<windows::Isolation> isolation) {
    return windows::choose_image(hosts, isolation, candidates.tags, candidates.repository, knowledge).chosen;
  };
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const auto& host : chosen.hosts) {
    const auto own = choose({&host, 1}, m_sides.isolation());
    const auto name = own ? candidates.repository + ":" + own->name : std::string();
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& each) { return each.first == name; });
    if (group == groups.end())
      group = groups.insert(groups.end(), {name, {}});
    group->second.push_back(host_name(host));
  }
  std::vector<std::string> parts;
  for (auto& [name, hosts] : groups) {
    constexpr std::size_t k_most_hosts = 8;
    if (const auto count = hosts.size(); count > k_most_hosts) {
      hosts.resize(k_most_hosts);
      hosts.push_back(std::to_string(count - k_most_hosts) + " more");
    }
    parts.push_back((name.empty() ? "none" : name) + " on " + base::join(hosts, ", "));
  }
  std::vector<std::string> ways{"use " + base::join(parts, "; ")};
  const bool kubernetes = std::any_of(chosen.hosts.begin(), chosen.hosts.end(),
                                      [](const auto& host) { return host.from_kubernetes; });
  if (const auto all = choose(chosen.hosts, windows::Isolation::hyperv); all && !kubernetes)
    ways.push_back(
        "use " + candidates.repository + ":" + all->name +
        " on all of them with --isolation=hyperv; that needs the Hyper-V role on each host, and nested "
        "virtualization where the host is itself a virtual machine");
  return ways;
}

/// Of the chosen image the verdict on the host that is worst off; else of the first image that was passed
/// over with the verdict that stands for all.
void Which::explain(ChosenImage& chosen, const windows::Knowledge& knowledge) const {
  const auto& choice = chosen.choice;
  auto version = choice.chosen ? choice.chosen->version : choice.passed_over.front().newest;
  if (!choice.chosen)
    for (const auto& each : choice.passed_over)
      if (windows::verdict_of(each.rule) == choice.verdict) {
        version = each.newest;
        break;
      }
  const windows::ImageVersion image{version.to_string(), chosen.candidates.repository,
                                    windows::PartialVersion(version)};
  std::optional<windows::Compatibility> worst;
  for (const auto& host : chosen.hosts) {
    auto answer = windows::judge(host, image, isolation_on(host, knowledge), knowledge);
    for (const auto& warning : answer.warnings)
      if (choice.chosen && std::none_of(chosen.warnings.begin(), chosen.warnings.end(),
                                        [&](const auto& said) { return said.message == warning.message; }))
        chosen.warnings.push_back({warning.code, warning.message});
    if (!worst || windows::worse(worst->verdict, answer.verdict) != worst->verdict ||
        (worst->verdict == answer.verdict && worst->advice.empty()))
      worst = std::move(answer);
  }
  chosen.answer = *std::move(worst);
  if (choice.verdict == windows::Verdict::no && chosen.hosts.size() > 1)
    chosen.answer.advice = ways_apart(chosen, knowledge);
}

/// What is known of the chosen tag beside its version.
base::Status Which::describe(ChosenImage& chosen, const store::Reader& reader,
                             const query::Scope& scope) const {
  if (!chosen.choice.chosen)
    return {};
  TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(chosen.reference()));
  auto resolution = query::resolve(reader, scope, query, {});
  if (resolution)
    chosen.resolution = *std::move(resolution);
  else if (chosen.candidates.crawled) // else it only adds to what the reference has said already
    return std::move(resolution).error();
  return {};
}

base::Result<int> Which::run(const Context& context) {
  const auto& session = context.session;
  TAGDB_TRY_ASSIGN(auto sides, m_sides.read(context));
  TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
  std::optional<oci::RepositoryName> repository;
  if (m_repository) {
    TAGDB_TRY_ASSIGN(repository, parse_repository(*m_repository));
  }
  TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(session));
  TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());

  ChosenImage chosen;
  chosen.hosts = std::move(sides.hosts);
  TAGDB_TRY_ASSIGN(chosen.candidates,
                   query::image_candidates(reader, scope, session.options.evidence, knowledge, repository));
  std::vector<store::RepositoryRecord> crawled;
  if (chosen.candidates.crawled)
    crawled.push_back(*chosen.candidates.crawled);
  TAGDB_TRY_ASSIGN(const auto stale, judge_freshness(session, reader, crawled, std::nullopt));
  chosen.choice = windows::choose_image(chosen.hosts, m_sides.isolation(), chosen.candidates.tags,
                                        chosen.candidates.repository, knowledge);
  chosen.isolation = common_isolation(chosen.hosts, knowledge);
  chosen.knowledge_as_of = knowledge.edition().as_of;
  explain(chosen, knowledge);
  for (const auto& warning : stale)
    chosen.warnings.push_back(warning);
  for (const auto& host : chosen.hosts)
    for (auto& support : windows::host_support(host, scope.now, knowledge))
      if (std::none_of(chosen.support.begin(), chosen.support.end(),
                       [&](const auto& known) { return known.product == support.product; }))
        chosen.support.push_back(std::move(support));
  TAGDB_TRY(describe(chosen, reader, scope));

  session.print(session.json() ? chosen_document(chosen, scope.now) : chosen_text(chosen, session.color));
  if (!session.json())
    for (const auto& warning : chosen.warnings)
      session.log.warning_once(warning_for_people(warning));
  return exit_code_of(chosen.choice.verdict, false);
}

} // namespace

std::unique_ptr<Command> make_which() {
  return std::make_unique<Which>();
}

} // namespace tagdb::cli
