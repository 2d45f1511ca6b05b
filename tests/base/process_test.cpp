#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/process.hpp>
#include <tagdb/base/text.hpp>

#include <cerrno>
#include <signal.h>
#include <sys/wait.h>

using namespace tagdb::base;
using namespace std::chrono_literals;

namespace {

// Nothing here waits this long; it only keeps a broken build from hanging.
constexpr auto k_patience = 60s;

Result<ProcessOutput> shell(const std::string& script, std::string_view input = {},
                            std::chrono::milliseconds timeout = k_patience) {
  return run_process({"sh", "-c", script}, input, timeout);
}

} // namespace

TEST_CASE("input, output and exit code come through") {
  const auto output = shell("cat; echo problem >&2; exit 7", "hello");
  REQUIRE(output);
  CHECK(output->standard_output == "hello");
  CHECK(output->standard_error == "problem\n");
  CHECK(output->exit_code == 7);
}

TEST_CASE("arguments are not looked at by a shell") {
  const auto output = run_process({"printf", "%s|", "a b", "$(id)", "*"}, "", k_patience);
  REQUIRE(output);
  CHECK(output->standard_output == "a b|$(id)|*|");
}

TEST_CASE("more than a pipe holds goes both ways at once") {
  const std::string large(900'000, 'x');
  const auto output = shell("cat", large);
  REQUIRE(output);
  CHECK(output->standard_output == large);
}

TEST_CASE("a program that ignores its input does not end us") {
  const auto output = shell("exit 3", std::string(1'000'000, 'x'));
  REQUIRE(output);
  CHECK(output->exit_code == 3);
}

TEST_CASE("death by a signal is told as shells tell it") {
  CHECK(shell("kill -9 $$")->exit_code == 137);
}

TEST_CASE("what cannot be started is said") {
  for (const auto& argv : {std::vector<std::string>{"tagdb-no-such-program"}, {"/"}, {""}, {}}) {
    const auto output = run_process(argv, "", k_patience);
    CHECK_FALSE(output);
  }
}

TEST_CASE("too slow: it is killed, and what it started with it") {
  const tagdb::test::TempDir dir;
  const auto pid_file = (dir / "pid").string();
  // A loaded machine may need longer before the script has said whom it started.
  for (const auto timeout : {500ms, 4000ms, 30000ms}) {
    const auto output = shell("sleep 600 & echo $! > " + pid_file + "; wait", "", timeout);
    REQUIRE_FALSE(output);
    CHECK(output.error().message().find("did not finish") != std::string::npos);
    if (std::filesystem::exists(pid_file) && !std::filesystem::is_empty(pid_file))
      break;
  }
  const auto pid = parse_number(trim(tagdb::test::slurp(pid_file)));
  REQUIRE(pid);
  // Killed is what matters; who reaps the orphan, and when, is up to init. Gone or a zombie: it no longer
  // runs.
  std::string state = "Z";
  for (int i = 0; i < 1'000'000; ++i) {
    const auto stat = "/proc/" + std::to_string(*pid) + "/stat";
    if (::kill(static_cast<pid_t>(*pid), 0) != 0)
      break;
    try {
      state = tagdb::test::slurp(stat);
      state = state.substr(state.rfind(')') + 2, 1);
    } catch (const std::exception&) {
      state = "Z";
    }
    if (state == "Z" || state == "X")
      break;
  }
  CHECK((::kill(static_cast<pid_t>(*pid), 0) != 0 || state == "Z" || state == "X"));
}

TEST_CASE("an agent left in the background does not hold us up") {
  const tagdb::test::TempDir dir;
  const auto pid_file = (dir / "pid").string();
  const auto output = shell("sleep 600 & echo $! > " + pid_file + "; echo done");
  const auto pid = parse_number(trim(tagdb::test::slurp(pid_file)));
  REQUIRE(pid);
  ::kill(static_cast<pid_t>(*pid), SIGKILL);
  REQUIRE(output);
  CHECK(output->standard_output == "done\n");
}

TEST_CASE("endless output is cut short") {
  const auto output = shell("yes");
  REQUIRE_FALSE(output);
  CHECK(output.error().message().find("1 MiB") != std::string::npos);
}

TEST_CASE("no child is left behind") {
  (void)shell("true");
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("this program knows where it lies") {
  const auto path = own_program();
  REQUIRE(path);
  CHECK(path->filename() == "tagdb_base_tests");
}

TEST_CASE("a program that is not there cannot be become") {
  const auto error = replace_process("/nonexistent/tagdb-remote", {"tagdb-remote", "sync"});
  CHECK(error.kind() == ErrorKind::internal);
  CHECK(error.message().find("/nonexistent/tagdb-remote") != std::string::npos);
}
