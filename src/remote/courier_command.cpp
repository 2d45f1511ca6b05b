#include "courier.hpp"
#include <tagdb/base/process.hpp>
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagdb::remote {

namespace {

constexpr std::size_t k_line_bytes = 400;
/// Of what a failed command printed: its end says why.
constexpr std::size_t k_last_lines = 10;

class CommandCourier final : public Courier {
 public:
  CommandCourier(base::Secret command, std::chrono::seconds timeout, base::Log& log)
      : m_command(std::move(command)), m_timeout(timeout), m_log(log) {}

  base::Status deliver(std::string_view document) override {
    const auto ended = base::run_process({"/bin/sh", "-c", m_command.reveal()}, document, m_timeout);
    if (!ended) {
      if (ended.error().kind() == base::ErrorKind::interrupted)
        return base::Error(base::ErrorKind::interrupted, "stopped while it was running");
      return ended.error();
    }
    const bool failed = ended->exit_code != 0;
    say(ended->standard_output, failed);
    say(ended->standard_error, failed);
    if (failed)
      return base::Error(base::ErrorKind::internal, fmt::format("exit code {}", ended->exit_code));
    return {};
  }

 private:
  void say(std::string_view text, bool failed) {
    auto lines = base::split(text, '\n');
    std::erase_if(lines, [](std::string_view line) { return base::trim(line).empty(); });
    if (lines.size() > k_last_lines)
      lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(k_last_lines));
    for (const auto line : lines) {
      const std::string said = "on-change: " + base::escape_untrusted(line, k_line_bytes);
      failed ? m_log.warning(said) : m_log.info(said);
    }
  }

  base::Secret m_command;
  std::chrono::seconds m_timeout;
  base::Log& m_log;
};

} // namespace

std::unique_ptr<Courier> make_command_courier(base::Secret command, std::chrono::seconds timeout,
                                              base::Log& log) {
  return std::make_unique<CommandCourier>(std::move(command), timeout, log);
}

} // namespace tagdb::remote
