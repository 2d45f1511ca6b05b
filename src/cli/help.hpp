#pragma once

#include "command.hpp"

#include <string>

namespace tagdb::cli {

/// `tagdb --help`: all commands and the options of each.
std::string program_help(const Grammar& globals);
/// `tagdb COMMAND --help`.
std::string command_help(const CommandEntry& entry, const Grammar& grammar);

} // namespace tagdb::cli
