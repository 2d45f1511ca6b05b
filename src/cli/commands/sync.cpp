#include "command.hpp"
#include "global_options.hpp"

namespace tagdb::cli {

namespace {

/// A ceiling that no registry grants; a typing error is more likely.
constexpr unsigned k_most_jobs = 1000;

class Sync final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional(
        "REPO", 0, SIZE_MAX, m_options.repositories,
        "a repository, as in windows/servercore; none: windows/servercore and windows/nanoserver");
    grammar.flag("full", m_options.full, "ask for every tag again, not only for those that can move");
    grammar.number("jobs", m_options.jobs, 1, k_most_jobs, "the most requests in flight");
    grammar.flag("dry-run", m_options.dry_run, "say what would be asked, and ask only for the list");
    grammar.duration("deadline", m_options.deadline, "stop by then, and keep what is known");
    grammar.flag("strict", m_options.strict, "count tags that are known to be refused as failures");
    declare_network_options(grammar, m_options.network);
    grammar.note("Records in the database what every tag points at now. Stopped or killed, it keeps what it "
                 "has, and the next run goes on from "
                 "there. Exit code 8 where something new could not be had.");
    grammar.example("tagdb sync", "crawl mcr.microsoft.com");
    grammar.example("tagdb sync --registry https://harbor.corp windows/servercore --ca-file corp.pem",
                    "crawl a mirror");
  }

  base::Result<int> run(const Context& context) override {
    if (!context.carriers.sync)
      return context.world.start_remote(context.world.arguments);
    m_options.network.by_host = context.config.hosts();
    return context.carriers.sync(context.session, m_options);
  }

 private:
  SyncOptions m_options;
};

} // namespace

std::unique_ptr<Command> make_sync() {
  return std::make_unique<Sync>();
}

} // namespace tagdb::cli
