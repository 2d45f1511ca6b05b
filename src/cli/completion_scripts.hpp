#pragma once

#include <string>
#include <string_view>

namespace tagdb::cli {

/// The completion script of "bash", "zsh", "fish" or "powershell", made from the grammar of all commands.
std::string completion_script(std::string_view shell);

} // namespace tagdb::cli
