// `compat` as people run it: the documentation's tables through the command, pasted texts from every side,
// and what must never reach a terminal.
#include "../../src/windows/csv.hpp"
#include "compat_run.hpp"

using namespace tagdb;
using namespace tagdb::test;
using Catch::Matchers::Contains;

namespace {

int code_of(std::string_view verdict) {
  return verdict == "no" ? 9 : verdict == "unknown" ? 3 : 0;
}

} // namespace

TEST_CASE("every recommended and every nine-row case, through the command") {
  const auto path = std::string(TAGDB_SHARED_DIR) + "/data/cases/compat_cases.csv";
  if (!std::filesystem::exists(path)) {
    WARN("no " << path);
    return;
  }
  const Fresh fresh;
  const auto records = windows::parse_csv(test::slurp(path));
  REQUIRE(records);
  const auto& heading = records->front().fields;
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(heading.begin(), heading.end(), name) - heading.begin());
  };
  int asked = 0;
  for (const auto& record : *records) {
    const auto& row = record.fields;
    const auto& layer = row[column("layer")];
    if (layer != "recommended" && layer != "docs-2b")
      continue;
    ++asked;
    const auto& image = row[column("container")];
    const auto ran = fresh({"compat", "--format", "json", "--host", row[column("host")], "--image",
                            image.empty() ? "@" + k_corpus + "docker_inspect_hostprocess.json" : image,
                            "--isolation", row[column("isolation")], "--host-sku", row[column("host_sku")]});
    INFO("line " << record.line << ": " << ran.out << ran.err);
    REQUIRE(documents(ran.out).size() == 1);
    const auto verdict = text_at(documents(ran.out).front(), "verdict");
    CHECK(ran.code == code_of(verdict));
    if (layer == "recommended")
      CHECK(verdict == row[column("verdict")]);
    else
      CHECK((verdict == "yes" || verdict == "warn") == (row[column("verdict")] == "yes"));
  }
  CHECK(asked == 97);
}

TEST_CASE("the documentation's nine rows, with the exit code") {
  const Fresh fresh;
  // Hosts and images of 1B, 2B and 3B; revisions of 17763.
  const std::string hosts[] = {"17763.973", "17763.1039", "17763.1098"};
  const std::string images[] = {"10.0.17763.973", "10.0.17763.1040", "10.0.17763.1098"};
  const bool runs[3][3] = {{true, false, false}, {false, true, true}, {false, true, true}};
  for (std::size_t host = 0; host < 3; ++host)
    for (std::size_t image = 0; image < 3; ++image) {
      const auto ran = fresh({"compat", "--host", hosts[host], "--image", images[image]});
      INFO(ran.out);
      CHECK(ran.code == (runs[host][image] ? 0 : 9));
      CHECK(ran.out.starts_with(runs[host][image] ? "yes: " : "no: "));
    }
}

TEST_CASE("pasted texts of both sides") {
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    std::string input; ///< a file of the corpus
    std::string pairs;
  };
  const Case cases[] = {
      {"ver of a host",
       {"--host", "-", "--image", "10.0.17763.1040"},
       "ver_english.txt",
       "10.0.17763.1039 10.0.17763.1040 process yes allowed\n"},
      {"ver of a container, in Spanish",
       {"--image", "-", "--host", "17763.1039"},
       "ver_spanish_cp850.txt",
       "10.0.17763.1039 10.0.17763.973 process no baselineStraddle\n"},
      {"systeminfo, in German",
       {"-", "--image", "10.0.20348.2582"},
       "systeminfo_german_cp850.txt",
       "10.0.20348 10.0.20348.2582 process yes "},
      {"docker info",
       {"-", "--image", "10.0.17763.1040"},
       "docker_info.txt",
       "10.0.17763.1039 10.0.17763.1040 process yes allowed\n"},
      {"docker info of a client says its own isolation",
       {"-", "--image", "10.0.26100.1"},
       "docker_info_client.txt",
       "10.0.26200.7171 10.0.26100.1 hyperv yes hyperv\n"},
      {"docker info and docker inspect",
       {"-", "@" + k_corpus + "docker_inspect.json"},
       "docker_info.txt",
       "10.0.17763.1039 mcr.microsoft.com/windows/servercore:ltsc2019 process warn superseded\n"},
      {"a file by its bare name",
       {k_corpus + "docker_info.json", "--image", "-"},
       "docker_inspect_fragment.txt",
       "10.0.20348.2527 10.0.17763.1039 process no belowFloor\n"},
      {"nodes, each with its name",
       {"-", "--image", "10.0.17763.1040"},
       "kubectl_nodes.json",
       "akswin000000 10.0.17763.1040 process yes allowed\n"
       "akswin000001 10.0.17763.1040 process no belowFloor\n"},
      {"an AKS node image",
       {"--host", "AKSWindows-2022-containerd-20348.2966.241218", "--image", "20348.2966"},
       "",
       "AKSWindows-2022-containerd-20348.2966.241218 10.0.20348.2966 process yes allowed\n"},
      {"several of both, in order",
       {"--host", "17763.973", "--host", "17763.1098", "--image", "17763.973", "--image", "17763.1098"},
       "",
       "10.0.17763.973 10.0.17763.973 process yes allowed\n"
       "10.0.17763.973 10.0.17763.1098 process no baselineStraddle\n"
       "10.0.17763.1098 10.0.17763.973 process no baselineStraddle\n"
       "10.0.17763.1098 10.0.17763.1098 process yes allowed\n"},
      {"no os.version",
       {"--host", "17763.973", "@" + k_corpus + "docker_inspect_hostprocess.json"},
       "",
       "10.0.17763.973 registry.example/hpc:v1 process yes noOsVersion\n"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    Fresh fresh;
    if (!each.input.empty())
      fresh.run.input = test::slurp(k_corpus + each.input);
    std::vector<std::string> arguments{"compat", "--format", "json"};
    arguments.insert(arguments.end(), each.arguments.begin(), each.arguments.end());
    const auto ran = fresh(arguments);
    INFO(ran.err);
    CHECK_THAT(pairs_of(ran), Catch::Matchers::StartsWith(each.pairs));
  }
}

TEST_CASE("the worst pair gives the exit code") {
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    int code;
  };
  const Case cases[] = {
      {"yes", {"--host", "17763.1039", "--image", "17763.1040"}, 0},
      {"warn", {"--host", "17763.1039", "--image", "17763.1039"}, 0},
      {"warn, strict", {"--host", "17763.1039", "--image", "17763.1039", "--strict"}, 9},
      {"yes, strict", {"--host", "17763.1039", "--image", "17763.1040", "--strict"}, 0},
      {"unknown", {"--host", "17763", "--image", "17763.1040"}, 3},
      {"unknown and yes", {"--host", "17763", "--host", "17763.1039", "--image", "17763.1040"}, 3},
      {"no beats unknown", {"--host", "17763", "--host", "17763.973", "--image", "17763.1040"}, 9},
      {"unknown beats a strict warn", {"--host", "17763", "--image", "17763.1039", "--strict"}, 3},
      {"an image that is not there", {"--host", "17763.1039", "--image", "ltsc2099"}, 3},
      {"it hides no no", {"--host", "17763.973", "--image", "ltsc2099", "--image", "17763.1040"}, 9},
      {"a fault is no answer",
       {"--host", "17763.973", "--image", "KB454685x:y:z", "--image", "17763.1040"},
       2},
  };
  const February february;
  for (const auto& each : cases) {
    INFO(each.name);
    auto arguments = std::vector<std::string>{"compat"};
    arguments.insert(arguments.end(), each.arguments.begin(), each.arguments.end());
    const auto ran = february(arguments);
    INFO(ran.out << ran.err);
    CHECK(ran.code == each.code);
  }
}

TEST_CASE("an image that cannot be found is said, and the others are judged") {
  const February february;
  const auto ran = february(
      {"compat", "--format", "json", "--host", "17763.1039", "--image", "ltsc2091", "--image", "ltsc2019"});
  CHECK(ran.code == 3);
  CHECK(pairs_of(ran) == "10.0.17763.1039 ltsc2019 process yes hostBehind\n");
  CHECK_THAT(ran.err, Contains("looking for image ltsc2091") && Contains("ltsc2019"));
}

TEST_CASE("a reference is looked up where it was crawled, and the answer says how it is known") {
  const February february;
  const auto ran = february({"compat", "--format", "json", "--host", "17763.973", "--image", "ltsc2019"});
  CHECK(ran.code == 9);
  const auto all = documents(ran.out);
  REQUIRE(all.size() == 1);
  CHECK(text_at(all.front(), "imageVersion") == "10.0.17763.1098");
  CHECK(text_at(all.front(), "evidence") == "observed");
  const auto advice = all.front().root().find("advice");
  REQUIRE((advice && advice->size() == 3));
  CHECK_THAT(std::string(*advice->at(0).string()),
             Catch::Matchers::StartsWith("use windows/servercore:10.0.17763.973"));
  // Other repositories and architectures by the usual words.
  CHECK(february({"compat", "--host", "17763.1098", "--image", "nanoserver:1809"}).code == 0);
  CHECK(february({"compat", "--host", "17763.1098", "--image", "nanoserver:1809", "--arch", "arm64"}).code ==
        3);
}

TEST_CASE("old data is said, or refused") {
  February february;
  february.run.now = test::instant("2020-05-01T00:00:00Z");
  const auto warned = february({"compat", "--host", "17763.1098", "--image", "ltsc2019", "--format", "json"});
  CHECK(warned.code == 0);
  CHECK_THAT(warned.out, Contains("\"code\":\"stale\""));
  const auto failed =
      february({"compat", "--host", "17763.1098", "--image", "ltsc2019", "--freshness", "fail"});
  CHECK(failed.code == 4);
  CHECK(failed.out == "");
  CHECK(february({"compat", "--host", "17763.1098", "--image", "17763.1098", "--freshness", "fail"}).code ==
        0);
  CHECK(february({"which", "--host", "17763.1098", "--freshness", "fail"}).code == 4);
  CHECK_THAT(february({"which", "--host", "17763.1098"}).err, Contains("is stale"));
}

TEST_CASE("Hyper-V isolation is never a way out for Kubernetes") {
  Fresh fresh;
  fresh.run.input = test::slurp(k_corpus + "kubectl_nodes.json");
  const auto nodes = fresh({"compat", "-", "--image", "10.0.17763.973", "--format", "json"});
  CHECK(nodes.code == 9);
  CHECK_THAT(nodes.out, Contains("\"verdict\":\"no\"") && !Contains("hyperv"));
  const auto text = fresh({"compat", "-", "--image", "10.0.17763.973"});
  CHECK_THAT(text.out + text.err, !Contains("yper"));
  const auto machine = fresh({"compat", "--host", "17763.1039", "--image", "10.0.17763.973"});
  CHECK_THAT(machine.out, Contains("--isolation=hyperv") && Contains("Hyper-V role"));
}

TEST_CASE("the host's own support is told apart from the verdict") {
  const Fresh fresh;
  const auto ran = fresh({"compat", "--host", "18363.657", "--image", "18363.658", "--format", "json"});
  CHECK(ran.code == 0);
  CHECK_THAT(ran.out, Contains(R"("phase":"ended")") && Contains(R"("mainstreamEnd":"2021-05-11")"));
  CHECK_THAT(fresh({"compat", "--host", "18363.657", "--image", "18363.658"}).out,
             Contains("Windows Server, version 1909: mainstream until 2021-05-11 (ended)"));
}

TEST_CASE("what a node calls itself reaches the terminal escaped") {
  const std::string evil = "\\u001b]0;owned\\u0007\\u001b[2J\\u202e";
  const auto nodes = [&](const char* kernel) {
    return R"({"kind":"List","items":[{"kind":"Node","metadata":{"name":")" + evil +
           R"("},"status":{"nodeInfo":{"kernelVersion":")" + kernel +
           R"(","osImage":"Windows Server 2019 Datacenter \u001b[31m","operatingSystem":"windows"}}}]})";
  };
  Fresh fresh;
  fresh.run.input = nodes("10.0.17763.1039");
  const std::string tag = "evil\033[31mtag";
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"compat", "-", "--image", "17763.973"},
                                             {"compat", "-", "--image", "17763.973", "--image", "17763.1040"},
                                             {"compat", "-", "--image", tag},
                                             {"compat", "-", "--image", "17763.973", "--host-sku", "client"},
                                             {"which", "-"},
                                             {"which", "-", "--host", "17763.973"}}) {
    const auto ran = fresh(arguments);
    INFO(ran.out << ran.err);
    for (const auto& text : {ran.out, ran.err}) {
      CHECK(text.find('\033') == std::string::npos);
      CHECK(text.find('\007') == std::string::npos);
      CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
    }
  }
  fresh.run.input = nodes("nothing");
  const auto refused = fresh({"compat", "-", "--image", "17763.973"});
  CHECK(refused.code == 2);
  CHECK(refused.err.find('\033') == std::string::npos);
}

TEST_CASE("options may come from a variable") {
  Fresh fresh;
  fresh.run.environment["TAGDB_HOST"] = "17763.973";
  fresh.run.environment["TAGDB_ISOLATION"] = "hyperv";
  CHECK(fresh({"compat", "--image", "17763.1040"}).code == 0);
  CHECK(fresh({"compat", "--image", "17763.1040", "--isolation", "process"}).code == 9);
}

TEST_CASE("warnings are one line each, and say whom they concern") {
  const Fresh fresh;
  const auto one = fresh({"compat", "--host", "17763.1039", "--image", "17763.1040"});
  CHECK_THAT(one.err, Catch::Matchers::StartsWith("warning: build 17763 is ") && Contains("--host-sku"));
  CHECK(std::count(one.err.begin(), one.err.end(), '\n') == 1);
  CHECK(fresh({"compat", "--host", "17763.1039", "--image", "17763.1040", "--host-sku", "server"}).err == "");
  const auto several =
      fresh({"compat", "--host", "20348.2000", "--host", "20348.5622", "--image", "20348.5139"});
  CHECK_THAT(several.err, Contains("0xC0370106") && Contains("(10.0.20348.2000 with 10.0.20348.5139)"));
  CHECK(fresh({"-q", "compat", "--host", "17763.1039", "--image", "17763.1040"}).err == "");
}
