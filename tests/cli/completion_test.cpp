// The bash script does what it should in a real bash; the others name everything, and parse where their shell
// is there.
#include "cli_run.hpp"
#include "complete_command.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/process.hpp>

using namespace tagdb;
using tagdb::test::CliRun;

namespace {

/// What bash would offer after these words, one a line.
std::string completed(const std::string& script, const std::vector<std::string>& words) {
  std::string line = "COMP_WORDS=(";
  for (const auto& word : words)
    line += "'" + word + "' ";
  line +=
      "); COMP_CWORD=" + std::to_string(words.size() - 1) + "; _tagdb; printf '%s\\n' \"${COMPREPLY[@]}\"";
  const auto ran =
      base::run_process({"bash", "--norc", "-c", script + "\n" + line}, "", std::chrono::seconds(30));
  REQUIRE(ran);
  INFO(ran->standard_error);
  CHECK(ran->standard_error.empty());
  return ran->standard_output;
}

} // namespace

TEST_CASE("bash completes commands, options and their words") {
  const auto script = CliRun{}({"completion", "bash"}).out;
  REQUIRE_FALSE(script.empty());
  struct Case {
    const char* name;
    std::vector<std::string> words;
    std::string expected;
  };
  const Case cases[] = {
      {"a command", {"tagdb", "res"}, "resolve\n"},
      {"a command behind options", {"tagdb", "--db", "resolve", "--offline", "his"}, "history\n"},
      {"an option", {"tagdb", "resolve", "--pl"}, "--platform\n"},
      {"an option of every command", {"tagdb", "changes", "--ev"}, "--evidence\n"},
      {"no option of another command", {"tagdb", "changes", "--pl"}, "\n"},
      {"a choice", {"tagdb", "list", "--kind", "f"}, "floating\n"},
      {"a choice behind =", {"tagdb", "list", "--format", "=", "c"}, "csv\n"},
      {"formats of this command only", {"tagdb", "history", "--format", ""}, "text\njson\n"},
      {"a word", {"tagdb", "completion", "z"}, "zsh\n"},
      {"an option before the command", {"tagdb", "--off"}, "--offline\n"},
  };
  for (const auto& one : cases) {
    INFO("case " << one.name);
    CHECK(completed(script, one.words) == one.expected);
  }
}

TEST_CASE("bash offers every command") {
  const auto offered = completed(CliRun{}({"completion", "bash"}).out, {"tagdb", ""});
  std::string expected;
  for (const auto& entry : cli::commands())
    expected += std::string(entry.name) + "\n";
  CHECK(offered == expected);
}

TEST_CASE("file names are completed where an option takes a file") {
  const test::TempDir folder;
  const auto file = folder.write("some-database.sqlite", "").string();
  const auto script = CliRun{}({"completion", "bash"}).out;
  CHECK(completed(script, {"tagdb", "list", "--db", file.substr(0, file.size() - 5)}) == file + "\n");
}

TEST_CASE("every shell's script names every command, option and choice") {
  for (const std::string shell : {"bash", "zsh", "fish", "powershell"}) {
    const auto script = CliRun{}({"completion", shell}).out;
    for (const auto& entry : cli::commands()) {
      const cli::CompleteCommand complete(entry);
      INFO(shell << " " << entry.name);
      CHECK(test::contains(script, entry.name));
      for (const auto& option : complete.grammar.options()) {
        // fish writes "-l name".
        CHECK(test::contains(script, (shell == "fish" ? " -l " : "--") + std::string(option.name)));
        for (const auto choice : option.choices)
          CHECK(test::contains(script, choice));
      }
    }
  }
}

TEST_CASE("every script parses") {
  const test::TempDir folder;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const auto file = folder.write("script." + shell, CliRun{}({"completion", shell}).out).string();
    const auto ran = base::run_process({shell, "-n", file}, "", std::chrono::seconds(30));
    if (!ran) {
      WARN(shell << " is not there: its script is not parsed");
      continue;
    }
    INFO(shell << ": " << ran->standard_error);
    CHECK(ran->exit_code == 0);
    CHECK(ran->standard_error.empty());
  }
}
