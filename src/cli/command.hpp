#pragma once

#include "grammar.hpp"
#include "merge.hpp"
#include "world.hpp"
#include <tagdb/cli/program.hpp>

#include <memory>
#include <span>
#include <string_view>

namespace tagdb::cli {

/// What a command runs with beside the session: the few that speak about the program itself need it.
struct Context {
  const Session& session;
  const World& world;
  const Carriers& carriers;
  const CommandLine& line;
  const ConfigFile& config;
};

/// A command is one file in commands/: what can be said to it, and what it does then. To add one, write the
/// file and add its line to the table in commands.cpp; help, completions and configuration know it from
/// there.
class Command {
 public:
  virtual ~Command() = default;
  /// Called once, before run(). What it declares must live as long as the command.
  virtual void declare(Grammar& grammar) = 0;
  /// The exit code, or what ended it.
  virtual base::Result<int> run(const Context& context) = 0;
};

struct CommandEntry {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Command> (*make)();
};

/// All commands, in the order of the help.
std::span<const CommandEntry> commands();
const CommandEntry* find_command(std::string_view name);

std::unique_ptr<Command> make_sync();
std::unique_ptr<Command> make_wait();
std::unique_ptr<Command> make_resolve();
std::unique_ptr<Command> make_history();
std::unique_ptr<Command> make_changes();
std::unique_ptr<Command> make_list();
std::unique_ptr<Command> make_diff();
std::unique_ptr<Command> make_releases();
std::unique_ptr<Command> make_calendar();
std::unique_ptr<Command> make_compat();
std::unique_ptr<Command> make_which();
std::unique_ptr<Command> make_explain();
std::unique_ptr<Command> make_identify();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_knowledge();
std::unique_ptr<Command> make_mirror();
std::unique_ptr<Command> make_verify();
std::unique_ptr<Command> make_gc();
std::unique_ptr<Command> make_config();
std::unique_ptr<Command> make_completion();

} // namespace tagdb::cli
