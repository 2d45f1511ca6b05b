#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tagdb::store {
class Reader;
}

namespace tagdb::cli {

class Streams;

/// What a command runs with.
struct Session {
  const GlobalOptions& options;
  const base::Clock& clock;
  base::Log& log;
  Streams* streams = nullptr; ///< where it prints; null: the process's own standard output and error
  bool color = false;         ///< standard output takes colours
  bool error_color = false;   ///< standard error does

  bool json() const { return options.format == "json"; }
  /// Writes to standard output, the answer's only place. Where its reader went away (EPIPE) the rest is
  /// dropped quietly, and the command goes on: a crawl is not stopped by a pager. Any other failure (disk
  /// full) ends the program with exit code 1 after the command.
  void print(std::string_view text) const;
  /// All of standard input: what was piped in, or `-` where a file may be named. Failure: usage where it is
  /// longer than `max_bytes`, internal where it cannot be read.
  base::Result<std::string> read_input(std::size_t max_bytes) const;
  /// Writes to standard error as it stands: progress. Warnings and what is logged go through `log`.
  void print_error(std::string_view text) const;
};

/// Commands that carry, as the program that links them hands them over. Each returns the exit code (0, 8, …),
/// or the error that ended it.
struct Carriers {
  std::function<base::Result<int>(const Session&, const SyncOptions&)> sync{};
  std::function<base::Result<int>(const Session&, const WaitOptions&)> wait{};
  /// Only for years that need a time zone.
  std::function<base::Result<int>(const Session&, const CalendarOptions&)> calendar{};
  /// Only with --online.
  std::function<base::Result<int>(const Session&, const IdentifyOptions&)> identify{};
  /// With the database where it said which images are meant, else null.
  std::function<base::Result<int>(const Session&, const MirrorOptions&, const store::Reader*)> mirror{};
  /// Of a layout; the database is verified without.
  std::function<base::Result<int>(const Session&, const LayoutOptions&)> verify{};
  std::function<base::Result<int>(const Session&, const LayoutOptions&)> gc{};
};

/// The whole program: parses the command line against the grammar of all commands, merges the options, runs
/// the command, prints errors, returns the exit code. `tagdb` passes no carriers: for a command that carries
/// it then starts tagdb-remote with the same arguments.
int run_program(int argc, char** argv, const Carriers& carriers);

/// Prints an error the way every command does: a sentence and a hint on standard error, or with `--format
/// json` one document; returns its exit code.
int report_error(const Session& session, const base::Error& error);

} // namespace tagdb::cli
