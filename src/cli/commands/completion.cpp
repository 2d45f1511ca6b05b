#include "command.hpp"
#include "completion_scripts.hpp"

namespace tagdb::cli {

namespace {

class Completion final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("SHELL", 1, 1, m_shell, "bash, zsh, fish or powershell");
    grammar.positionals().back().choices = {"bash", "zsh", "fish", "powershell"};
    grammar.formats({"text"});
    grammar.note("The script completes commands, long options, and the words that an option takes.");
    grammar.example("source <(tagdb completion bash)", "in ~/.bashrc");
    grammar.example("tagdb completion fish > ~/.config/fish/completions/tagdb.fish", "for fish");
  }

  base::Result<int> run(const Context& context) override {
    context.session.print(completion_script(m_shell.front()));
    return 0;
  }

 private:
  std::vector<std::string> m_shell;
};

} // namespace

std::unique_ptr<Command> make_completion() {
  return std::make_unique<Completion>();
}

} // namespace tagdb::cli
