#pragma once

#include "command_line.hpp"
#include "config_file.hpp"
#include "grammar.hpp"
#include "world.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::cli {

/// Where a value came from, weakest first.
enum class Origin : std::uint8_t { standard, file, environment, command_line };
std::string_view to_string(Origin origin);

/// What holds for one option.
struct Setting {
  std::string value; ///< empty with Origin::standard: nobody said anything
  Origin origin = Origin::standard;
  std::string where; ///< "--db", "TAGDB_DB", "/etc/tagdb.toml line 3"; empty for a default
};

/// One setting for each option of a grammar, in its order.
struct Settings {
  std::vector<Setting> items;
  Origin origin_of(const Grammar& grammar, std::string_view option) const;
};

/// "max-data-age" is TAGDB_MAX_DATA_AGE.
std::string variable_name(std::string_view option);

/// What holds for one option: what the command line says, else the variable, else the file.
Setting setting_of(const OptionSpec& option, const CommandLine& line, const Environment& environment,
                   const ConfigFile& config);

/// The same for each option of a command; a choice that only other commands have is none here.
Settings merge(const Grammar& grammar, const CommandLine& line, const Environment& environment,
               const ConfigFile& config);

/// Hands every value to its option. Failure: ErrorKind::usage with where the value came from and the nearest
/// choices.
base::Status assign(const Grammar& grammar, const Settings& settings);

} // namespace tagdb::cli
