#include "cli_run.hpp"
#include "support/catch.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"

#include <fstream>

using namespace tagdb;
using tagdb::test::CliRun;
using tagdb::test::contains;

namespace {

struct Site : test::FreshHome {
  std::string file(const std::string& name) const { return (folder / name).string(); }
  std::filesystem::path database() const { return folder / ".local/share/tagdb/tagdb.sqlite"; }

  test::Ran import_text(std::string text, std::vector<std::string> more = {}) const {
    auto piped = run;
    piped.input = std::move(text);
    std::vector<std::string> arguments{"knowledge", "import", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return piped(arguments);
  }
  std::string exported() const { return run({"knowledge", "export", "-"}).out; }
};

std::string with(std::string text, const std::string& what, const std::string& instead) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), instead);
}

std::size_t line_of(std::string_view text, std::string_view what) {
  const auto at = text.find(what);
  REQUIRE(at != std::string_view::npos);
  return 1 + static_cast<std::size_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

const std::string k_edition = "2026-09-08,1,";
const std::string k_row = "2020-02-18,2020-02B,LTSC,ltsc2019,10.0.17763.1040,KB4546852,yes,,";

const std::string k_earlier = "2020-01-14,2020-01B,LTSC,ltsc2019,10.0.17763.973,KB4534273,no,,";

} // namespace

TEST_CASE("what was exported and imported again is the same, byte for byte") {
  const Site site;
  const auto built_in = site.exported();
  CHECK(built_in.starts_with("# tagdb knowledge 1\n[edition.csv]\n"));
  CHECK_FALSE(std::filesystem::exists(site.database()));

  const auto ran = site.import_text(built_in);
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "nothing changed"));
  CHECK(std::filesystem::exists(site.database()));
  CHECK(site.exported() == built_in);

  CHECK(site.run({"knowledge", "export", site.file("out.txt")}).code == 0);
  CHECK(test::slurp(site.file("out.txt")) == built_in);
  CHECK(site.run({"knowledge", "import", site.file("out.txt")}).code == 0);
  CHECK(site.exported() == built_in);
}

TEST_CASE("an import says what changed, and answers follow it") {
  const Site site;
  const auto built_in = site.exported();
  const auto newer = with(with(built_in, k_edition, "2026-09-08,2,"), k_row,
                          "2020-02-18,2020-02B,LTSC,ltsc2019,10.0.17763.1040,KB4999999,yes,,");
  const auto ran = site.import_text(newer);
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "2026-09-08 revision 1 -> 2026-09-08 revision 2"));
  CHECK(contains(ran.out, "releases  0      0        1        "));
  CHECK(site.exported() == newer);
  CHECK(contains(site.run({"releases", "--from", "2020-02", "--to", "2020-02"}).out, "KB4999999"));
  CHECK(contains(site.run({"knowledge", "show"}).out, "this program has 2026-09-08 revision 1"));

  const auto json = site.import_text(with(newer, "2026-09-08,2,", "2026-09-09,1,"), {"--format", "json"});
  CHECK(json.code == 0);
  CHECK(contains(json.out, R"("outcome":"complete")"));
  CHECK(contains(json.out, R"({"table":"edition","rows":1,"added":0,"removed":0,"changed":1})"));

  // An older edition does not come back, neither by import nor with the program.
  const auto older = site.import_text(built_in);
  CHECK(older.code == 2);
  CHECK(contains(older.err, "older"));
  CHECK(contains(site.run({"knowledge", "show"}).out, "edition   2026-09-09 revision 1"));
}

TEST_CASE("one wrong row, and nothing is taken") {
  const Site site;
  const auto good = with(site.exported(), k_edition, "2026-10-01,1,");
  const auto line = std::to_string(line_of(good, k_row));
  struct Case {
    const char* name;
    std::string text;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"a revision that is none",
       with(good, k_row, "2020-02-18,2020-02B,LTSC,ltsc2019,10.0.x,,yes,,"),
       {"releases.csv line " + line, "10.0.x", "standard input"}},
      {"the same key twice",
       with(good, k_earlier, "2020-01-14,2020-01B,LTSC,ltsc2019,10.0.17763.1040,,no,,"),
       {"releases.csv line", "10.0.17763.1040"}},
      {"a KB that is none",
       with(good, k_row, "2020-02-18,2020-02B,LTSC,ltsc2019,10.0.17763.1040,KB1,yes,,"),
       {"releases.csv line " + line, "KB1"}},
      {"a build without a version",
       with(good, k_earlier, "2020-01-14,2020-01B,LTSC,ltsc2019,10.0.17764.973,,no,,"),
       {"releases.csv line " + std::to_string(line_of(good, k_earlier)), "17764"}},
      {"a field too many", with(good, k_row, k_row + ","), {"releases.csv line " + line, "fields"}},
      {"a table is missing", with(good, "[incidents.csv]", "[incidence.csv]"), {"incidence.csv"}},
      {"another document", "{\"schema\": 1}", {"line 1", "tagdb knowledge 1"}},
      {"nothing", "", {"line 1"}},
      {"cut off", good.substr(0, good.size() / 2), {"missing"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto ran = site.import_text(each.text);
    test::check_refused(ran, 2, each.words);
  }
  CHECK_FALSE(std::filesystem::exists(site.database())); // checked before a database is made
}

TEST_CASE("what knowledge refuses") {
  const Site site;
  std::ofstream(site.file("large.txt")) << "# tagdb knowledge 1\n";
  std::filesystem::resize_file(site.file("large.txt"), (16u << 20) + 1);
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    std::vector<std::string> words;
  };
  const Case cases[] = {
      {"no action", {"knowledge"}, 2, {"ACTION"}},
      {"another action", {"knowledge", "shwo"}, 2, {"shwo", "show"}},
      {"a file for show", {"knowledge", "show", "x"}, 2, {"takes no FILE"}},
      {"no file to import", {"knowledge", "import"}, 2, {"needs a FILE", "standard input"}},
      {"no file to export", {"knowledge", "export"}, 2, {"needs a FILE", "standard output"}},
      {"a file that is not there", {"knowledge", "import", site.file("none.txt")}, 3, {"there is no file"}},
      {"a file that is too large", {"knowledge", "import", site.file("large.txt")}, 2, {"larger than"}},
      {"a folder to write to that is not there",
       {"knowledge", "export", site.file("none/out.txt")},
       1,
       {"cannot write in", "/none"}},
      {"a named database that is not there",
       {"knowledge", "show", "--db", site.file("no.sqlite")},
       3,
       {"no.sqlite"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto ran = site.run(each.arguments);
    test::check_refused(ran, each.code, each.words);
  }
}

TEST_CASE("a second writer is told to come back") {
  const Site site;
  const auto good = site.exported();
  REQUIRE(site.import_text(good).code == 0);
  const test::ManualClock clock;
  auto writer = store::Writer::open(site.database(), clock);
  REQUIRE(writer);
  const auto ran = site.import_text(with(good, k_edition, "2026-10-01,1,"));
  CHECK(ran.code == 10);
  CHECK(ran.out.empty());
}
