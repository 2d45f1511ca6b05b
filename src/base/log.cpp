#include <tagdb/base/log.hpp>
#include <tagdb/base/text.hpp>

#include <unistd.h>

namespace tagdb::base {

namespace {

/// Longer lines are somebody else's text.
constexpr std::size_t k_line_bytes = 4096;
/// A server that varies its warnings must not fill the memory or the screen.
constexpr std::size_t k_different_warnings = 1000;

void to_standard_error(LogLevel level, std::string_view line) {
  std::string text;
  if (level == LogLevel::error)
    text = "error: ";
  else if (level == LogLevel::warning)
    text = "warning: ";
  text += line;
  text += '\n';
  // One write for the whole line: several processes may share the terminal. Where standard error is gone,
  // nobody listens.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

Log::Log(LogLevel level, Sink sink)
    : m_level(level), m_sink(sink ? std::move(sink) : Sink(to_standard_error)) {}

void Log::warning_once(std::string_view line) {
  {
    const std::lock_guard lock(m_mutex);
    if (m_said.size() > k_different_warnings || !m_said.emplace(line).second)
      return;
    if (m_said.size() > k_different_warnings)
      line = "more warnings of this kind are not shown";
  }
  write(LogLevel::warning, line);
}

void Log::write(LogLevel level, std::string_view line) {
  if (!enabled(level))
    return;
  const std::string safe = escape_untrusted(line, k_line_bytes);
  const std::lock_guard lock(m_mutex);
  m_sink(level, safe);
}

} // namespace tagdb::base
