#include "grammar.hpp"

#include "values.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/base/time.hpp>

namespace tagdb::cli {

OptionSpec& Grammar::value(std::string_view name, std::string_view placeholder, std::string_view help,
                           std::function<base::Status(std::string_view)> assign) {
  auto& option = m_options.emplace_back();
  option.name = name;
  option.placeholder = placeholder;
  option.help = help;
  option.assign = std::move(assign);
  return option;
}

OptionSpec& Grammar::flag(std::string_view name, bool& target, std::string_view help) {
  return value(name, {}, help, [&target](std::string_view text) -> base::Status {
    TAGDB_TRY_ASSIGN(target, parse_truth(text));
    return {};
  });
}

OptionSpec& Grammar::counter(std::string_view name, char letter, unsigned& target, std::string_view help) {
  auto& option = value(name, {}, help, [&target](std::string_view text) -> base::Status {
    // "true" and "false" count one and none; a number says how often (verbose = 2 in the configuration).
    if (const auto number = base::parse_number(text); number && *number <= 9) {
      target = static_cast<unsigned>(*number);
      return {};
    }
    TAGDB_TRY_ASSIGN(const bool truth, parse_truth(text));
    target = truth ? 1 : 0;
    return {};
  });
  option.letter = letter;
  option.counts = true;
  return option;
}

OptionSpec& Grammar::text(std::string_view name, std::string_view placeholder, std::string& target,
                          std::string_view help) {
  auto& option = value(name, placeholder, help, [&target](std::string_view text) -> base::Status {
    target = text;
    return {};
  });
  option.default_text = target;
  return option;
}

OptionSpec& Grammar::text(std::string_view name, std::string_view placeholder,
                          std::optional<std::string>& target, std::string_view help) {
  return value(name, placeholder, help, [&target](std::string_view text) -> base::Status {
    target = std::string(text);
    return {};
  });
}

OptionSpec& Grammar::path(std::string_view name, std::string& target, std::string_view help) {
  auto& option = text(name, "FILE", target, help);
  option.is_path = true;
  return option;
}

OptionSpec& Grammar::number(std::string_view name, std::optional<unsigned>& target, unsigned min,
                            unsigned max, std::string_view help) {
  return value(name, "N", help, [&target, min, max](std::string_view text) -> base::Status {
    const auto number = base::parse_number(text);
    if (!number || *number < min || *number > max)
      return base::Error(base::ErrorKind::usage, "\"" + base::escape_untrusted(text) +
                                                     "\" is no number from " + std::to_string(min) + " to " +
                                                     std::to_string(max));
    target = static_cast<unsigned>(*number);
    return {};
  });
}

OptionSpec& Grammar::duration(std::string_view name, std::optional<std::chrono::seconds>& target,
                              std::string_view help) {
  return value(name, "DURATION", help, [&target](std::string_view text) -> base::Status {
    TAGDB_TRY_ASSIGN(target, base::parse_duration(text));
    return {};
  });
}

void Grammar::positional(std::string_view placeholder, std::size_t min, std::size_t max,
                         std::vector<std::string>& target, std::string_view help) {
  m_positionals.push_back({placeholder, help, min, max, {}, &target});
}

const OptionSpec* Grammar::find(std::string_view name) const {
  for (const auto& option : m_options)
    if (option.name == name)
      return &option;
  return nullptr;
}

} // namespace tagdb::cli
