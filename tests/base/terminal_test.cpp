#include "support/catch.hpp"
#include <tagdb/base/file.hpp>
#include <tagdb/base/terminal.hpp>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tagdb::base;

namespace {

/// Runs `work` in a child, since signal handling belongs to a whole process; gives back its wait status.
template <class Work>
int status_of(Work work) {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0)
    ::_exit(work());
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return status;
}

/// Whatever the test runner itself ignores or handles.
void default_signals() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

} // namespace

TEST_CASE("a pipe is no terminal and has no width") {
  const int status = status_of([] {
    int ends[2];
    if (::pipe(ends) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0)
      return 1;
    return is_terminal(Stream::standard_output) || terminal_width(Stream::standard_output) ? 2 : 0;
  });
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("standard input is read whole, and refused where it is too long") {
  struct Case {
    const char* name;
    std::size_t max;
    int expected;
  };
  const Case cases[] = {{"it fits", 11, 0}, {"a byte too long", 10, 2}};
  for (const auto& each : cases) {
    INFO(each.name);
    const int status = status_of([&] {
      int ends[2];
      if (::pipe(ends) != 0 || ::dup2(ends[0], STDIN_FILENO) < 0 ||
          ::write(ends[1], "hello\0world", 11) != 11)
        return 4;
      ::close(ends[1]);
      const auto text = read_standard_input(each.max);
      if (!text)
        return text.error().kind() == ErrorKind::usage ? 2 : 3;
      return *text == std::string_view("hello\0world", 11) ? 0 : 1;
    });
    CHECK(WEXITSTATUS(status) == each.expected);
  }
}

TEST_CASE("the first signal asks, the second ends") {
  for (const int first : {SIGINT, SIGTERM}) {
    const int asked = status_of([&] {
      default_signals();
      catch_stop_signals();
      if (stop_requested())
        return 1;
      ::raise(first);
      return stop_requested() ? 0 : 2;
    });
    CHECK(WIFEXITED(asked));
    CHECK(WEXITSTATUS(asked) == 0);
    const int ended = status_of([&] {
      default_signals();
      catch_stop_signals();
      ::raise(first);
      ::raise(SIGINT);
      return 0;
    });
    REQUIRE(WIFSIGNALED(ended));
    CHECK(WTERMSIG(ended) == SIGINT);
  }
}

TEST_CASE("what was ignored stays ignored") {
  const int status = status_of([] {
    default_signals();
    std::signal(SIGINT, SIG_IGN);
    catch_stop_signals();
    ::raise(SIGINT);
    return stop_requested() ? 1 : 0;
  });
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("what is written arrives whole, and both ways to fail are told apart") {
  const int status = status_of([] {
    std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    if (::pipe(ends) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0 || ::close(ends[1]) != 0)
      return 1;
    const auto written = write_stream(Stream::standard_output, "an answer\n");
    char bytes[32];
    if (!written || !*written || ::read(ends[0], bytes, sizeof bytes) != 10)
      return 2;
    ::close(ends[0]);
    const auto nobody = write_stream(Stream::standard_output, "an answer\n");
    return nobody && !*nobody ? 0 : 3;
  });
  CHECK(WEXITSTATUS(status) == 0);

  const int full = status_of([] {
    const int device = ::open("/dev/full", O_WRONLY);
    if (device < 0 || ::dup2(device, STDOUT_FILENO) < 0)
      return 1;
    const auto written = write_stream(Stream::standard_output, "an answer\n");
    return !written && written.error().kind() == ErrorKind::internal ? 0 : 2;
  });
  CHECK(WEXITSTATUS(full) == 0);
}
