// What is refused, and how: exit code 2 or 3, nothing on standard output, a sentence that names the part that
// is wrong.
#include "cli_run.hpp"
#include "command.hpp"
#include "complete_command.hpp"
#include "february.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/json.hpp>

#include <set>

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::contains;

namespace {

/// A run on the database of february.hpp.
struct February : test::FreshHome {
  February() {
    run.now = test::after_february();
    std::filesystem::create_directories(folder / ".local/share/tagdb");
    test::record_february(folder / ".local/share/tagdb/tagdb.sqlite");
  }
};

struct Refusal {
  const char* name;
  std::vector<std::string> arguments;
  int code;
  std::vector<std::string> words; ///< on standard error
};

const Refusal k_refusals[] = {
    {"no command", {}, 2, {"which command", "tagdb --help"}},
    {"unknown command",
     {"reslove", "ltsc2019"},
     2,
     {"unknown command \"reslove\"", "did you mean tagdb resolve?"}},
    {"unknown command, far from all", {"frobnicate"}, 2, {"unknown command", "tagdb --help"}},
    {"unknown command in help", {"help", "reslove"}, 2, {"did you mean tagdb resolve?"}},
    {"a command's escape sequences", {"\033[31mred"}, 2, {"\\x1B[31mred"}},
    {"unknown option",
     {"resolve", "ltsc2019", "--platfrom", "windows/amd64"},
     2,
     {"unknown option --platfrom", "did you mean --platform?"}},
    {"unknown option's value is not shown", {"resolve", "x", "--tokn=secret"}, 2, {"unknown option --tokn"}},
    {"unknown letter", {"resolve", "-z", "ltsc2019"}, 2, {"unknown option -z"}},
    {"an option of another command",
     {"history", "ltsc2019", "--at", "2020-02-20"},
     2,
     {"unknown option --at"}},
    {"an option without its value", {"resolve", "ltsc2019", "--at"}, 2, {"--at needs a value (TIME)"}},
    {"an option where a value should be",
     {"resolve", "ltsc2019", "--at", "--offline"},
     2,
     {"--at needs a value (TIME)"}},
    {"an empty value", {"resolve", "ltsc2019", "--at="}, 2, {"--at needs a value (TIME)"}},
    {"an empty word as value", {"resolve", "ltsc2019", "--db", ""}, 2, {"--db: needs a value (FILE)"}},
    {"no reference", {"resolve"}, 2, {"tagdb resolve needs a REFERENCE", "tagdb resolve --help"}},
    {"one reference too few", {"diff", "ltsc2019"}, 2, {"tagdb diff needs a B"}},
    {"one reference too many", {"diff", "1809", "1803", "1709"}, 2, {"unexpected argument \"1709\""}},
    {"an argument where none belongs", {"changes", "ltsc2019"}, 2, {"unexpected argument \"ltsc2019\""}},
    {"a format nobody has",
     {"resolve", "ltsc2019", "--format", "jsn"},
     2,
     {"--format: \"jsn\" is not one of text, json", "did you mean json?"}},
    {"a format of another command",
     {"list", "--format", "digest"},
     2,
     {"--format: \"digest\" is not one of text, json, csv"}},
    {"a truth that is none",
     {"resolve", "ltsc2019", "--offline=perhaps"},
     2,
     {"--offline: \"perhaps\" is neither true nor false"}},
    {"a colour that is none", {"list", "--color", "red"}, 2, {"--color", "auto, always, never"}},
    {"an evidence that is none", {"list", "--evidence", "rumour"}, 2, {"--evidence", "observed"}},
    {"a freshness that is none", {"list", "--freshness", "stale"}, 2, {"--freshness", "fail, warn, ignore"}},
    {"a duration that is none", {"list", "--max-data-age", "35"}, 2, {"--max-data-age", "35d"}},
    {"quiet and verbose", {"list", "-q", "-v"}, 2, {"exclude each other"}},
    {"an architecture that is none", {"list", "--arch", "AMD 64"}, 2, {"--arch", "amd64"}},
    {"a registry with a path",
     {"list", "--registry", "harbor.corp/mcr"},
     2,
     {"--registry", "the host alone"}},
    {"a registry of another scheme",
     {"list", "--registry", "ftp://harbor.corp"},
     2,
     {"--registry", "only https and http"}},
    {"a registry that is none", {"list", "--registry", "a b"}, 2, {"--registry", "is no registry"}},
    {"a time that is none",
     {"resolve", "ltsc2019", "--at", "yesterday"},
     2,
     {"\"yesterday\" is no time", "2020-02-20"}},
    {"a day that is none", {"resolve", "ltsc2019", "--at", "2020-02-30"}, 2, {"2020-02-30"}},
    {"the future",
     {"resolve", "ltsc2019", "--at", "2020-03-13"},
     2,
     {"lies in the future", "2020-03-12T06:00:00Z"}},
    {"an instant of the future", {"list", "--at", "2020-03-12T06:00:01Z"}, 2, {"lies in the future"}},
    {"a release that there was not",
     {"resolve", "ltsc2019", "--at", "2020-01 OOB"},
     2,
     {"there is no release 2020-01 OOB", "2020-01B"}},
    {"a release that is not due yet", {"list", "--at", "2020-04B"}, 2, {"2020-04B lies in the future"}},
    {"the same of a tag", {"resolve", "ltsc2019", "--at", "2020-04 B"}, 2, {"2020-04B lies in the future"}},
    {"a range from a release without its year", {"changes", "--since", "2B"}, 2, {"which year"}},
    {"a label without its year",
     {"resolve", "ltsc2019", "--at", "2B"},
     2,
     {"does not say which year", "2020-02B", "2019-02B"}},
    {"a platform that is none",
     {"resolve", "ltsc2019", "--platform", "amd64"},
     2,
     {"is no platform", "windows/amd64"}},
    {"a platform without a version",
     {"resolve", "ltsc2019", "--platform", "windows/amd64:"},
     2,
     {"is no platform"}},
    {"a platform that is not there",
     {"resolve", "nanoserver:1809", "--platform", "windows/arm64"},
     3,
     {"has no image for windows/arm64", "windows/amd64", "windows/arm"}},
    {"a build argument that is none",
     {"resolve", "ltsc2019", "--format", "docker-arg", "--arg", "A B"},
     2,
     {"--arg", "is no name"}},
    {"a build argument for nothing",
     {"resolve", "ltsc2019", "--arg", "BASE"},
     2,
     {"--format docker-arg only"}},
    {"a reference that is none", {"resolve", "a b"}, 2, {"a b"}},
    {"an empty reference", {"resolve", ""}, 2, {"empty"}},
    {"an unknown tag", {"resolve", "ltsc2091"}, 3, {"ltsc2091", "ltsc2019"}},
    {"a KB that no tag has", {"resolve", "KB1234567"}, 3, {"KB1234567"}},
    {"weaker than asked",
     {"resolve", "ltsc2019", "--at", "2020-02-15", "--evidence", "observed"},
     3,
     {"between"}},
    {"a registry that was not crawled",
     {"resolve", "ltsc2019", "--registry", "harbor.corp"},
     3,
     {"harbor.corp"}},
    {"no KB known, asked for alone",
     {"resolve", "sha256:0000000000000000000000000000000000000000000000000000000000000000", "--format", "kb"},
     3,
     {"sha256:0000"}},
    {"a kind that is none", {"list", "--kind", "floting"}, 2, {"--kind", "did you mean floating?"}},
    {"a build that is none", {"list", "--build", "17763.1040"}, 2, {"--build", "no number"}},
    {"a repository that is none", {"list", "--repo", "Windows/ServerCore"}, 2, {"is no repository"}},
    {"a repository that was not crawled", {"list", "--repo", "windows/iis"}, 3, {"windows/iis"}},
    {"a range that is none",
     {"changes", "--since", "2020-03-01", "--until", "2020-02-01"},
     2,
     {"--since lies after --until"}},
    {"an end in the future", {"changes", "--until", "2021-01-01"}, 2, {"lies in the future"}},
    {"a shell that is none",
     {"completion", "tcsh"},
     2,
     {"\"tcsh\" is not one of bash, zsh, fish, powershell"}},
    {"a database that was named and is not there",
     {"resolve", "ltsc2019", "--db", "/nonexistent/x.sqlite"},
     3,
     {"there is no database /nonexistent/x.sqlite", "tagdb sync --db"}},
    {"a configuration that is not there",
     {"config", "--config", "/nonexistent/x.toml"},
     2,
     {"/nonexistent/x.toml"}},
    {"too many jobs", {"sync", "--jobs", "0"}, 2, {"--jobs", "from 1 to"}},
    {"data older than asked for",
     {"resolve", "ltsc2019", "--max-data-age", "1d"},
     4,
     {"windows/servercore is stale", "1 day"}},
};

} // namespace

TEST_CASE("what is wrong is refused in a sentence") {
  const February february;
  for (const auto& refusal : k_refusals) {
    const auto ran = february.run(refusal.arguments);
    INFO("case " << refusal.name << "\n" << ran.err);
    CHECK(ran.code == refusal.code);
    CHECK(ran.out.empty());
    CHECK(ran.err.starts_with("tagdb: "));
    CHECK(ran.started.empty());
    for (const auto& word : refusal.words)
      CHECK(contains(ran.err, word));
  }
}

TEST_CASE("the same refusals are documents for programs") {
  const February february;
  for (const auto& refusal : k_refusals) {
    if (contains(refusal.name, "format") || contains(refusal.name, "asked for alone") ||
        contains(refusal.name, "build argument that"))
      continue; // these name a format of their own
    auto arguments = refusal.arguments;
    arguments.insert(arguments.begin(), {"--format", "json"});
    if (contains(refusal.name, "shell"))
      continue; // completion has no json
    const auto ran = february.run(std::move(arguments));
    INFO("case " << refusal.name << "\n" << ran.err);
    CHECK(ran.code == refusal.code);
    CHECK(ran.out.empty());
    const auto document = base::JsonDocument::parse(ran.err);
    REQUIRE(document);
    CHECK(document->root().integer_at("schema") == 1);
    CHECK(document->root().string_at("asOf") == "2020-03-12T06:00:00Z");
    const auto error = document->root().find("error");
    REQUIRE(error);
    CHECK(error->integer_at("exitCode") == refusal.code);
    CHECK(error->string_at("message"));
    CHECK(error->find("while")->is_array());
  }
}

TEST_CASE("a password in the registry's address is refused and not repeated") {
  const February february;
  for (const auto* way : {"option", "variable"}) {
    INFO(way);
    CliRun run = february.run;
    std::vector<std::string> arguments{"list"};
    if (way == std::string_view("option"))
      arguments.insert(arguments.end(), {"--registry", "https://me:hunter2@harbor.corp"});
    else
      run.environment["TAGDB_REGISTRY"] = "https://me:hunter2@harbor.corp";
    const auto ran = run(std::move(arguments));
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, "--authfile"));
    CHECK_FALSE(contains(ran.err, "hunter2"));
  }
}

TEST_CASE("no database yet, and no place for one") {
  CliRun run;
  const test::TempDir folder;
  run.environment = {{"HOME", folder.path().string()}};
  const auto yet = run({"list"});
  CHECK(yet.code == 3);
  CHECK(contains(yet.err, "no database yet: run tagdb sync"));
  run.environment.clear();
  const auto nowhere = run({"list"});
  CHECK(nowhere.code == 2);
  CHECK(contains(nowhere.err, "--db"));
  // What the built-in reference can answer needs no place.
  CHECK(run({"resolve", "ltsc2019"}).code == 0);
  run.environment = {{"XDG_DATA_HOME", (folder / "data").string()}, {"HOME", "/nonexistent"}};
  CHECK(contains(run({"list"}).err, (folder / "data/tagdb/tagdb.sqlite").string()));
}

TEST_CASE("what names a command is found among options, and words may repeat it") {
  const February february;
  const std::vector<std::string> lines[] = {
      {"resolve", "ltsc2019", "--format", "revision"},
      {"--format", "revision", "resolve", "ltsc2019"},
      {"--format=revision", "-q", "resolve", "ltsc2019"},
      {"--at", "2020-03-11", "resolve", "ltsc2019", "--format", "revision"},
      {"resolve", "--format", "revision", "--", "ltsc2019"},
      {"resolve", "--format", "digest", "ltsc2019", "--format", "revision"},
      {"resolve", "ltsc2019", "--format=revision", "--offline", "-qq"},
  };
  for (const auto& line : lines) {
    INFO(base::join(line, " "));
    const auto ran = february.run(line);
    CHECK(ran.out == "10.0.17763.1098\n");
    CHECK(ran.code == 0);
  }
  // A tag may be called like a command.
  CHECK(contains(february.run({"resolve", "resolve"}).err, "resolve"));
  CHECK(february.run({"resolve", "resolve"}).code == 3);
  CHECK(february.run({"resolve", "--", "--help"}).code == 2);
}

TEST_CASE("help lists every command and tells each option of it") {
  const CliRun run;
  const auto all = run({"--help"});
  CHECK(all.code == 0);
  CHECK(all.err.empty());
  CHECK(run({"-h"}).out == all.out);
  CHECK(run({"help"}).out == all.out);
  for (const auto& entry : cli::commands()) {
    INFO(entry.name);
    CHECK(contains(all.out, "\n  " + std::string(entry.name) + " "));
    const auto one = run({std::string(entry.name), "--help"});
    CHECK(one.code == 0);
    CHECK(run({"help", std::string(entry.name)}).out == one.out);
    CHECK(contains(one.out, "Examples\n"));
    const cli::CompleteCommand complete(entry);
    CHECK(!complete.grammar.examples().empty());
    for (const auto& option : complete.grammar.options())
      CHECK(contains(one.out, "--" + std::string(option.name)));
    for (const auto line : base::split(one.out, '\n'))
      CHECK(line.size() < 130);
  }
}

TEST_CASE("options are declared once and mean one thing") {
  std::map<std::string_view, std::pair<bool, bool>> known;
  for (const auto& entry : cli::commands()) {
    const cli::CompleteCommand complete(entry);
    std::set<std::string_view> names;
    for (const auto& option : complete.grammar.options()) {
      INFO(entry.name << " --" << option.name);
      CHECK(names.insert(option.name).second);
      // Variables that begin like this are answers (resolve --format env).
      CHECK_FALSE(option.name.starts_with("answer-"));
      CHECK_FALSE(option.help.empty());
      const std::pair shape{option.takes_value(), option.is_path};
      const auto [seen, fresh] = known.emplace(option.name, shape);
      CHECK(seen->second == shape);
    }
  }
}

TEST_CASE("version") {
  const auto ran = CliRun{}({"--version"});
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("tagdb "));
  CHECK(ran.out.ends_with("\n"));
}
