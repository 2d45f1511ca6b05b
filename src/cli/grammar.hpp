#pragma once

#include <tagdb/base/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::cli {

/// One long option: declared once, and known from here to the command line, the environment, the
/// configuration file, the help, `tagdb config` and the completions. Texts are literals, so declaring costs
/// little.
struct OptionSpec {
  std::string_view name;        ///< "max-data-age": --max-data-age, TAGDB_MAX_DATA_AGE, max-data-age = …
  char letter = 0;              ///< 'q' for -q
  std::string_view placeholder; ///< "DURATION"; empty for a flag
  std::string_view help;        ///< one line
  std::string default_text;     ///< what holds when nobody says anything; empty: nothing does
  std::vector<std::string_view> choices;
  /// Words that are choices of this option at some command. From a variable or a file they count only where
  /// they are choices here.
  std::vector<std::string_view> choices_elsewhere;
  bool counts = false;      ///< a flag that may be repeated
  bool is_path = false;     ///< names a file: in the configuration relative to the configuration's folder
  bool configurable = true; ///< also a variable and a key
  bool secret = false;      ///< its value may be one: `tagdb config` says where it is set, not what it is
  /// Takes one value, the way it is written ("true" for a flag). Failure: what is wrong with it, without
  /// saying where it came from.
  std::function<base::Status(std::string_view)> assign;

  bool takes_value() const { return !placeholder.empty(); }
};

/// What stands on the command line without dashes.
struct PositionalSpec {
  std::string_view placeholder; ///< "REFERENCE"
  std::string_view help;
  std::size_t min = 0;
  std::size_t max = 0;
  std::vector<std::string_view> choices; ///< for the completions, and checked
  std::vector<std::string>* target = nullptr;
};

struct Example {
  std::string_view line; ///< what to type
  std::string_view says; ///< what it is for
};

/// Everything that can be said to one command: its own options and those of every command.
class Grammar {
 public:
  Grammar() = default;
  // Assignments refer to members of the commands; a copy would be taken for independent of them.
  Grammar(const Grammar&) = delete;
  Grammar& operator=(const Grammar&) = delete;

  OptionSpec& flag(std::string_view name, bool& target, std::string_view help);
  OptionSpec& counter(std::string_view name, char letter, unsigned& target, std::string_view help);
  OptionSpec& text(std::string_view name, std::string_view placeholder, std::string& target,
                   std::string_view help);
  OptionSpec& text(std::string_view name, std::string_view placeholder, std::optional<std::string>& target,
                   std::string_view help);
  OptionSpec& path(std::string_view name, std::string& target, std::string_view help);
  OptionSpec& number(std::string_view name, std::optional<unsigned>& target, unsigned min, unsigned max,
                     std::string_view help);
  OptionSpec& duration(std::string_view name, std::optional<std::chrono::seconds>& target,
                       std::string_view help);
  /// Anything else: `assign` parses.
  OptionSpec& value(std::string_view name, std::string_view placeholder, std::string_view help,
                    std::function<base::Status(std::string_view)> assign);
  /// One of a few words, each meaning a value. The first is not the default: `fallback` is, and must be what
  /// `target` holds.
  template <class T>
  OptionSpec& choice(std::string_view name, std::string_view placeholder, T& target,
                     std::vector<std::pair<std::string_view, T>> words, std::string_view fallback,
                     std::string_view help) {
    std::vector<std::string_view> choices;
    for (const auto& [word, meaning] : words)
      choices.push_back(word);
    auto& option = value(name, placeholder, help,
                         [&target, words = std::move(words)](std::string_view text) -> base::Status {
                           for (const auto& [word, meaning] : words)
                             if (word == text)
                               target = meaning;
                           return {}; // merge.cpp has checked the choices
                         });
    option.choices = std::move(choices);
    option.default_text = fallback;
    return option;
  }

  void positional(std::string_view placeholder, std::size_t min, std::size_t max,
                  std::vector<std::string>& target, std::string_view help);
  /// The formats this command prints, "text" first.
  void formats(std::vector<std::string_view> names) { m_formats = std::move(names); }
  /// This command ends with exit code 4 on stale data unless --freshness says otherwise.
  void fails_when_stale() { m_fails_when_stale = true; }
  void example(std::string_view line, std::string_view says) { m_examples.push_back({line, says}); }
  /// A paragraph for --help.
  void note(std::string_view text) { m_notes.push_back(text); }
  /// From here on options are those of every command.
  void begin_globals() { m_globals_begin = m_options.size(); }

  const std::vector<OptionSpec>& options() const { return m_options; }
  std::size_t globals_begin() const { return m_globals_begin; }
  const std::vector<PositionalSpec>& positionals() const { return m_positionals; }
  std::vector<PositionalSpec>& positionals() { return m_positionals; }
  const std::vector<std::string_view>& formats() const { return m_formats; }
  bool stale_is_failure() const { return m_fails_when_stale; }
  const std::vector<Example>& examples() const { return m_examples; }
  const std::vector<std::string_view>& notes() const { return m_notes; }
  const OptionSpec* find(std::string_view name) const;

 private:
  std::vector<OptionSpec> m_options;
  std::vector<PositionalSpec> m_positionals;
  std::vector<std::string_view> m_formats{"text", "json"};
  std::vector<Example> m_examples;
  std::vector<std::string_view> m_notes;
  bool m_fails_when_stale = false;
  std::size_t m_globals_begin = 0;
};

} // namespace tagdb::cli
