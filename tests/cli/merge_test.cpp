// Command line, variable, file, default: which one holds, and where it says it came from.
#include "cli_run.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/cli/program.hpp>

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::contains;

namespace {

struct Held {
  std::string value, origin, where;
};

/// What `tagdb config --format json` says of one option.
Held held(const CliRun& run, std::vector<std::string> arguments, std::string_view option) {
  arguments.insert(arguments.begin(), {"config", "--format", "json"});
  const auto ran = run(std::move(arguments));
  INFO(ran.err);
  REQUIRE(ran.code == 0);
  const auto document = base::JsonDocument::parse(ran.out);
  REQUIRE(document);
  const auto items = *document->root().find("items");
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items.at(i).string_at("name") == option)
      return {std::string(items.at(i).string_at("value").value_or("")),
              std::string(items.at(i).string_at("origin").value_or("")),
              std::string(items.at(i).string_at("where").value_or(""))};
  FAIL("no such option: " << option);
  return {};
}

struct Home {
  test::TempDir folder;
  CliRun run;
  Home() { run.environment = {{"HOME", folder.path().string()}}; }
  std::string configure(std::string_view text) {
    return folder.write(".config/tagdb/tagdb.toml", text).string();
  }
};

} // namespace

TEST_CASE("the command line beats the variable, which beats the file, which beats the default") {
  Home home;
  CHECK(held(home.run, {}, "arch").value == "amd64");
  CHECK(held(home.run, {}, "arch").origin == "default");
  const auto path = home.configure("# a comment\narch = \"arm\"\n");
  auto now = held(home.run, {}, "arch");
  CHECK(now.value == "arm");
  CHECK(now.where == path + " line 2");
  home.run.environment["TAGDB_ARCH"] = "arm64";
  now = held(home.run, {}, "arch");
  CHECK(now.value == "arm64");
  CHECK(now.where == "TAGDB_ARCH");
  now = held(home.run, {"--arch", "x86"}, "arch");
  CHECK(now.value == "x86");
  CHECK(now.where == "--arch");
  home.run.environment["TAGDB_ARCH"] = ""; // empty is none
  CHECK(held(home.run, {}, "arch").value == "arm");
}

TEST_CASE("every type of option can be set in the file") {
  Home home;
  home.configure("offline = true\njobs = 16\nmax-data-age = \"10d\"\nverbose = 2\nfreshness = \"ignore\"\n");
  CHECK(held(home.run, {}, "offline").value == "true");
  CHECK(held(home.run, {}, "jobs").value == "16");
  CHECK(held(home.run, {}, "max-data-age").value == "10d");
  CHECK(held(home.run, {}, "verbose").value == "2");
  CHECK(held(home.run, {}, "freshness").value == "ignore");
  CHECK(held(home.run, {"--offline=false"}, "offline").value == "false");
  CHECK(held(home.run, {"-v", "-v", "-v"}, "verbose").value == "3");
}

TEST_CASE("paths of the file lie beside it, or at home") {
  Home home;
  home.configure("db = \"data.sqlite\"\nca-file = \"~/ca.pem\"\nauthfile = \"/etc/auth.json\"\n");
  CHECK(held(home.run, {}, "db").value == (home.folder / ".config/tagdb/data.sqlite").string());
  CHECK(held(home.run, {}, "ca-file").value == (home.folder / "ca.pem").string());
  CHECK(held(home.run, {}, "authfile").value == "/etc/auth.json");
}

TEST_CASE("a format that a command does not have counts where it has it") {
  Home home;
  home.run.environment["TAGDB_FORMAT"] = "csv";
  CHECK(home.run({"config"}).code == 0);
  CHECK(home.run({"completion", "bash"}).code == 0);
  CHECK(held(home.run, {}, "format").value == "json"); // as that very call says
  home.run.environment["TAGDB_FORMAT"] = "xml";
  const auto ran = home.run({"completion", "bash"});
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "TAGDB_FORMAT: \"xml\" is not one of"));
}

TEST_CASE("unknown variables are ignored") {
  Home home;
  home.run.environment["TAGDB_NOSUCH"] = "x";
  home.run.environment["TAGDB_HELP"] = "true";
  CHECK(contains(home.run({"config"}).out, "OPTION"));
}

TEST_CASE("a configuration that is wrong says where and how to mend it") {
  struct Case {
    const char* name;
    const char* text;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"unknown key",
       "arch = \"arm\"\nfromat = \"json\"\n",
       {"line 2: unknown key \"fromat\"", "did you mean format?"}},
      {"unknown key, far from all", "xyzzy = 1\n", {"line 1: unknown key \"xyzzy\""}},
      {"help is no key", "help = true\n", {"unknown key \"help\""}},
      {"a file cannot name another", "config = \"x.toml\"\n", {"unknown key \"config\""}},
      {"unknown table", "[rewriting]\na = \"b\"\n", {"unknown key \"rewriting\""}},
      {"no TOML", "format json\n", {"line 1:"}},
      {"a key twice", "arch = \"a\"\narch = \"b\"\n", {"line 2:"}},
      {"a list", "registry = [\"a\", \"b\"]\n", {"line 1: \"registry\" must be a text"}},
      {"a bad value",
       "\nfreshness = \"sometimes\"\n",
       {"line 2: \"sometimes\" is not one of fail, warn, ignore"}},
      {"a bad number", "jobs = -1\n", {"line 1: \"-1\" is no number"}},
      {"host is no table", "host = \"x\"\n", {"[host.\"harbor.corp\"]"}},
      {"a host that is none", "[host.\"a b\"]\nca-file = \"x\"\n", {"\"a b\" is no registry's host"}},
      {"an unknown key of a host",
       "[host.\"harbor.corp\"]\ncafile = \"x\"\n",
       {"line 2: unknown key \"cafile\"", "did you mean ca-file?"}},
      {"a host's key that is no path",
       "[host.\"harbor.corp\"]\nca-file = 1\n",
       {"line 2: \"ca-file\" must name a file"}},
      {"escape sequences", "\"\\u001b[31m\" = 1\n", {"\\x1B[31m"}},
  };
  for (const auto& one : cases) {
    Home home;
    const auto path = home.configure(one.text);
    const auto ran = home.run({"config"});
    INFO("case " << one.name << "\n" << ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(contains(ran.err, path));
    for (const auto& word : one.words)
      CHECK(contains(ran.err, word));
  }
}

TEST_CASE("hosts have settings of their own") {
  Home home;
  home.configure("[host.\"Harbor.Corp:5000\"]\nca-file = \"corp.pem\"\nclient-key = \"/k.pem\"\n");
  const auto row = held(home.run, {}, "host.\"harbor.corp:5000\".ca-file");
  CHECK(row.value == (home.folder / ".config/tagdb/corp.pem").string());
  CHECK(row.origin == "file");

  cli::SyncOptions seen;
  home.run.carriers.sync = [&](const cli::Session&, const cli::SyncOptions& options) -> base::Result<int> {
    seen = options;
    return 0;
  };
  CHECK(home.run({"sync"}).code == 0);
  REQUIRE(seen.network.by_host.count("harbor.corp:5000") == 1);
  CHECK(seen.network.by_host["harbor.corp:5000"].client_key == "/k.pem");
}

TEST_CASE("a named configuration is read instead of the usual one") {
  Home home;
  home.configure("arch = \"arm\"\n");
  const auto other = home.folder.write("other.toml", "arch = \"arm64\"\n").string();
  CHECK(held(home.run, {"--config", other}, "arch").value == "arm64");
  home.run.environment["TAGDB_CONFIG"] = other;
  CHECK(held(home.run, {}, "arch").value == "arm64");
  home.run.environment["TAGDB_CONFIG"] = "/nonexistent/x.toml";
  const auto ran = home.run({"config"});
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "/nonexistent/x.toml"));
}
