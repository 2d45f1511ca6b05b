// How the program speaks: colours, levels, warnings, a full disk, and what is handed to who carries.
#include "cli_run.hpp"
#include "february.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::contains;

namespace {

struct February {
  test::TempDir folder;
  CliRun run;
  February() {
    run.now = test::after_february();
    run.environment = {{"TAGDB_DB", (folder / "tagdb.sqlite").string()}};
    test::record_february(folder / "tagdb.sqlite");
  }
};

} // namespace

TEST_CASE("colours only where a terminal takes them") {
  struct Case {
    const char* name;
    bool terminal;
    std::vector<std::string> options;
    std::map<std::string, std::string> environment;
    bool colored;
  };
  const Case cases[] = {
      {"a pipe", false, {}, {}, false},
      {"a terminal", true, {}, {}, true},
      {"NO_COLOR", true, {}, {{"NO_COLOR", "1"}}, false},
      {"a dumb terminal", true, {}, {{"TERM", "dumb"}}, false},
      {"always, on a pipe", false, {"--color", "always"}, {}, true},
      {"always beats NO_COLOR", false, {"--color", "always"}, {{"NO_COLOR", "1"}}, true},
      {"never, on a terminal", true, {"--color", "never"}, {}, false},
      {"json", true, {"--format", "json"}, {}, false},
  };
  const February february;
  for (const auto& one : cases) {
    INFO("case " << one.name);
    CliRun run = february.run;
    run.terminal = one.terminal;
    for (const auto& [name, value] : one.environment)
      run.environment[name] = value;
    auto arguments = one.options;
    arguments.insert(arguments.begin(), "list");
    CHECK(contains(run(std::move(arguments)).out, "\033[") == one.colored);
  }
}

TEST_CASE("warnings are one line on standard error, and quiet means quiet") {
  const February february;
  const auto warned = february.run({"resolve", "ltsc2019", "--at", "2020-02-15", "--format", "revision"});
  CHECK(warned.out == "10.0.17763.973\n");
  CHECK(warned.err.starts_with("warning: "));
  CHECK(base::split(warned.err, '\n').size() == 2);
  const auto quiet =
      february.run({"resolve", "ltsc2019", "--at", "2020-02-15", "--format", "revision", "-q"});
  CHECK(quiet.out == warned.out);
  CHECK(quiet.err.empty());
  // Programs find them in the document.
  const auto document = february.run({"resolve", "ltsc2019", "--at", "2020-02-15", "--format", "json"});
  CHECK(document.err.empty());
  CHECK(contains(document.out, "\"code\":\"between\""));
}

TEST_CASE("stale data: warned of, refused, or not looked at") {
  February february;
  february.run.now = test::instant("2020-04-01T00:00:00Z");
  const auto& run = february.run;
  const auto warned = run({"resolve", "ltsc2019", "--format", "revision"});
  CHECK(warned.code == 0);
  CHECK(contains(warned.err, "stale"));
  CHECK(contains(warned.err, "tagdb sync"));
  CHECK(contains(run({"resolve", "ltsc2019", "--format", "json"}).out, "\"code\":\"stale\""));
  CHECK(run({"resolve", "ltsc2019", "--freshness", "ignore"}).err.empty());
  for (const auto& command : std::vector<std::vector<std::string>>{{"resolve", "ltsc2019"},
                                                                   {"history", "ltsc2019"},
                                                                   {"list"},
                                                                   {"changes"},
                                                                   {"diff", "1809", "ltsc2019"}}) {
    INFO(command.front());
    auto arguments = command;
    arguments.insert(arguments.end(), {"--freshness", "fail"});
    const auto refused = run(std::move(arguments));
    CHECK(refused.code == 4);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, "stale"));
    CHECK(run(command).code == 0);
  }
  // What the checks have seen does not grow old.
  CHECK(run({"resolve", "ltsc2019", "--at", "2020-02-20", "--freshness", "fail"}).code == 0);
  CHECK(run({"resolve", "ltsc2019", "--at", "2020-02-20", "--max-data-age", "1d"}).code == 4);
}

TEST_CASE("an answer that does not reach the disk is a failure") {
  February february;
  february.run.full_disk = true;
  const auto ran = february.run({"resolve", "ltsc2019"});
  CHECK(ran.code == 1);
  CHECK(contains(ran.err, "No space left on device"));
}

TEST_CASE("what carries is handed over whole") {
  CliRun run;
  run.environment = {{"TAGDB_JOBS", "4"}};
  const std::vector<std::string> arguments{"--db",   "x.sqlite",   "sync", "windows/servercore",
                                           "--full", "--deadline", "2h30m"};
  // tagdb checks the line and becomes the other program with the same arguments.
  const auto started = run(arguments);
  CHECK(started.started == arguments);
  CHECK(started.code == 1);
  // tagdb-remote runs it.
  int calls = 0;
  run.carriers.sync = [&](const cli::Session& session, const cli::SyncOptions& options) -> base::Result<int> {
    ++calls;
    CHECK(session.options.db == "x.sqlite");
    CHECK(session.options.db_named);
    CHECK(options.repositories == std::vector<std::string>{"windows/servercore"});
    CHECK(options.full);
    CHECK_FALSE(options.dry_run);
    CHECK(options.jobs == 4u);
    CHECK(options.deadline == std::chrono::minutes(150));
    session.print("done\n");
    return 8;
  };
  const auto ran = run(arguments);
  CHECK(calls == 1);
  CHECK(ran.code == 8);
  CHECK(ran.out == "done\n");
  CHECK(ran.started.empty());
}

TEST_CASE("errors tell what was being done") {
  CliRun run;
  run.carriers.sync = [](const cli::Session&, const cli::SyncOptions&) -> base::Result<int> {
    return base::Error(base::ErrorKind::network, "no answer", "try again")
        .while_doing("listing tags")
        .while_doing("crawling windows/servercore");
  };
  const auto text = run({"sync", "--db", "x"});
  CHECK(text.code == 5);
  CHECK(text.err ==
        "tagdb: no answer (while listing tags, while crawling windows/servercore)\n  hint: try again\n");
  const auto document = run({"sync", "--db", "x", "--format", "json"});
  CHECK(document.code == 5);
  CHECK(contains(
      document.err,
      R"("error":{"kind":"network","message":"no answer","while":["listing tags","crawling windows/servercore"],"hint":"try again","exitCode":5})"));
}

TEST_CASE("of quiet and verbose the one that is said closer counts") {
  February february;
  auto& run = february.run;
  const auto says = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"changes", "--since", "2020-03-11"});
    return run(std::move(options)).err;
  };
  CHECK(says({}).empty());
  CHECK(contains(says({"-v"}), "nothing moved"));
  run.environment["TAGDB_VERBOSE"] = "1";
  CHECK(contains(says({}), "nothing moved"));
  CHECK(says({"-q"}).empty());
  run.environment.erase("TAGDB_VERBOSE");
  run.environment["TAGDB_QUIET"] = "yes";
  CHECK(says({}).empty());
  CHECK(contains(says({"-v"}), "nothing moved"));
}
