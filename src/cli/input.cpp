#include "input.hpp"

#include <tagdb/base/file.hpp>
#include <tagdb/base/text.hpp>

#include <filesystem>

namespace tagdb::cli {

namespace {

constexpr std::size_t k_most_bytes = 8u << 20;

base::Result<std::string> read_named(const std::filesystem::path& path) {
  std::error_code ignored;
  // Asked before, because a file that is too large is a mistake of who typed, not a fault.
  if (std::filesystem::is_regular_file(path, ignored) &&
      std::filesystem::file_size(path, ignored) > k_most_bytes)
    return base::Error(base::ErrorKind::usage, base::escape_untrusted(path.string()) +
                                                   " is larger than 8 MiB: that is no text to paste");
  TAGDB_TRY_ASSIGN(auto bytes, base::read_file(path, k_most_bytes));
  if (!bytes)
    return base::Error(base::ErrorKind::not_found,
                       "there is no file " + base::escape_untrusted(path.string()));
  return *std::move(bytes);
}

} // namespace

std::string input_name(std::string_view argument) {
  if (argument == "-")
    return "standard input";
  if (argument.starts_with('@'))
    argument.remove_prefix(1);
  return base::escape_untrusted(argument);
}

base::Result<std::optional<std::string>> Input::read(std::string_view argument, bool bare_files) {
  if (argument == "-") {
    if (m_used)
      return base::Error(base::ErrorKind::usage, "standard input can be read once only",
                         "put one of the texts into a file and name it with @FILE");
    m_used = true;
    TAGDB_TRY_ASSIGN(auto bytes, m_session.read_input(k_most_bytes));
    return std::optional(std::move(bytes));
  }
  std::error_code ignored;
  const bool marked = argument.starts_with('@');
  if (!marked && !(bare_files && std::filesystem::exists(argument, ignored)))
    return std::optional<std::string>();
  if (marked)
    argument.remove_prefix(1);
  TAGDB_TRY_ASSIGN(auto bytes, read_named(argument));
  return std::optional(std::move(bytes));
}

} // namespace tagdb::cli
