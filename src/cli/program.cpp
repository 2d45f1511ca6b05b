#include "complete_command.hpp"
#include "help.hpp"
#include <tagdb/base/process.hpp>
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <cstdlib>

namespace tagdb::cli {

namespace {

/// Whether the word after --name is its value. Asked before the command is known, so of all options; one name
/// means one thing everywhere.
bool takes_value(std::string_view name) {
  Grammar globals_only;
  GlobalArguments globals;
  globals.declare(globals_only);
  if (const auto* option = globals_only.find(name))
    return option->takes_value();
  for (const auto& entry : commands()) {
    const CompleteCommand line(entry);
    if (const auto* option = line.grammar.find(name))
      return option->takes_value();
  }
  return false;
}

std::vector<std::string> configuration_keys() {
  std::vector<std::string> keys;
  for (const auto& entry : commands()) {
    const CompleteCommand line(entry);
    for (const auto& option : line.grammar.options())
      if (option.configurable && option.name != "config" &&
          std::find(keys.begin(), keys.end(), option.name) == keys.end())
        keys.emplace_back(option.name);
  }
  return keys;
}

base::Result<ConfigFile> read_configuration(const CommandLine& line, const Environment& environment) {
  std::filesystem::path path;
  bool named = false;
  if (const auto* given = line.find("config")) {
    path = given->back();
    named = true;
  } else if (auto variable = environment("TAGDB_CONFIG")) {
    path = *std::move(variable);
    named = true;
  } else if (const auto folder = user_folder(environment, "XDG_CONFIG_HOME", ".config"); !folder.empty()) {
    path = std::filesystem::path(folder) / "tagdb" / "tagdb.toml";
  }
  TAGDB_TRY_ASSIGN(auto config, ConfigFile::read(std::move(path), named, configuration_keys));
  config.resolve_host_paths(environment);
  return config;
}

bool wants_color(ColorMode mode, const World& world, base::Stream stream) {
  if (mode != ColorMode::automatic)
    return mode == ColorMode::always;
  return world.streams.is_terminal(stream) && !world.environment("NO_COLOR") &&
         world.environment("TERM") != "dumb";
}

void log_line(Streams& streams, bool color, base::LogLevel level, std::string_view line) {
  std::string text;
  if (level <= base::LogLevel::warning) {
    const bool error = level == base::LogLevel::error;
    const std::string_view word = error ? "error: " : "warning: ";
    text = color ? (error ? "\033[31m" : "\033[33m") + std::string(word) + "\033[0m" : std::string(word);
  }
  text += line;
  text += '\n';
  streams.err(text);
}

base::Error unknown_command(std::string_view word) {
  std::vector<std::string> names;
  for (const auto& entry : commands())
    names.emplace_back(entry.name);
  const auto near = base::nearest(word, names, 1);
  return base::Error(base::ErrorKind::usage, "unknown command \"" + base::escape_untrusted(word) + "\"",
                     near.empty() ? "tagdb --help lists them" : "did you mean tagdb " + near.front() + "?");
}

/// What a run was told, from where.
struct Told {
  CommandLine line;
  ConfigFile config;
};

/// Everything that the line says, checked and in its place.
base::Result<Told> take_in(CompleteCommand& line, std::string_view name, const World& world,
                           const std::vector<std::string>& arguments) {
  TAGDB_TRY_ASSIGN(auto parsed, parse_command_line(line.grammar, arguments));
  TAGDB_TRY_ASSIGN(auto config, read_configuration(parsed, world.environment));
  const auto settings = merge(line.grammar, parsed, world.environment, config);
  TAGDB_TRY(assign(line.grammar, settings));
  TAGDB_TRY(line.globals.finish(line.grammar, settings, world.environment));
  TAGDB_TRY(assign_words(line.grammar, name, parsed.words));
  return Told{std::move(parsed), std::move(config)};
}

/// `tagdb help resolve` is `tagdb resolve --help`, as with git and gh.
void understand_help(FirstLook& look) {
  if (look.command != "help")
    return;
  look.help = true;
  look.command.clear();
  for (const auto& word : look.rest)
    if (!word.starts_with('-')) {
      look.command = word;
      break;
    }
}

int show_help(const World& world, const FirstLook& look, const Session& early) {
  if (look.command.empty()) {
    Grammar grammar;
    GlobalArguments globals;
    globals.declare(grammar);
    world.streams.out(program_help(grammar));
    return 0;
  }
  const auto* entry = find_command(look.command);
  if (entry == nullptr)
    return report_error(early, unknown_command(look.command));
  const CompleteCommand line(*entry);
  world.streams.out(command_help(*entry, line.grammar));
  return 0;
}

int run_command(const World& world, const Carriers& carriers, const CommandEntry& entry,
                const FirstLook& look, const Session& early) {
  CompleteCommand line(entry);
  const auto told = take_in(line, entry.name, world, look.rest);
  if (!told)
    return report_error(early, told.error());
  const auto& options = line.globals.options();
  const bool error_color = wants_color(options.color, world, base::Stream::standard_error);
  base::Log log(options.log_level, [&world, error_color](base::LogLevel level, std::string_view text) {
    log_line(world.streams, error_color, level, text);
  });
  const Session session{options,
                        world.clock,
                        log,
                        &world.streams,
                        wants_color(options.color, world, base::Stream::standard_output),
                        error_color};
  const auto code = line.command->run({session, world, carriers, told->line, told->config});
  if (!code)
    return report_error(session, code.error());
  return *code;
}

int answer(const World& world, const Carriers& carriers, const Session& early, FirstLook& look) {
  understand_help(look);
  if (look.version) {
    world.streams.out("tagdb " TAGDB_VERSION "\n");
    return 0;
  }
  if (look.help)
    return show_help(world, look, early);
  if (look.command.empty())
    return report_error(early, base::Error(base::ErrorKind::usage, "which command?",
                                           "tagdb --help lists them; the first one is tagdb sync"));
  const auto* entry = find_command(look.command);
  if (entry == nullptr)
    return report_error(early, unknown_command(look.command));
  return run_command(world, carriers, *entry, look, early);
}

base::Error start_remote(const std::vector<std::string>& arguments) {
  auto own = base::own_program();
  if (!own)
    return std::move(own).error();
  // Both programs are built and installed side by side, as PREFIX/bin/tagdb and
  // PREFIX/libexec/tagdb/tagdb-remote.
  const auto program = own->parent_path().parent_path() / "libexec" / "tagdb" / "tagdb-remote";
  std::error_code ignored;
  if (!std::filesystem::exists(program, ignored))
    return base::Error(base::ErrorKind::internal,
                       "the part of tagdb that uses the network is not there: " + program.string(),
                       "install tagdb again: its two programs belong together");
  std::vector<std::string> argv{"tagdb-remote"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return base::replace_process(program, argv);
}

} // namespace

int run(const World& world, const Carriers& carriers) {
  auto look = look_first(world.arguments, takes_value);
  // Until the options are known: errors are printed in the form that was asked for, as far as one can see.
  GlobalOptions early_options;
  if (look.json || world.environment("TAGDB_FORMAT") == "json")
    early_options.format = "json";
  base::Log early_log;
  const Session early{early_options, world.clock, early_log, &world.streams};
  const int code = answer(world, carriers, early, look);
  // An answer that did not reach the disk is none, whatever the command thought.
  if (const auto& failure = world.streams.failure())
    return report_error(early, *failure);
  return code;
}

int run_program(int argc, char** argv, const Carriers& carriers) {
  const base::SystemClock clock;
  ProcessStreams streams;
  const Environment environment = [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr || *value == '\0')
      return std::nullopt;
    return value;
  };
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i)
    arguments.emplace_back(argv[i]);
  return run({std::move(arguments), environment, clock, streams, start_remote}, carriers);
}

} // namespace tagdb::cli
