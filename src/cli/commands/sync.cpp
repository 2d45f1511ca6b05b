#include "command.hpp"
#include "global_options.hpp"
#include "notify_options.hpp"

namespace tagdb::cli {

namespace {

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
    declare_notify_options(grammar, m_options.notify);
    declare_network_options(grammar, m_options.network);
    grammar.note("Records in the database what every tag points at now. Stopped or killed, it keeps what it "
                 "has, and the next run goes on from "
                 "there. Exit code 8 where something new could not be had.");
    grammar.note(
        "Whoever --on-change or --webhook names is told of every event from that run on, in order, and "
        "again with each sync or wait that names it until it has answered with success. A failure is a "
        "warning, never the sync's. Each event has a stable id; a repetition after a crash is "
        "recognised by it.");
    grammar.example("tagdb sync", "crawl mcr.microsoft.com");
    grammar.example("tagdb sync --registry https://harbor.corp windows/servercore --ca-file corp.pem",
                    "crawl a mirror");
    grammar.example("tagdb sync --on-change 'mail -s \"base images changed\" ops@example.com'",
                    "tell somebody what changed");
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
