#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/program.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tagdb::cli {

/// What a command is given to read beside its arguments: files, and standard input, which is there once.
/// At most 8 MiB each: more is no paste but a mistake.
class Input {
 public:
  explicit Input(const Session& session) : m_session(session) {}

  /// "-" is standard input, "@FILE" a file (a bare "FILE" too, where `bare_files` and it exists); nothing
  /// where the argument is neither: it is a value. Failure: not_found for a file that is not there, usage for
  /// standard input that was read before and for what is too large.
  base::Result<std::optional<std::string>> read(std::string_view argument, bool bare_files = false);

 private:
  const Session& m_session;
  bool m_used = false;
};

/// What a sentence calls an argument of Input::read: "standard input", or the file.
std::string input_name(std::string_view argument);

} // namespace tagdb::cli
