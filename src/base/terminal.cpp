#include <tagdb/base/terminal.hpp>
#include <tagdb/base/text.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tagdb::base {

namespace {

int descriptor(Stream stream) {
  switch (stream) {
  case Stream::standard_input:
    return STDIN_FILENO;
  case Stream::standard_output:
    return STDOUT_FILENO;
  case Stream::standard_error:
    return STDERR_FILENO;
  }
  return STDERR_FILENO;
}

// The one global of the program: a signal handler has no other way to say anything.
volatile std::sig_atomic_t g_stop_requested = 0;

extern "C" void on_stop_signal(int) {
  g_stop_requested = 1;
  // The next one, whichever it is, finds the default action: the end.
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

} // namespace

bool is_terminal(Stream stream) {
  return ::isatty(descriptor(stream)) == 1;
}

std::optional<int> terminal_width(Stream stream) {
  struct winsize size {};
  if (::ioctl(descriptor(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return std::nullopt;
  return size.ws_col;
}

Result<bool> write_stream(Stream stream, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor(stream), text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EINTR)
      continue;
    if (errno == EPIPE)
      return false;
    return system_error(stream == Stream::standard_output ? "cannot write to standard output"
                                                          : "cannot write to standard error",
                        errno);
  }
  return true;
}

Result<std::string> read_standard_input(std::size_t max_bytes) {
  std::string text;
  std::array<char, 65536> buffer;
  while (true) {
    const auto got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got == 0)
      return text;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return system_error("cannot read standard input", errno);
    if (text.size() + static_cast<std::size_t>(got) > max_bytes)
      return Error(ErrorKind::usage, "standard input is longer than " + format_bytes(max_bytes));
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void catch_stop_signals() {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction before {};
    // Started with a signal ignored (nohup, a job in the background of a script): it stays ignored.
    if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN)
      continue;
    struct sigaction action {};
    action.sa_handler = on_stop_signal;
    action.sa_flags = SA_RESTART; // poll() and its like still return; reads and writes of files go on
    sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
  }
}

bool stop_requested() {
  return g_stop_requested != 0;
}

} // namespace tagdb::base
