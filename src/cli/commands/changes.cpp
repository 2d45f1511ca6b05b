#include "command.hpp"
#include "documents.hpp"
#include "open_database.hpp"
#include "values.hpp"
#include <tagdb/cli/print_events.hpp>
#include <tagdb/query/history.hpp>
#include <tagdb/report/changes_markdown.hpp>

namespace tagdb::cli {

namespace {

class Changes final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.formats({"text", "json", "markdown"});
    grammar.text(
        "since", "TIME", m_since,
        "from then on: a date (that whole day), an RFC 3339 instant, a release (2020-02B), or a duration "
        "such as 7d");
    grammar.text("until", "TIME", m_until,
                 "up to then: a date (its last second, UTC), an instant or a release");
    grammar.text("repo", "REPO", m_repository, "only this repository");
    grammar.note("The first crawl of a repository is the baseline: what it found is no change.");
    grammar.example("tagdb changes --since 7d", "what moved in the last week");
    grammar.example("tagdb changes --since 2020-02-01 --until 2020-02-29 --repo nanoserver",
                    "what moved in a month");
    grammar.example("tagdb changes --since 2020-02B --format markdown", "the body of a pull request");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
    query::ChangesOptions options;
    std::optional<Moment> since, until;
    if (m_since) {
      TAGDB_TRY_ASSIGN(since, parse_since(*m_since, scope.now));
    }
    if (m_until) {
      TAGDB_TRY_ASSIGN(until, parse_time(*m_until, scope.now));
    }
    if (m_repository) {
      TAGDB_TRY_ASSIGN(options.repository, parse_repository(*m_repository));
    }
    TAGDB_TRY_ASSIGN(const auto reader, open_database(session));
    if (since) {
      TAGDB_TRY_ASSIGN(options.since, instant_of(*since, reader, scope.now));
    }
    if (until) {
      TAGDB_TRY_ASSIGN(options.until, instant_of(*until, reader, scope.now));
    }
    if (options.since && options.until && *options.since >= *options.until)
      return base::Error(base::ErrorKind::usage, "--since lies after --until");
    TAGDB_TRY_ASSIGN(const auto changes, query::changes(reader, scope, options));
    TAGDB_TRY_ASSIGN(const auto repositories, repositories_asked(reader, scope, options.repository));
    TAGDB_TRY_ASSIGN(const auto stale, judge_freshness(session, reader, repositories, options.until));
    if (session.json()) {
      base::JsonWriter json;
      begin_document(json, options.until.value_or(scope.now));
      json.key("items").begin_array();
      for (const auto& change : changes)
        write_event(json, change);
      json.end_array().end_object();
      session.print(json.text() + "\n");
    } else if (session.options.format == "markdown") {
      TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());
      session.print(
          report::changes_markdown(changes, knowledge, {options.since, options.until.value_or(scope.now)}));
    } else {
      session.print(format_events(changes));
      if (changes.empty())
        session.log.info("nothing moved in that time");
    }
    for (const auto& warning : stale)
      session.log.warning(warning.message);
    return 0;
  }

 private:
  std::optional<std::string> m_since;
  std::optional<std::string> m_until;
  std::optional<std::string> m_repository;
};

} // namespace

std::unique_ptr<Command> make_changes() {
  return std::make_unique<Changes>();
}

} // namespace tagdb::cli
