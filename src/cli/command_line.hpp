#pragma once

#include "grammar.hpp"
#include <tagdb/base/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::cli {

/// What can be known before the grammar of the command is built.
struct FirstLook {
  std::string command; ///< the first word without dashes that is no option's value; empty: there is none
  std::vector<std::string> rest; ///< all other arguments, in order
  bool help = false;
  bool version = false;
  bool json = false; ///< --format json: errors are then documents, this early too
};

/// Finds the command word, so that only its grammar is built. `takes_value` says of a long option's name
/// whether the next word belongs to it.
FirstLook look_first(const std::vector<std::string>& arguments, bool (*takes_value)(std::string_view name));

/// The values on a command line, by option.
struct CommandLine {
  std::vector<std::pair<std::string_view, std::vector<std::string>>> values;
  std::vector<std::string> words; ///< what stands without dashes
  const std::vector<std::string>* find(std::string_view option) const;
};

/// Parses against a grammar. Failure: ErrorKind::usage, naming the unknown option with its nearest, or the
/// option that lacks its value. Values are not looked at here; where an option is repeated all are there and
/// the last one counts.
base::Result<CommandLine> parse_command_line(const Grammar& grammar,
                                             const std::vector<std::string>& arguments);

/// Hands the words to the positionals. Failure: ErrorKind::usage for too few and too many.
base::Status assign_words(const Grammar& grammar, std::string_view command,
                          const std::vector<std::string>& words);

} // namespace tagdb::cli
