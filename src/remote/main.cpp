#include "sync_command.hpp"
#include <tagdb/base/terminal.hpp>
#include <tagdb/cli/program.hpp>

#include <csignal>

int main(int argc, char** argv) {
  tagdb::base::catch_stop_signals();
  // A crawl goes on where the reader of its output went away.
  std::signal(SIGPIPE, SIG_IGN);
  return tagdb::cli::run_program(argc, argv, {.sync = tagdb::remote::run_sync});
}
