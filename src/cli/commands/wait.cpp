#include "command.hpp"
#include "global_options.hpp"
#include "notify_options.hpp"

namespace tagdb::cli {

namespace {

class Wait final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional(
        "TAG", 0, SIZE_MAX, m_options.tags,
        "a tag, as in ltsc2019 or nanoserver:1809; none: the floating tags of supported versions");
    grammar.value("release", "LABEL", "the release to wait for, as in 2025-10B; default: the last one due",
                  [this](std::string_view text) -> base::Status {
                    TAGDB_TRY_ASSIGN(m_options.release, windows::ReleaseLabel::parse(text));
                    return {};
                  });
    grammar.duration("deadline", m_options.deadline, "give up after that (default 24h)");
    grammar.duration("interval", m_options.interval,
                     "the first pause between two looks; they grow from there (default 1m)");
    grammar.number("jobs", m_options.jobs, 1, k_most_jobs, "the most requests in flight");
    declare_notify_options(grammar, m_options.notify);
    declare_network_options(grammar, m_options.network);
    grammar.note(
        "A tag has landed when it points at an image of the release or of a later one, whoever saw it "
        "first: where the record says so already, nothing is asked. Else the registry is asked for its "
        "tag list and floating tags, from the release's hour on, and what is new is recorded as sync "
        "would. Exit code 9 where a tag had not landed by the deadline; each is then \"explicit only\" "
        "(the image is there, by the tag that is named) or \"not published\".");
    grammar.example("tagdb wait", "until this month's images are there");
    grammar.example("tagdb wait servercore:ltsc2022 nanoserver:ltsc2022 --release 2025-10B --deadline 4h",
                    "before a build that needs both");
  }

  base::Result<int> run(const Context& context) override {
    if (!context.carriers.wait)
      return context.world.start_remote(context.world.arguments);
    m_options.network.by_host = context.config.hosts();
    return context.carriers.wait(context.session, m_options);
  }

 private:
  WaitOptions m_options;
};

} // namespace

std::unique_ptr<Command> make_wait() {
  return std::make_unique<Wait>();
}

} // namespace tagdb::cli
