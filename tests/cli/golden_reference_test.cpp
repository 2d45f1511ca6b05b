// What a fresh binary answers, byte for byte: no database, the built-in reference alone.
// golden-reference/<name>.txt (see golden.hpp).
#include "golden.hpp"
#include "support/record_builder.hpp"

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::GoldenCase;

namespace {

const GoldenCase k_cases[] = {
    {"at", {"resolve", "ltsc2019", "--at", "2020-02-20"}},
    {"at-json", {"resolve", "ltsc2019", "--at", "2020-02-20", "--format", "json"}},
    {"at-revision", {"resolve", "ltsc2019", "--at", "2020-02-20", "--format", "revision"}},
    {"at-kb", {"resolve", "ltsc2019", "--at", "2020-02-20", "--format", "kb"}},
    {"at-digest", {"resolve", "ltsc2019", "--at", "2020-02-20", "--format", "digest"}},
    {"at-ref", {"resolve", "ltsc2019", "--at", "2020-02-20", "--format", "ref"}},
    {"at-env", {"resolve", "ltsc2019", "--at", "2020-02-20", "--format", "env"}},
    {"at-label", {"resolve", "ltsc2019", "--at", "2020-02 B"}},
    {"at-oob-label", {"resolve", "1909", "--at", "2020-03 OOB"}},
    {"at-label-without-year", {"resolve", "ltsc2019", "--at", "2B"}},
    {"at-label-in-the-future", {"resolve", "ltsc2019", "--at", "2026-12B"}},
    {"at-no-such-label", {"resolve", "ltsc2019", "--at", "2017-02B"}},
    {"at-incident", {"resolve", "ltsc2019", "--at", "2025-04-15"}},
    {"at-platform", {"resolve", "ltsc2019", "--at", "2020-02-20", "--platform", "windows/amd64"}},
    {"at-other-platform", {"resolve", "ltsc2019", "--at", "2020-02-20", "--platform", "windows/arm64"}},
    {"at-evidence", {"resolve", "ltsc2019", "--at", "2020-02-20", "--evidence", "inferred"}},
    {"now", {"resolve", "nanoserver:1809"}},
    {"now-ended", {"resolve", "1803"}},
    {"now-revision", {"resolve", "ltsc2019", "--format", "revision"}},
    {"now-github", {"resolve", "ltsc2019", "--format", "github"}},
    {"now-freshness-fail", {"resolve", "ltsc2019", "--freshness", "fail"}},
    {"now-freshness-ignore", {"resolve", "ltsc2019", "--freshness", "ignore"}},
    {"now-max-data-age", {"resolve", "KB4546852", "--max-data-age", "7d"}},
    {"kb", {"resolve", "KB4546852"}},
    {"kb-json", {"resolve", "KB4546852", "--format", "json"}},
    {"kb-of-two-builds", {"resolve", "KB4546853"}},
    {"kb-tag", {"resolve", "1809-KB4546852"}},
    {"revision", {"resolve", "17763.1040"}},
    {"host-only", {"resolve", "17763.1554"}},
    {"host-only-json", {"resolve", "17763.1554", "--format", "json"}},
    {"host-only-revision", {"resolve", "17763.1554", "--at", "2021-01-01", "--format", "revision"}},
    {"host-only-env", {"resolve", "17763.1554", "--format", "env"}},
    {"superseded", {"resolve", "17763.1039"}},
    {"superseded-json", {"resolve", "17763.1039", "--format", "json"}},
    {"unknown-tag", {"resolve", "ltsc2018"}},
    {"unknown-revision", {"resolve", "17763.1041"}},
    {"unknown-repository", {"resolve", "windows/servercore/iis:latest"}},
    {"other-registry", {"resolve", "harbor.corp/windows/servercore:ltsc2019"}},
    {"several-json",
     {"resolve", "ltsc2019", "nosuchtag", "17763.1554", "--at", "2022-01-01", "--format", "json"}},
    {"list", {"list", "--featured"}},
    {"named-database", {"resolve", "ltsc2019", "--db", "/no/such/place/tagdb.sqlite"}},
};

} // namespace

TEST_CASE("without a database the reference answers, and every answer is the golden one") {
  const test::TempDir folder;
  CliRun run;
  run.now = test::instant("2026-11-20T06:00:00Z");
  run.environment = {{"HOME", folder.path().string()}};
  for (const auto& one : k_cases)
    check_golden("golden-reference", one, run(one.arguments), folder.path().string());
  CHECK(std::filesystem::is_empty(folder.path())); // no answer makes a database
}

TEST_CASE("a format of one value prints the answer or nothing, whatever is known") {
  const test::TempDir folder;
  CliRun run;
  run.now = test::instant("2026-11-20T06:00:00Z");
  run.environment = {{"HOME", folder.path().string()}};
  for (const std::string reference :
       {"ltsc2019", "nanoserver:1809", "KB4546852", "17763.1040", "17763.1039", "17763.1554", "1803"})
    for (const std::string format :
         {"revision", "kb", "digest", "ref", "pull", "docker-arg", "env", "github", "azure"}) {
      INFO(reference << " as " << format);
      const bool host_only = reference == "17763.1554";
      const auto now = run({"resolve", reference, "--format", format});
      CHECK(now.out.empty());
      CHECK(now.code == (host_only ? 3 : 4));
      CHECK_FALSE(now.err.empty());
      const auto then = run({"resolve", reference, "--at", "2026-09-20", "--format", format});
      const bool known = !host_only && (format == "revision" || format == "kb" || format == "env" ||
                                        format == "github" || format == "azure");
      CHECK(then.out.empty() != known);
      CHECK(then.code == (known ? 0 : 3));
    }
}

TEST_CASE("no golden file about the reference is left over") {
  test::check_nothing_left_over("golden-reference", k_cases);
}
