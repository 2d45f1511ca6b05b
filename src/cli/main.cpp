#include <tagdb/cli/program.hpp>

int main(int argc, char** argv) {
  return tagdb::cli::run_program(argc, argv, {});
}
