#include "help.hpp"

#include "table.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

constexpr std::size_t k_width = 100;
constexpr std::string_view k_purpose =
    "tagdb tells which revision a Windows base image tag means: today, or on any past day, with no network.";

std::string option_words(const OptionSpec& option) {
  std::string words = option.letter != 0 ? std::string("-") + option.letter + ", " : std::string("    ");
  words += "--" + std::string(option.name);
  if (option.takes_value())
    words += " " + std::string(option.placeholder);
  return words;
}

std::string option_help(const OptionSpec& option) {
  std::string text(option.help);
  if (!option.choices.empty())
    text += ": " + base::join(std::vector<std::string>(option.choices.begin(), option.choices.end()), ", ");
  if (!option.default_text.empty())
    text += " (default " + option.default_text + ")";
  return text;
}

std::string option_lines(const std::vector<OptionSpec>& options, std::size_t begin, std::size_t end) {
  std::size_t width = 0;
  for (const auto& option : options)
    width = std::max(width, option_words(option).size());
  std::string text;
  for (auto i = begin; i < end; ++i)
    text += "  " + padded(option_words(options[i]), width + 2) +
            wrapped(option_help(options[i]), k_width, width + 4) + "\n";
  return text;
}

std::string usage_line(const CommandEntry& entry, const Grammar& grammar) {
  std::string line = "tagdb " + std::string(entry.name);
  for (const auto& positional : grammar.positionals()) {
    std::string word(positional.placeholder);
    if (positional.max > 1)
      word += "…";
    line += positional.min == 0 ? " [" + word + "]" : " " + word;
  }
  return line + " [OPTION…]";
}

} // namespace

std::string program_help(const Grammar& globals) {
  std::string text(k_purpose);
  text += "\n\nUsage: tagdb COMMAND [ARGUMENT…] [OPTION…]\n\nCommands\n";
  std::size_t width = 0;
  for (const auto& entry : commands())
    width = std::max(width, entry.name.size());
  for (const auto& entry : commands())
    text += "  " + padded(entry.name, width + 2) + std::string(entry.summary) + "\n";
  text += "\nOptions of every command\n" + option_lines(globals.options(), 0, globals.options().size());
  text +=
      "\nEvery long option is also a variable (TAGDB_MAX_DATA_AGE=10d) and a key of the configuration file.\n"
      "tagdb COMMAND --help tells more, with examples. Begin with: tagdb sync && tagdb resolve ltsc2019\n";
  return text;
}

std::string command_help(const CommandEntry& entry, const Grammar& grammar) {
  std::string text = "tagdb " + std::string(entry.name) + ": " + std::string(entry.summary) +
                     "\n\nUsage: " + usage_line(entry, grammar) + "\n";
  if (!grammar.positionals().empty()) {
    std::size_t width = 0;
    for (const auto& positional : grammar.positionals())
      width = std::max(width, positional.placeholder.size());
    text += "\n";
    for (const auto& positional : grammar.positionals())
      text += "  " + padded(positional.placeholder, width + 2) +
              wrapped(positional.help, k_width, width + 4) + "\n";
  }
  for (const auto note : grammar.notes())
    text += "\n" + wrapped(note, k_width, 0) + "\n";
  if (grammar.globals_begin() > 0)
    text += "\nOptions\n" + option_lines(grammar.options(), 0, grammar.globals_begin());
  text += "\nOptions of every command\n" +
          option_lines(grammar.options(), grammar.globals_begin(), grammar.options().size());
  if (!grammar.examples().empty())
    text += "\nExamples\n";
  for (const auto& example : grammar.examples())
    text += "  # " + std::string(example.says) + "\n  " + std::string(example.line) + "\n";
  return text;
}

} // namespace tagdb::cli
