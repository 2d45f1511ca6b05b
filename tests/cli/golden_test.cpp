// What people and programs see, byte for byte: each case is a command line, its answer lies in
// golden/<name>.txt. After a change that is meant, TAGDB_UPDATE_GOLDEN=1 writes the files anew; read the diff
// before you commit it.
#include "cli_run.hpp"
#include "february.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <cstdlib>
#include <fstream>

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::Ran;

namespace {

struct Case {
  const char* name;
  std::vector<std::string> arguments;
};

const Case k_cases[] = {
    {"resolve", {"resolve", "ltsc2019"}},
    {"resolve-at", {"resolve", "ltsc2019", "--at", "2020-02-20"}},
    {"resolve-at-json", {"resolve", "ltsc2019", "--at", "2020-02-20", "--format", "json"}},
    {"resolve-between", {"resolve", "ltsc2019", "--at", "2020-02-15"}},
    {"resolve-between-json", {"resolve", "ltsc2019", "--at", "2020-02-15", "--format", "json"}},
    {"resolve-inferred", {"resolve", "ltsc2019", "--at", "2020-01-20"}},
    {"resolve-two-platforms", {"resolve", "nanoserver:1809"}},
    {"resolve-platform", {"resolve", "nanoserver:1809", "--platform", "windows/arm"}},
    {"resolve-bare-manifest", {"resolve", "1809-amd64"}},
    {"resolve-several", {"resolve", "KB4546852", "ltsc2018", "ltsc2016"}},
    {"resolve-several-json", {"resolve", "KB4546852", "ltsc2018", "ltsc2016", "--format", "json"}},
    {"resolve-unpullable", {"resolve", "10.0.17763.1039"}},
    {"resolve-revision", {"resolve", "ltsc2019", "--format", "revision"}},
    {"resolve-kb", {"resolve", "ltsc2019", "--format", "kb", "--at", "2020-02-15"}},
    {"resolve-ref", {"resolve", "ltsc2019", "--format", "ref"}},
    {"resolve-pull",
     {"resolve", "nanoserver:1809", "--format", "pull", "--platform", "windows/arm:10.0.17763"}},
    {"resolve-docker-arg", {"resolve", "ltsc2019", "--format", "docker-arg", "--arg", "WINDOWS"}},
    {"resolve-env", {"resolve", "ltsc2019", "--format", "env"}},
    {"resolve-github", {"resolve", "ltsc2019", "--format", "github"}},
    {"resolve-azure", {"resolve", "ltsc2019", "--format", "azure"}},
    {"history", {"history", "ltsc2019"}},
    {"history-json", {"history", "1809-amd64", "--format", "json"}},
    {"history-unpullable", {"history", "10.0.17763.1039"}},
    {"changes", {"changes"}},
    {"changes-json", {"changes", "--since", "2020-02-19", "--until", "2020-02-20", "--format", "json"}},
    {"list", {"list"}},
    {"list-floating", {"list", "--kind", "floating", "--repo", "servercore", "--at", "2020-02-20"}},
    {"list-json", {"list", "--build", "14393", "--format", "json"}},
    {"list-csv", {"list", "--repo", "windows/servercore", "--kind", "revision", "--format", "csv"}},
    {"diff", {"diff", "10.0.17763.973", "ltsc2019"}},
    {"diff-same", {"diff", "1809", "ltsc2019"}},
    {"diff-json", {"diff", "10.0.17763.973", "ltsc2019", "--format", "json"}},
    {"verify", {"verify"}},
    {"verify-json", {"verify", "--format", "json"}},
    {"config", {"config"}},
    {"config-json", {"config", "--format", "json"}},
    {"help", {"--help"}},
    {"help-resolve", {"resolve", "--help"}},
    {"help-sync", {"help", "sync"}},
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string transcript(const Case& one, const Ran& ran, const std::string& folder) {
  std::string text = "$ tagdb " + base::join(one.arguments, " ") + "\n" + ran.out;
  if (!ran.err.empty())
    text += "--- standard error\n" + ran.err;
  text += "--- exit " + std::to_string(ran.code) + "\n";
  return replaced(std::move(text), folder, "/home/me");
}

} // namespace

TEST_CASE("every answer is the golden one") {
  const test::TempDir folder;
  CliRun run;
  run.now = test::after_february();
  run.environment = {{"HOME", folder.path().string()}};
  std::filesystem::create_directories(folder / ".local/share/tagdb");
  test::record_february(folder / ".local/share/tagdb/tagdb.sqlite");

  const bool update = std::getenv("TAGDB_UPDATE_GOLDEN") != nullptr;
  for (const auto& one : k_cases) {
    // The columns of `config` are as wide as its paths: those must not depend on where temporary folders lie.
    run.environment["HOME"] = one.arguments.front() == "config" ? "/home/me" : folder.path().string();
    const auto text = transcript(one, run(one.arguments), folder.path().string());
    const auto path =
        std::filesystem::path(TAGDB_SOURCE_DIR) / "tests/cli/golden" / (std::string(one.name) + ".txt");
    if (update) {
      std::ofstream(path, std::ios::binary) << text;
      continue;
    }
    INFO("case " << one.name);
    REQUIRE(std::filesystem::exists(path));
    CHECK(text == test::slurp(path));
  }
}

TEST_CASE("no golden file is left over") {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(TAGDB_SOURCE_DIR) / "tests/cli/golden")) {
    const auto name = entry.path().stem().string();
    INFO(name);
    CHECK(std::any_of(std::begin(k_cases), std::end(k_cases),
                      [&](const Case& one) { return name == one.name; }));
  }
}
