#include "command.hpp"
#include "open_database.hpp"
#include "sides.hpp"
#include "values.hpp"
#include "verdicts.hpp"

#include <algorithm>

namespace tagdb::cli {

namespace {

class Which final : public Command {
 public:
  void declare(Grammar& grammar) override;
  base::Result<int> run(const Context& context) override;

 private:
  std::optional<windows::Isolation> common_isolation(const std::vector<windows::HostSystem>& hosts,
                                                     const windows::Knowledge& knowledge) const;
  windows::Compatibility explain(const ChosenImage& chosen, const windows::Knowledge& knowledge) const;

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

std::optional<windows::Isolation> Which::common_isolation(const std::vector<windows::HostSystem>& hosts,
                                                          const windows::Knowledge& knowledge) const {
  if (m_sides.isolation())
    return m_sides.isolation();
  const auto first = windows::default_isolation(hosts.front(), knowledge);
  const bool same = std::all_of(hosts.begin(), hosts.end(), [&](const auto& host) {
    return windows::default_isolation(host, knowledge) == first;
  });
  return same ? std::optional(first) : std::nullopt;
}

/// Of the chosen image the verdict on the host that is worst off; else of the first image that was passed
/// over with the verdict that stands for all.
windows::Compatibility Which::explain(const ChosenImage& chosen, const windows::Knowledge& knowledge) const {
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
    const auto isolation = m_sides.isolation().value_or(windows::default_isolation(host, knowledge));
    auto answer = windows::judge(host, image, isolation, knowledge);
    if (!worst || windows::worse(worst->verdict, answer.verdict) != worst->verdict)
      worst = std::move(answer);
  }
  return *std::move(worst);
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
  chosen.answer = explain(chosen, knowledge);
  for (const auto& warning : chosen.answer.warnings)
    chosen.warnings.push_back({warning.code, warning.message});
  for (const auto& warning : stale)
    chosen.warnings.push_back(warning);
  for (const auto& host : chosen.hosts)
    for (auto& support : windows::host_support(host, scope.now, knowledge))
      if (std::none_of(chosen.support.begin(), chosen.support.end(),
                       [&](const auto& known) { return known.product == support.product; }))
        chosen.support.push_back(std::move(support));
  if (chosen.choice.chosen) {
    TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(chosen.reference()));
    TAGDB_TRY_ASSIGN(chosen.resolution, query::resolve(reader, scope, query, {}));
  }

  session.print(session.json() ? chosen_document(chosen, scope.now) : chosen_text(chosen, session.color));
  if (!session.json())
    for (const auto& warning : chosen.warnings)
      session.log.warning_once(warning.message);
  return exit_code_of(chosen.choice.verdict, false);
}

} // namespace

std::unique_ptr<Command> make_which() {
  return std::make_unique<Which>();
}

} // namespace tagdb::cli
