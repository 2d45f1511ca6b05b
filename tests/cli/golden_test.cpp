// What people and programs see, byte for byte: each case is a command line, its answer lies in
// golden/<name>.txt. After a change that is meant, TAGDB_UPDATE_GOLDEN=1 writes the files anew; read the diff
// before you commit it.
#include "february.hpp"
#include "golden.hpp"

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::GoldenCase;

namespace {

const GoldenCase k_cases[] = {
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

} // namespace

TEST_CASE("every answer is the golden one") {
  const test::TempDir folder;
  CliRun run;
  run.now = test::after_february();
  run.environment = {{"HOME", folder.path().string()}};
  std::filesystem::create_directories(folder / ".local/share/tagdb");
  test::record_february(folder / ".local/share/tagdb/tagdb.sqlite");

  for (const auto& one : k_cases) {
    // The columns of `config` are as wide as its paths: those must not depend on where temporary folders lie.
    run.environment["HOME"] = one.arguments.front() == "config" ? "/home/me" : folder.path().string();
    check_golden("golden", one, run(one.arguments), folder.path().string());
  }
}

TEST_CASE("no golden file is left over") {
  test::check_nothing_left_over("golden", k_cases);
}
