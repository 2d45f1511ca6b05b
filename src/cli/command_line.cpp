#include "command_line.hpp"

#include <tagdb/base/text.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

/// The option's name in "--name" or "--name=value".
std::string_view long_name(std::string_view argument) {
  return argument.substr(2, argument.find('=') == std::string_view::npos ? std::string_view::npos
                                                                         : argument.find('=') - 2);
}

bool is_long(std::string_view argument) {
  return argument.size() > 2 && argument.starts_with("--");
}

bool is_option(std::string_view argument) {
  return argument.size() > 1 && argument[0] == '-';
}

base::Error refuse_option(const Grammar& grammar, std::string_view argument) {
  const std::string shown =
      base::escape_untrusted(is_long(argument) ? argument.substr(0, argument.find('=')) : argument);
  base::Error error(base::ErrorKind::usage, "unknown option " + shown);
  if (!is_long(argument))
    return error;
  std::vector<std::string> names;
  for (const auto& option : grammar.options())
    names.emplace_back(option.name);
  if (const auto near = base::nearest(long_name(argument), names, 1); !near.empty())
    error.with_hint("did you mean --" + near.front() + "?");
  return error;
}

base::Error refuse_missing_value(const OptionSpec& option) {
  std::string hint;
  if (!option.choices.empty())
    hint =
        "one of " + base::join(std::vector<std::string>(option.choices.begin(), option.choices.end()), ", ");
  return base::Error(base::ErrorKind::usage,
                     "--" + std::string(option.name) + " needs a value (" + std::string(option.placeholder) +
                         ")",
                     std::move(hint));
}

/// What CLI11 2.1.2 would take differently than its reader: "--db=" swallows the next word there, and "--db
/// --offline" makes --offline the database's name.
base::Status check_missing_values(const Grammar& grammar, const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (!is_long(arguments[i]))
      continue;
    const auto* option = grammar.find(long_name(arguments[i]));
    if (option == nullptr || !option->takes_value())
      continue;
    if (arguments[i].find('=') != std::string::npos) {
      if (arguments[i].ends_with('=') && arguments[i].find('=') == arguments[i].size() - 1)
        return refuse_missing_value(*option);
      continue;
    }
    ++i;
    if (i == arguments.size() || arguments[i] == "--" ||
        (is_long(arguments[i]) && grammar.find(long_name(arguments[i])) != nullptr))
      return refuse_missing_value(*option);
  }
  return {};
}

} // namespace

FirstLook look_first(const std::vector<std::string>& arguments, bool (*takes_value)(std::string_view name)) {
  FirstLook look;
  bool options_end = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (options_end || !is_option(argument)) {
      if (look.command.empty())
        look.command = argument;
      else
        look.rest.push_back(argument);
      continue;
    }
    look.rest.push_back(argument);
    if (argument == "--") {
      options_end = true;
      continue;
    }
    if (!is_long(argument)) {
      look.help = look.help || argument == "-h";
      continue;
    }
    const auto name = long_name(argument);
    look.help = look.help || argument == "--help";
    look.version = look.version || argument == "--version";
    const bool has_value = argument.find('=') != std::string::npos;
    if (name == "format")
      look.json = argument == "--format=json" ||
                  (!has_value && i + 1 < arguments.size() && arguments[i + 1] == "json");
    // Behind the command nothing needs to be told apart here: its own grammar will.
    if (!look.command.empty() || has_value || i + 1 == arguments.size() || !takes_value(name))
      continue;
    look.rest.push_back(arguments[++i]);
  }
  return look;
}

const std::vector<std::string>* CommandLine::find(std::string_view option) const {
  for (const auto& [name, given] : values)
    if (name == option)
      return &given;
  return nullptr;
}

base::Result<CommandLine> parse_command_line(const Grammar& grammar,
                                             const std::vector<std::string>& arguments) {
  TAGDB_TRY(check_missing_values(grammar, arguments));
  CommandLine line;
  CLI::App app;
  // Help, errors and words are ours; CLI11 takes the line apart.
  app.set_help_flag();
  app.allow_extras();
  for (const auto& option : grammar.options()) {
    std::string names = "--" + std::string(option.name);
    if (option.letter != 0)
      names += std::string(",-") + option.letter;
    app.add_option(names, CLI::callback_t([&line, name = option.name](const CLI::results_t& results) {
                     line.values.emplace_back(name, results);
                     return true;
                   }))
        ->expected(option.takes_value() ? 1 : 0)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Error& error) {
    // Only a missing value is left, which was checked above; whatever else CLI11 finds is told in its words.
    return base::Error(base::ErrorKind::usage, error.what());
  }
  bool options_end = false;
  for (auto& word : app.remaining()) {
    if (!options_end && word == "--") {
      options_end = true;
      continue;
    }
    if (!options_end && is_option(word))
      return refuse_option(grammar, word);
    line.words.push_back(std::move(word));
  }
  return line;
}

base::Status assign_words(const Grammar& grammar, std::string_view command,
                          const std::vector<std::string>& words) {
  const std::string hint = "see tagdb " + std::string(command) + " --help";
  std::size_t next = 0;
  for (const auto& positional : grammar.positionals()) {
    const std::size_t count = std::min(positional.max, words.size() - next);
    if (count < positional.min) {
      const bool vowel =
          std::string_view("AEIOaeio").find(positional.placeholder.front()) != std::string_view::npos;
      return base::Error(base::ErrorKind::usage,
                         "tagdb " + std::string(command) + (vowel ? " needs an " : " needs a ") +
                             std::string(positional.placeholder),
                         hint);
    }
    positional.target->assign(words.begin() + static_cast<std::ptrdiff_t>(next),
                              words.begin() + static_cast<std::ptrdiff_t>(next + count));
    for (const auto& word : *positional.target)
      if (!positional.choices.empty() &&
          std::find(positional.choices.begin(), positional.choices.end(), word) == positional.choices.end())
        return base::Error(
            base::ErrorKind::usage,
            "\"" + base::escape_untrusted(word) + "\" is not one of " +
                base::join(std::vector<std::string>(positional.choices.begin(), positional.choices.end()),
                           ", "));
    next += count;
  }
  if (next < words.size())
    return base::Error(base::ErrorKind::usage,
                       "unexpected argument \"" + base::escape_untrusted(words[next]) + "\"", hint);
  return {};
}

} // namespace tagdb::cli
