#pragma once

#include "command.hpp"
#include "global_options.hpp"

#include <memory>

namespace tagdb::cli {

/// One command with its whole grammar: its own options, then those of every command, and what they fill.
struct CompleteCommand {
  std::unique_ptr<Command> command;
  Grammar grammar;
  GlobalArguments globals;

  explicit CompleteCommand(const CommandEntry& entry) : command(entry.make()) {
    command->declare(grammar);
    globals.declare(grammar);
  }
};

} // namespace tagdb::cli
