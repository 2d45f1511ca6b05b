#include "merge.hpp"

#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

base::Error refuse_choice(const OptionSpec& option, std::string_view value) {
  std::vector<std::string> words(option.choices.begin(), option.choices.end());
  std::string message = "\"" + base::escape_untrusted(value) + "\" is not one of " + base::join(words, ", ");
  std::string hint;
  if (const auto near = base::nearest(value, words, 1); !near.empty())
    hint = "did you mean " + near.front() + "?";
  return base::Error(base::ErrorKind::usage, std::move(message), std::move(hint));
}

} // namespace

std::string_view to_string(Origin origin) {
  switch (origin) {
  case Origin::standard:
    return "default";
  case Origin::file:
    return "file";
  case Origin::environment:
    return "environment";
  case Origin::command_line:
    return "commandLine";
  }
  return "";
}

Origin Settings::origin_of(const Grammar& grammar, std::string_view option) const {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (grammar.options()[i].name == option)
      return items[i].origin;
  return Origin::standard;
}

std::string variable_name(std::string_view option) {
  std::string name = "TAGDB_";
  for (const char c : option)
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

Setting setting_of(const OptionSpec& option, const CommandLine& line, const Environment& environment,
                   const ConfigFile& config) {
  if (const auto* given = line.find(option.name)) {
    Setting setting{given->back(), Origin::command_line, "--" + std::string(option.name)};
    if (option.counts)
      setting.value = std::to_string(std::count(given->begin(), given->end(), "true"));
    return setting;
  }
  if (!option.configurable)
    return {};
  if (auto name = variable_name(option.name); auto value = environment(name))
    return {*std::move(value), Origin::environment, std::move(name)};
  if (const auto* key = config.find(option.name))
    return {option.is_path ? config.resolve_path(key->value, environment) : key->value, Origin::file,
            config.where(key->line)};
  return {};
}

Settings merge(const Grammar& grammar, const CommandLine& line, const Environment& environment,
               const ConfigFile& config) {
  Settings settings;
  settings.items.reserve(grammar.options().size());
  for (const auto& option : grammar.options()) {
    auto setting = setting_of(option, line, environment, config);
    const bool elsewhere = (setting.origin == Origin::environment || setting.origin == Origin::file) &&
                           !contains(option.choices, setting.value) &&
                           contains(option.choices_elsewhere, setting.value);
    settings.items.push_back(elsewhere ? Setting{} : std::move(setting));
  }
  return settings;
}

base::Status assign(const Grammar& grammar, const Settings& settings) {
  for (std::size_t i = 0; i < settings.items.size(); ++i) {
    const auto& option = grammar.options()[i];
    const auto& setting = settings.items[i];
    if (setting.origin == Origin::standard)
      continue;
    base::Status status;
    if (option.takes_value() && setting.value.empty())
      status = base::Error(base::ErrorKind::usage, "needs a value (" + std::string(option.placeholder) + ")");
    else if (!option.choices.empty() && !contains(option.choices, setting.value))
      status = refuse_choice(option, setting.value);
    else
      status = option.assign(setting.value);
    if (!status)
      return base::Error(status.error().kind(), setting.where + ": " + status.error().message(),
                         status.error().hint());
  }
  return {};
}

} // namespace tagdb::cli
