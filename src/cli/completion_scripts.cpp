#include "completion_scripts.hpp"

#include "complete_command.hpp"

#include <set>

namespace tagdb::cli {

namespace {

using Words = std::vector<std::string_view>;

std::string spaced(const Words& words) {
  std::string text;
  for (const auto word : words)
    text += (text.empty() ? "" : " ") + std::string(word);
  return text;
}

Words command_names() {
  Words names;
  for (const auto& entry : commands())
    names.push_back(entry.name);
  return names;
}

std::string long_options(const std::vector<OptionSpec>& options, std::size_t begin, std::size_t end) {
  std::string text;
  for (auto i = begin; i < end; ++i)
    text += (text.empty() ? "--" : " --") + std::string(options[i].name);
  return text;
}

/// `case` patterns of the options that are a file, and of those that take a value, over all commands.
std::string patterns(bool (*wanted)(const OptionSpec&)) {
  std::set<std::string_view> names;
  for (const auto& entry : commands()) {
    const CompleteCommand complete(entry);
    for (const auto& option : complete.grammar.options())
      if (wanted(option))
        names.insert(option.name);
  }
  std::string text;
  for (const auto name : names)
    text += (text.empty() ? "--" : "|--") + std::string(name);
  return text;
}

std::string bash_script() {
  std::string options;
  std::string values;
  std::string words;
  std::string globals;
  for (const auto& entry : commands()) {
    const CompleteCommand complete(entry);
    const auto& grammar = complete.grammar;
    const std::string name(entry.name);
    options += "    " + name + ") words=\"" + long_options(grammar.options(), 0, grammar.options().size()) +
               "\" ;;\n";
    globals = long_options(grammar.options(), grammar.globals_begin(), grammar.options().size());
    for (const auto& option : grammar.options())
      if (!option.choices.empty())
        values += "    \"" + name + " --" + std::string(option.name) + "\") words=\"" +
                  spaced(option.choices) + "\" ;;\n";
    for (const auto& positional : grammar.positionals())
      if (!positional.choices.empty())
        words += "    " + name + ") words=\"" + spaced(positional.choices) + "\" ;;\n";
  }
  const auto with_value = patterns([](const OptionSpec& option) { return option.takes_value(); });
  const auto files = patterns([](const OptionSpec& option) { return option.is_path; });
  return R"(# bash completion of tagdb: source <(tagdb completion bash)
_tagdb() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= words= i
  COMPREPLY=()
  # bash splits --option=value into three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = && COMP_CWORD -gt 1 ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    )" + with_value +
         R"()
      [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
      ((i++))
      ;;
    -*) ;;
    *)
      command=${COMP_WORDS[i]}
      break
      ;;
    esac
  done
  case $prev in
  )" + files +
         R"()
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
    return
    ;;
  )" + with_value +
         R"()
    case "${command:-resolve} $prev" in
)" + values +
         R"(    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    return
    ;;
  esac
  if [[ -z $command ]]; then
    words=")" +
         spaced(command_names()) + R"("
    [[ $cur == -* ]] && words=")" +
         globals + R"("
  elif [[ $cur == -* ]]; then
    case $command in
)" + options +
         R"(    esac
  else
    case $command in
)" + words +
         R"(    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _tagdb tagdb
)";
}

/// For single quotes in zsh's _arguments specs: [ ] : ' would end something.
std::string zsh_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'')
      safe += "'\\''";
    else if (c == '[' || c == ']' || c == ':')
      safe += std::string("\\") + c;
    else
      safe += c;
  }
  return safe;
}

std::string zsh_option(const OptionSpec& option) {
  std::string spec = "'--" + std::string(option.name) + (option.takes_value() ? "=" : "") + "[" +
                     zsh_text(option.help) + "]";
  if (option.is_path)
    spec += ":file:_files";
  else if (!option.choices.empty())
    spec += ":" + zsh_text(option.placeholder) + ":(" + spaced(option.choices) + ")";
  else if (option.takes_value())
    spec += ":" + zsh_text(option.placeholder) + ": ";
  return spec + "'";
}

std::string zsh_script() {
  std::string names;
  std::string cases;
  for (const auto& entry : commands()) {
    const CompleteCommand complete(entry);
    names += "    '" + std::string(entry.name) + ":" + zsh_text(entry.summary) + "'\n";
    cases += "  " + std::string(entry.name) + ")\n    _arguments \\\n";
    for (const auto& option : complete.grammar.options())
      cases += "      " + zsh_option(option) + " \\\n";
    for (const auto& positional : complete.grammar.positionals())
      cases += "      '" + std::string(positional.max > 1 ? "*" : "") + ":" +
               zsh_text(positional.placeholder) + ":(" + spaced(positional.choices) + ")' \\\n";
    cases += "      && return\n    ;;\n";
  }
  return R"(#compdef tagdb
# zsh completion of tagdb: tagdb completion zsh > ~/.zfunc/_tagdb, with ~/.zfunc in fpath
_tagdb() {
  local -a commands
  commands=(
)" + names +
         R"(  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
)" + cases +
         R"(  esac
}
if [[ $funcstack[1] == _tagdb ]]; then
  _tagdb "$@"
else
  compdef _tagdb tagdb
fi
)";
}

std::string fish_text(std::string_view text) {
  std::string safe;
  for (const char c : text)
    safe += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return "'" + safe + "'";
}

std::string fish_option(const OptionSpec& option, const std::string& condition) {
  std::string line = "complete -c tagdb" + condition + " -l " + std::string(option.name);
  if (option.letter != 0)
    line += std::string(" -s ") + option.letter;
  if (option.is_path)
    line += " -r -F";
  else if (option.takes_value())
    line += " -x";
  if (!option.choices.empty())
    line += " -a '" + spaced(option.choices) + "'";
  return line + " -d " + fish_text(option.help) + "\n";
}

std::string fish_script() {
  std::string text = "# fish completion of tagdb: tagdb completion fish > "
                     "~/.config/fish/completions/tagdb.fish\ncomplete -c tagdb -f\n";
  for (const auto& entry : commands())
    text += "complete -c tagdb -n __fish_use_subcommand -a " + std::string(entry.name) + " -d " +
            fish_text(entry.summary) + "\n";
  for (const auto& entry : commands()) {
    const CompleteCommand complete(entry);
    const auto& grammar = complete.grammar;
    const std::string condition = " -n '__fish_seen_subcommand_from " + std::string(entry.name) + "'";
    if (&entry == &commands().front())
      for (auto i = grammar.globals_begin(); i < grammar.options().size(); ++i)
        if (grammar.options()[i].name != "format")
          text += fish_option(grammar.options()[i], "");
    for (std::size_t i = 0; i < grammar.options().size(); ++i)
      if (i < grammar.globals_begin() || grammar.options()[i].name == "format")
        text += fish_option(grammar.options()[i], condition);
    for (const auto& positional : grammar.positionals())
      if (!positional.choices.empty())
        text += "complete -c tagdb" + condition + " -a '" + spaced(positional.choices) + "'\n";
  }
  return text;
}

std::string powershell_list(const Words& words) {
  std::string text;
  for (const auto word : words)
    text += (text.empty() ? "'" : ", '") + std::string(word) + "'";
  return "@(" + text + ")";
}

std::string powershell_script() {
  std::string options;
  std::string values;
  std::string words;
  for (const auto& entry : commands()) {
    const CompleteCommand complete(entry);
    const std::string name(entry.name);
    std::string list;
    for (const auto& option : complete.grammar.options()) {
      list += (list.empty() ? "'--" : ", '--") + std::string(option.name) + "'";
      if (!option.choices.empty())
        values += "        '" + name + " --" + std::string(option.name) +
                  "' = " + powershell_list(option.choices) + "\n";
    }
    options += "        '" + name + "' = @(" + list + ")\n";
    for (const auto& positional : complete.grammar.positionals())
      if (!positional.choices.empty())
        words += "        '" + name + "' = " + powershell_list(positional.choices) + "\n";
  }
  return R"(# PowerShell completion of tagdb: tagdb completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName tagdb -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = )" +
         powershell_list(command_names()) + R"(
    $options = @{
)" + options +
         R"(    }
    $values = @{
)" + values +
         R"(    }
    $words = @{
)" + words +
         R"(    }
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    if ($wordToComplete -and $typed.Count -gt 0) { $typed = @($typed | Select-Object -First ($typed.Count - 1)) }
    $command = $typed | Where-Object { $commands -contains $_ } | Select-Object -First 1
    $previous = if ($typed.Count -gt 0) { $typed[-1] } else { '' }
    $candidates = if (-not $command) { $commands }
        elseif ($values.ContainsKey("$command $previous")) { $values["$command $previous"] }
        elseif ($wordToComplete -like '-*') { $options[$command] }
        elseif ($words.ContainsKey($command)) { $words[$command] }
        else { @() }
    $candidates | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
)";
}

} // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash")
    return bash_script();
  if (shell == "zsh")
    return zsh_script();
  if (shell == "fish")
    return fish_script();
  return powershell_script();
}

} // namespace tagdb::cli
