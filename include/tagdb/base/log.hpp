#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace tagdb::base {

/// How much is said on standard error. Errors are always said.
enum class LogLevel : std::uint8_t {
  error,   ///< -q: only what ends the command
  warning, ///< default: what the user should know, one line each
  info,    ///< -v: what is being done
  debug,   ///< -vv: each request and decision, without secrets
};

/// Where words for people go. Thread-safe. Passed in, never global.
class Log {
 public:
  /// Where a finished line goes, without its newline; the default writes to standard error.
  using Sink = std::function<void(LogLevel, std::string_view line)>;

  explicit Log(LogLevel level = LogLevel::warning, Sink sink = {});

  bool enabled(LogLevel level) const { return level <= m_level; }
  void error(std::string_view line) { write(LogLevel::error, line); }
  void warning(std::string_view line) { write(LogLevel::warning, line); }
  /// As warning(), but each text only once in this run: servers repeat themselves.
  void warning_once(std::string_view line);
  void info(std::string_view line) { write(LogLevel::info, line); }
  void debug(std::string_view line) { write(LogLevel::debug, line); }

 private:
  void write(LogLevel level, std::string_view line);

  LogLevel m_level;
  Sink m_sink;
  std::mutex m_mutex;
  std::set<std::string, std::less<>> m_said;
};

} // namespace tagdb::base
