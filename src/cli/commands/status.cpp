#include "command.hpp"
#include "open_database.hpp"
#include "status_print.hpp"
#include "values.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/report/prometheus.hpp>

namespace tagdb::cli {

namespace {

/// Why the data is stale, of every repository that is.
std::string stale_reasons(const query::Status& status) {
  std::vector<std::string> reasons;
  for (const auto& repository : status.repositories)
    if (repository.freshness.stale)
      reasons.push_back(repository_for_people(repository.registry, repository.repository) +
                        " is stale: " + repository.freshness.reason);
  return base::join(reasons, "; ");
}

class Status final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.formats({"text", "json", "prometheus"});
    grammar.fails_when_stale();
    grammar.text("repo", "REPO", m_repository, "only this repository");
    grammar.note(
        "Exit code 4 where the data is stale: the last complete check is older than 8 days "
        "(--max-data-age), or it began before a release that has been due for three days. The answer "
        "is printed all the same; --freshness warn or ignore makes it 0. Imported data is as old as "
        "the checks in it, whoever made them.");
    grammar.note(
        "A floating tag is current, lags (an explicit revision tag of its build is newer), went back "
        "(rollback), or is pending (the release that is due has not landed). Tags of products whose "
        "support has ended are left out.");
    grammar.example("tagdb status", "for people, and for monitors by its exit code");
    grammar.example("tagdb status --format prometheus --freshness ignore > tagdb.prom",
                    "for node_exporter's textfile collector");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
    query::StatusOptions options;
    options.limit = session.options.max_data_age;
    if (m_repository) {
      TAGDB_TRY_ASSIGN(options.repository, parse_repository(*m_repository));
    }
    TAGDB_TRY_ASSIGN(const auto reader, open_database(session));
    TAGDB_TRY_ASSIGN(const auto status, query::status(reader, scope, options));
    if (session.json())
      session.print(status_document(status));
    else if (session.options.format == "prometheus")
      session.print(report::prometheus(status));
    else
      session.print(status_text(status, session.color));
    if (!status.stale() || (session.options.freshness == FreshnessMode::ignore && !options.limit))
      return 0;
    auto reasons = stale_reasons(status);
    if (session.options.freshness == FreshnessMode::fail || options.limit)
      return base::Error(base::ErrorKind::stale, std::move(reasons));
    session.log.warning(reasons);
    return 0;
  }

 private:
  std::optional<std::string> m_repository;
};

} // namespace

std::unique_ptr<Command> make_status() {
  return std::make_unique<Status>();
}

} // namespace tagdb::cli
