#include "calendar_command.hpp"
#include "identify_command.hpp"
#include "layout_commands.hpp"
#include "mirror_command.hpp"
#include "sync_command.hpp"
#include "wait_command.hpp"
#include <tagdb/base/terminal.hpp>
#include <tagdb/cli/program.hpp>

#include <csignal>
#include <malloc.h>

int main(int argc, char** argv) {
  tagdb::base::catch_stop_signals();
  // A crawl goes on where the reader of its output went away.
  std::signal(SIGPIPE, SIG_IGN);
  // What the crawling thread allocates the writing one frees. With an arena for each thread that took a sixth
  // of the whole crawl's time, and more memory.
  mallopt(M_ARENA_MAX, 1);
  return tagdb::cli::run_program(argc, argv,
                                 {.sync = tagdb::remote::run_sync,
                                  .wait = tagdb::remote::run_wait,
                                  .calendar = tagdb::remote::run_calendar,
                                  .identify = tagdb::remote::run_identify,
                                  .mirror = tagdb::remote::run_mirror,
                                  .verify = tagdb::remote::run_verify_layout,
                                  .gc = tagdb::remote::run_gc});
}
