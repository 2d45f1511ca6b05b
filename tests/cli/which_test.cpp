// `which` as people run it, from the reference and from a crawl.
#include "compat_run.hpp"

using namespace tagdb;
using namespace tagdb::test;
using Catch::Matchers::Contains;

TEST_CASE("which: the newest tag that runs on all hosts") {
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    std::string reference; ///< how it begins; "-" for none
    std::string verdict;
  };
  const Case cases[] = {
      {"before the baseline",
       {"--host", "10.0.17763.973"},
       0,
       "mcr.microsoft.com/windows/servercore:10.0.17763.973",
       "yes"},
      {"after the baseline",
       {"--host", "17763.8755"},
       0,
       "mcr.microsoft.com/windows/servercore:10.0.17763.",
       "yes"},
      {"nanoserver",
       {"--host", "17763.973", "--repo", "nanoserver"},
       0,
       "mcr.microsoft.com/windows/nanoserver:10.0.17763.973",
       "yes"},
      {"two builds from 2022 on: the older one's",
       {"--host", "20348.5139", "--host", "26100.32860"},
       0,
       "mcr.microsoft.com/windows/servercore:10.0.20348.",
       "yes"},
      {"nothing runs on both", {"--host", "17763.973", "--host", "20348.5139"}, 9, "-", "no"},
      {"but under Hyper-V the older one does",
       {"--host", "17763.973", "--host", "20348.5139", "--isolation", "hyperv"},
       0,
       "mcr.microsoft.com/windows/servercore:10.0.17763.",
       "yes"},
      {"a revision is missing", {"--host", "17763"}, 3, "-", "unknown"},
      {"a client", {"--host", "26200.7171"}, 0, "mcr.microsoft.com/windows/servercore:10.0.26100.", "yes"},
      {"Windows Server 2016 wants its own",
       {"--host", "14393.3443"},
       0,
       "mcr.microsoft.com/windows/servercore:10.0.14393.3443",
       "yes"},
      {"another registry",
       {"--host", "17763.973", "--registry", "harbor.corp"},
       0,
       "harbor.corp/windows/servercore:10.0.17763.973",
       "yes"},
  };
  const Fresh fresh;
  for (const auto& each : cases) {
    INFO(each.name);
    auto arguments = std::vector<std::string>{"which", "--format", "json"};
    arguments.insert(arguments.end(), each.arguments.begin(), each.arguments.end());
    const auto ran = fresh(arguments);
    INFO(ran.out << ran.err);
    CHECK(ran.code == each.code);
    const auto all = documents(ran.out);
    REQUIRE(all.size() == 1);
    CHECK_THAT(text_at(all.front(), "reference"), Catch::Matchers::StartsWith(each.reference));
    CHECK(text_at(all.front(), "verdict") == each.verdict);
    CHECK(text_at(all.front(), "evidence") == "reference");
    CHECK(!text_at(all.front(), "reason").empty());
    CHECK((all.front().root().find("others") && all.front().root().find("hosts")->size() > 0));
  }
}

TEST_CASE("which: from a crawl the tags that are there") {
  const February february;
  const auto ran = february({"which", "--host", "10.0.17763.1554", "--format", "json"});
  CHECK(ran.code == 0);
  const auto all = documents(ran.out);
  REQUIRE(all.size() == 1);
  CHECK(text_at(all.front(), "reference") == "mcr.microsoft.com/windows/servercore:10.0.17763.1098");
  CHECK(text_at(all.front(), "evidence") == "observed");
  CHECK_THAT(text_at(all.front(), "digest"), Catch::Matchers::StartsWith("sha256:"));
  // What can be pulled counts: 10.0.17763.1039 is listed, but refused.
  const auto older = february({"which", "--host", "10.0.17763.973"});
  CHECK_THAT(older.out, Catch::Matchers::StartsWith("mcr.microsoft.com/windows/servercore:10.0.17763.973\n"));
  CHECK_THAT(older.out, Contains("10.0.17763.1098 to 10.0.17763.1040 (2)") && Contains("baselineStraddle"));
  const auto none = february({"which", "--host", "19041.1"});
  CHECK(none.code == 9);
  CHECK_THAT(none.out, Catch::Matchers::StartsWith("no: no image of windows/servercore runs on this host"));
  CHECK(february({"which", "--host", "17763.1098", "--repo", "nanoserver", "--arch", "arm"}).code == 0);
}

TEST_CASE("which: nodes of a cluster from standard input") {
  Fresh fresh;
  fresh.run.input = test::slurp(k_corpus + "kubectl_nodes.json");
  const auto ran = fresh({"which", "-", "--format", "json"});
  CHECK(ran.code == 9);
  CHECK_THAT(ran.out, Contains(R"("hosts":["akswin000000","akswin000001"])") && !Contains("hyperv"));
}

TEST_CASE("which: where none runs on all, one for each, and Hyper-V isolation only outside Kubernetes") {
  Fresh fresh;
  const auto machines = fresh({"which", "--host", "17763.8755", "--host", "20348.5139"});
  CHECK(machines.code == 9);
  CHECK_THAT(machines.out,
             Catch::Matchers::StartsWith("no: no image of windows/servercore runs on all of these") &&
                 Contains("windows/servercore:10.0.17763.9121 on 10.0.17763.8755;") &&
                 Contains("--isolation=hyperv"));
  fresh.run.input = test::slurp(k_corpus + "kubectl_nodes.json");
  const auto nodes = fresh({"which", "-"});
  CHECK(nodes.code == 9);
  CHECK_THAT(nodes.out, Contains("use windows/servercore:10.0.17763.9121 on akswin000000;") &&
                            Contains("windows/servercore:10.0.20348.5622 on") && !Contains("yper"));
}
