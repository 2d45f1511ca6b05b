#pragma once

#include <tagdb/base/result.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::base {

/// What a finished program left behind.
struct ProcessOutput {
  int exit_code = 0; ///< 128 + signal number where it died of one
  std::string standard_output;
  std::string standard_error;
};

/// Runs a program (looked up in PATH, no shell) with `input` on its standard input, and waits for it.
/// Failure: it could not be started, ran past `timeout` (it is killed, its process group with it) or printed
/// more than 1 MiB. An exit code other than 0 is not a failure here.
Result<ProcessOutput> run_process(const std::vector<std::string>& argv, std::string_view input,
                                  std::chrono::milliseconds timeout);

/// Where the file of this very program lies, symbolic links resolved.
Result<std::filesystem::path> own_program();

/// Becomes another program: same process, same files and environment, `argv[0]` its name. Returns only where
/// that fails.
Error replace_process(const std::filesystem::path& program, const std::vector<std::string>& argv);

} // namespace tagdb::base
