#pragma once

#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"
#include "world.hpp"
#include <tagdb/base/text.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tagdb::test {

/// The streams as a test sees them; standard output may be a full disk.
class FakeStreams final : public cli::Streams {
 public:
  void out(std::string_view text) override {
    if (full) {
      m_failure =
          base::Error(base::ErrorKind::internal, "cannot write to standard output: No space left on device");
      return;
    }
    standard_output += text;
  }
  void err(std::string_view text) override { standard_error += text; }
  base::Result<std::string> in(std::size_t max_bytes) override {
    if (standard_input.size() > max_bytes)
      return base::Error(base::ErrorKind::usage, "standard input is too long");
    return standard_input;
  }
  bool is_terminal(base::Stream) const override { return terminal; }
  const std::optional<base::Error>& failure() const override { return m_failure; }

  std::string standard_input, standard_output, standard_error;
  bool terminal = false;
  bool full = false;

 private:
  std::optional<base::Error> m_failure;
};

/// What a run of the program left behind.
struct Ran {
  int code = 0;
  std::string out, err;
  std::vector<std::string> started; ///< arguments of the tagdb-remote that was started; empty: none was
};

/// Runs the program in a world of the test's own: no variable, file or clock of whoever runs the tests is
/// seen.
struct CliRun {
  base::Instant now = ManualClock().now();
  std::map<std::string, std::string, std::less<>> environment;
  cli::Carriers carriers;
  std::string input; ///< what is piped in
  bool terminal = false;
  bool full_disk = false;

  Ran operator()(std::vector<std::string> arguments) const {
    const ManualClock clock(now);
    FakeStreams streams;
    streams.standard_input = input;
    streams.terminal = terminal;
    streams.full = full_disk;
    Ran ran;
    const cli::World world{std::move(arguments),
                           [this](std::string_view name) -> std::optional<std::string> {
                             const auto found = environment.find(name);
                             if (found == environment.end() || found->second.empty())
                               return std::nullopt;
                             return found->second;
                           },
                           clock, streams,
                           [&ran](const std::vector<std::string>& passed) {
                             ran.started = passed;
                             return base::Error(base::ErrorKind::internal, "the test starts no program");
                           }};
    ran.code = cli::run(world, carriers);
    ran.out = std::move(streams.standard_output);
    ran.err = std::move(streams.standard_error);
    return ran;
  }
};

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A refusal: this exit code, nothing that a pipeline could take for an answer, and each of these words in
/// what is said.
inline void check_refused(const Ran& ran, int code, const std::vector<std::string>& words) {
  CHECK(ran.code == code);
  CHECK(ran.out.empty());
  for (const auto& word : words) {
    INFO(word << " in " << ran.err);
    CHECK(contains(ran.err, word));
  }
}

/// A home in which nothing was ever done: no database, no configuration.
struct FreshHome {
  TempDir folder;
  CliRun run;
  explicit FreshHome(std::string_view now = "2026-11-20T06:00:00Z") {
    run.now = instant(now);
    run.environment = {{"HOME", folder.path().string()}};
  }
};

} // namespace tagdb::test
