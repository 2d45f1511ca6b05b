// What `compat` and `which` refuse: exit code, nothing on standard output, and a sentence with the way on.
#include "compat_run.hpp"

using namespace tagdb;
using namespace tagdb::test;
using Catch::Matchers::Contains;

TEST_CASE("what is refused, and how") {
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    std::string input;
    int code;
    std::vector<std::string> words;
  };
  const std::string ver = "Microsoft Windows [Version 10.0.17763.1039]";
  const Case cases[] = {
      {"no side", {"compat"}, "", 2, {"which host?"}},
      {"no image", {"compat", "--host", "17763.973"}, "", 2, {"which image?", "tagdb which"}},
      {"no host", {"compat", "--image", "ltsc2019"}, "", 2, {"which host?"}},
      {"no host to choose for", {"which"}, "", 2, {"which host?"}},
      {"ver without a side",
       {"compat", "-", "--image", "17763.973"},
       ver,
       2,
       {"the output of `ver`", "--host -", "--image -"}},
      {"a version without a side", {"compat", "-"}, "10.0.17763.973\n", 2, {"--host -", "--image -"}},
      {"ver without a side, for which", {"which", "-"}, ver, 2, {"the output of `ver`", "--host -"}},
      {"a word without a side",
       {"compat", "17763.973", "--image", "ltsc2019"},
       "",
       2,
       {"\"17763.973\" is no file", "--host 17763.973 or --image 17763.973"}},
      {"a host that is none", {"compat", "--host", "ltsc2019", "--image", "ltsc2019"}, "", 2, {"ltsc2019"}},
      {"an image where a host should be",
       {"compat", "--host", "-", "--image", "17763.973"},
       "\"OsVersion\": \"10.0.17763.1039\",",
       2,
       {"it speaks of an image", "standard input"}},
      {"a host where an image should be",
       {"compat", "--image", "-", "--host", "17763.973"},
       "Server:\n Server Version: 20.10.9\n Operating System: Microsoft Windows Server Version 1809 (OS "
       "Build "
       "17763.1039)\n OSType: windows\n",
       2,
       {"it speaks of a host"}},
      {"an image for which", {"which", k_corpus + "docker_inspect.json"}, "", 2, {"it speaks of an image"}},
      {"standard input twice", {"compat", "--host", "-", "--image", "-"}, ver, 2, {"once only", "@FILE"}},
      {"no such file",
       {"compat", "--host", "@/nonexistent/info.txt", "--image", "17763.973"},
       "",
       3,
       {"there is no file /nonexistent/info.txt"}},
      {"a folder", {"compat", "--host", "@/", "--image", "17763.973"}, "", 1, {"/"}},
      {"nothing on standard input", {"compat", "-", "--image", "17763.973"}, "", 2, {"standard input"}},
      {"too much on standard input",
       {"compat", "-", "--image", "17763.973"},
       std::string(9u << 20, 'x'),
       2,
       {"standard input"}},
      {"prose", {"compat", "-", "--image", "17763.973"}, "no version at all here", 2, {"standard input"}},
      {"a Linux machine",
       {"compat", "@" + k_corpus + "docker_info_linux.txt", "--image", "17763.973"},
       "",
       2,
       {"docker info is of a linux machine"}},
      {"a container's inspect",
       {"compat", "--host", "17763.973", k_corpus + "docker_inspect_container.json"},
       "",
       2,
       {"of a container"}},
      {"isolation",
       {"compat", "--isolation", "hyper-v", "--host", "1", "--image", "1"},
       "",
       2,
       {"\"hyper-v\" is not one of process, hyperv, hostprocess"}},
      {"SKU", {"compat", "--host-sku", "desktop", "--host", "1", "--image", "1"}, "", 2, {"server, client"}},
      {"a SKU that contradicts the host",
       {"compat", "--host-sku", "client", "--image", "17763.973", k_corpus + "kubectl_nodes.json"},
       "",
       2,
       {"akswin000000", "says of itself that it is a server"}},
      {"a repository that is none",
       {"which", "--host", "17763.973", "--repo", "Server Core"},
       "",
       2,
       {"is no repository"}},
      {"a repository nobody knows",
       {"which", "--host", "17763.973", "--repo", "corp/app"},
       "",
       3,
       {"corp/app was never crawled", "tagdb sync corp/app"}},
      {"stronger evidence than there is",
       {"which", "--host", "17763.973", "--evidence", "observed"},
       "",
       3,
       {"reference only"}},
      {"a database that was named and is not there",
       {"compat", "--db", "/nonexistent/x.sqlite", "--host", "17763.973", "--image", "17763.973"},
       "",
       3,
       {"/nonexistent/x.sqlite"}},
      {"the same for which",
       {"which", "--db", "/nonexistent/x.sqlite", "--host", "17763.973"},
       "",
       3,
       {"/nonexistent/x.sqlite"}},
      {"a host-only revision behind a repository",
       {"compat", "--host", "17763.1554", "--image", "servercore:10.0.17763.1554"},
       "",
       3,
       {"10.0.17763.1554"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    Fresh fresh;
    fresh.run.input = each.input;
    const auto ran = fresh(each.arguments);
    INFO(ran.err);
    CHECK(ran.code == each.code);
    CHECK(ran.out == "");
    for (const auto& word : each.words)
      CHECK_THAT(ran.err, Contains(word));
    auto json_arguments = each.arguments;
    json_arguments.insert(json_arguments.end(), {"--format", "json"});
    const auto json = fresh(json_arguments);
    CHECK(json.code == each.code);
    CHECK_THAT(json.err, Contains("\"exitCode\":" + std::to_string(each.code)));
  }
}

TEST_CASE("too many pairs are refused before any is judged") {
  std::string many;
  for (int i = 0; i < 200; ++i)
    many += "10.0.17763." + std::to_string(i + 1) + "\n";
  const Fresh fresh;
  const auto path = "@" + fresh.file("many.txt", many);
  const auto ran = fresh({"compat", "--host", path, "--image", path});
  CHECK(ran.code == 2);
  CHECK_THAT(ran.err, Contains("200 hosts with 200 images"));
}

TEST_CASE("a file of a host's name is pointed at") {
  const Fresh fresh;
  const auto path = fresh.file("info", test::slurp(k_corpus + "docker_info.txt"));
  const auto ran = fresh({"compat", "--host", path, "--image", "17763.973"});
  CHECK(ran.code == 2);
  CHECK_THAT(ran.err, Contains("write @" + path));
  CHECK(fresh({"compat", "--host", "@" + path, "--image", "17763.973"}).code == 9);
}
