#include "cli_run.hpp"
#include "support/catch.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"

#include <fstream>

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::contains;

namespace {

constexpr const char* k_docker =
    "docker: no matching manifest for windows/amd64 10.0.17763 in the manifest list entries.\n";

} // namespace

TEST_CASE("an error is taken from wherever it is") {
  const test::TempDir folder;
  std::ofstream(folder / "error.log") << k_docker;
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    std::string input;
  };
  const Case cases[] = {
      {"an argument", {"explain", k_docker}, ""},
      {"words without quotes",
       {"explain", "no", "matching", "manifest", "for", "windows/amd64", "10.0.17763"},
       ""},
      {"standard input", {"explain"}, k_docker},
      {"standard input by name", {"explain", "-"}, k_docker},
      {"a file", {"explain", (folder / "error.log").string()}, ""},
      {"a file by its mark", {"explain", "@" + (folder / "error.log").string()}, ""},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CliRun run;
    run.environment = {{"HOME", folder.path().string()}};
    run.input = each.input;
    const auto ran = run(each.arguments);
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    CHECK(contains(ran.out, "noMatchingManifest"));
    CHECK(contains(ran.out, "tagdb compat --host 10.0.17763 --image IMAGE\n"));
    CHECK(contains(ran.out, "pause image"));
  }
}

TEST_CASE("what explain cannot explain") {
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    std::string input;
    int code;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"another error", {"explain", "No such container: x"}, "", 3, {"no error in this text", "0xC0370101"}},
      {"nothing at all", {"explain"}, "", 3, {"no error in this text"}},
      {"a file that is not there", {"explain", "@/none/error.log"}, "", 3, {"there is no file"}},
      {"too much", {"explain"}, std::string((8u << 20) + 1, 'x'), 2, {"too long"}},
      {"a format of another", {"explain", "x", "--format", "csv"}, "", 2, {"text, json"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CliRun run;
    run.input = each.input;
    const auto ran = run(each.arguments);
    test::check_refused(ran, each.code, each.words);
  }
}

TEST_CASE("on a terminal somebody is told what to do") {
  CliRun run;
  run.terminal = true;
  run.input = "0xc0370101";
  const auto ran = run({"explain", "--color", "never"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "Ctrl-D"));
  CHECK(contains(ran.out, "osMismatch"));
}

TEST_CASE("an image's name from outside is printed as text") {
  CliRun run;
  const auto ran =
      run({"explain", "windows/servercore:ltsc2022\033[31m: no matching manifest for windows/amd64"});
  CHECK(ran.code == 0);
  CHECK_FALSE(contains(ran.out, "\033"));
}
