#include <tagdb/base/file.hpp>
#include <tagdb/base/process.hpp>
#include <tagdb/base/terminal.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tagdb::base {

namespace {

constexpr std::size_t k_max_output = 1u << 20;

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return system_error("cannot make a pipe", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void make_non_blocking(const Fd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

/// Keeps SIGPIPE away from this thread: a program that does not read its input must not end ours.
class SigpipeBlock {
 public:
  SigpipeBlock() {
    sigemptyset(&m_pipe);
    sigaddset(&m_pipe, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    m_was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
  }
  ~SigpipeBlock() {
    const timespec no_time{};
    if (!m_was_pending)
      while (sigtimedwait(&m_pipe, nullptr, &no_time) == -1 && errno == EINTR) {
      }
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
  }
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;
  const sigset_t& before() const { return m_before; }

 private:
  sigset_t m_pipe{};
  sigset_t m_before{};
  bool m_was_pending = false;
};

/// By its number: glibc 2.36 declares pidfd_open without extern "C", and a C++ program cannot link it.
int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

/// A started program. It never outlives this object: it is killed with its group, and reaped.
class Child {
 public:
  explicit Child(pid_t pid) : m_pid(pid), m_pidfd(open_pidfd(pid)) {}
  ~Child() {
    if (!m_reaped) {
      ::kill(-m_pid, SIGKILL);
      while (::waitpid(m_pid, nullptr, 0) == -1 && errno == EINTR) {
      }
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Becomes readable when the program ends; -1 on a kernel that has no such thing.
  int pidfd() const { return m_pidfd.get(); }

  /// Its exit code once it has ended.
  std::optional<int> poll_exit() {
    int status = 0;
    if (m_reaped || ::waitpid(m_pid, &status, WNOHANG) != m_pid)
      return std::nullopt;
    m_reaped = true;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t m_pid;
  Fd m_pidfd;
  bool m_reaped = false;
};

class SpawnAttributes {
 public:
  explicit SpawnAttributes(const sigset_t& mask) {
    posix_spawnattr_init(&m_attributes);
    // A process group of its own, so that a timeout also ends what the program started; and the signals as
    // they were before we blocked one.
    posix_spawnattr_setflags(&m_attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&m_attributes, 0);
    posix_spawnattr_setsigmask(&m_attributes, &mask);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&m_attributes, &defaults);
    posix_spawn_file_actions_init(&m_actions);
  }
  ~SpawnAttributes() {
    posix_spawn_file_actions_destroy(&m_actions);
    posix_spawnattr_destroy(&m_attributes);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;

  void connect(const Fd& ours, int theirs) {
    posix_spawn_file_actions_adddup2(&m_actions, ours.get(), theirs);
  }
  const posix_spawn_file_actions_t* actions() const { return &m_actions; }
  const posix_spawnattr_t* attributes() const { return &m_attributes; }

 private:
  posix_spawnattr_t m_attributes;
  posix_spawn_file_actions_t m_actions;
};

/// Takes what the pipe has now; closes it at its end. False where it is too much.
bool drain(Fd& fd, std::string& into) {
  std::array<char, 16384> buffer;
  while (fd.valid()) {
    const auto got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got > 0)
      into.append(buffer.data(), static_cast<std::size_t>(got));
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
      fd.close();
    else if (errno == EAGAIN)
      break;
    if (into.size() > k_max_output)
      return false;
  }
  return true;
}

void feed(Fd& fd, std::string_view& input) {
  while (!input.empty()) {
    const auto written = ::write(fd.get(), input.data(), input.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0 && errno == EAGAIN)
      return;
    if (written < 0) // it does not want its input; whether that matters, its exit code says
      break;
    input.remove_prefix(static_cast<std::size_t>(written));
  }
  fd.close();
}

} // namespace

Result<ProcessOutput> run_process(const std::vector<std::string>& argv, std::string_view input,
                                  std::chrono::milliseconds timeout) {
  if (argv.empty() || argv.front().empty())
    return Error(ErrorKind::usage, "no program to run");
  const auto& name = argv.front();
  TAGDB_TRY_ASSIGN(Pipe to_child, make_pipe());
  TAGDB_TRY_ASSIGN(Pipe from_child, make_pipe());
  TAGDB_TRY_ASSIGN(Pipe errors, make_pipe());

  const SigpipeBlock sigpipe;
  SpawnAttributes spawn(sigpipe.before());
  spawn.connect(to_child.read, STDIN_FILENO);
  spawn.connect(from_child.write, STDOUT_FILENO);
  spawn.connect(errors.write, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& argument : argv)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  if (const int failure =
          ::posix_spawnp(&pid, name.c_str(), spawn.actions(), spawn.attributes(), arguments.data(), environ))
    return system_error(fmt::format("cannot run {}", name), failure);
  Child child(pid);
  to_child.read.close();
  from_child.write.close();
  errors.write.close();
  for (const Fd* fd : {&to_child.write, &from_child.read, &errors.read})
    make_non_blocking(*fd);

  ProcessOutput output;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  feed(to_child.write, input);
  for (;;) {
    // Its exit ends the run, not the end of its output: what it left running in the background (an agent) may
    // hold the pipes open for hours.
    const auto exit_code = child.poll_exit();
    if (!drain(from_child.read, output.standard_output) || !drain(errors.read, output.standard_error))
      return Error(ErrorKind::internal, fmt::format("{} printed more than 1 MiB", name));
    if (exit_code) {
      output.exit_code = *exit_code;
      return output;
    }
    if (stop_requested())
      return Error(ErrorKind::interrupted, fmt::format("stopped while {} was running", name));
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0)
      return Error(ErrorKind::internal, fmt::format("{} did not finish within {} ms", name, timeout.count()));
    std::array<pollfd, 4> waits = {{{child.pidfd(), POLLIN, 0},
                                    {to_child.write.get(), POLLOUT, 0},
                                    {from_child.read.get(), POLLIN, 0},
                                    {errors.read.get(), POLLIN, 0}}};
    // Without a pidfd its exit is noticed by asking.
    constexpr std::int64_t k_ask_ms = 20;
    constexpr std::int64_t k_longest_ms = 1000;
    const auto wait = std::min<std::int64_t>(left.count(), child.pidfd() < 0 ? k_ask_ms : k_longest_ms);
    if (::poll(waits.data(), waits.size(), static_cast<int>(wait)) > 0 && waits[1].revents != 0)
      feed(to_child.write, input);
  }
}

Result<std::filesystem::path> own_program() {
  std::error_code problem;
  auto path = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (problem)
    return system_error("cannot tell where this program lies (/proc/self/exe)", problem.value());
  return path;
}

Error replace_process(const std::filesystem::path& program, const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (const auto& word : argv)
    pointers.push_back(const_cast<char*>(word.c_str())); // execv promises not to write there
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  return system_error("cannot start " + program.string(), errno);
}

} // namespace tagdb::base
