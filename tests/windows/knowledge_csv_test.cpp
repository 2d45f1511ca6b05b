#include "reference_files.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/knowledge_csv.hpp>

using namespace tagdb::windows;

namespace {

/// The reference with one piece of text in one table replaced.
std::map<std::string, std::string> with(const std::string& table, std::string_view from,
                                        std::string_view to) {
  auto texts = test_reference::texts();
  auto& text = texts.at(table);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  return texts;
}

} // namespace

TEST_CASE("the built-in reference is valid") {
  const auto tables = test_reference::parse(test_reference::texts());
  if (!tables)
    FAIL(tables.error().to_string());
  CHECK(tables->releases.size() == 444);
  CHECK(tables->host_releases.size() == 1160);
  CHECK(tables->versions.size() == 13);
  CHECK(tables->baselines.size() == 5);
  CHECK(tables->host_builds.size() == 20);
  CHECK(tables->incidents.size() == 3);
  CHECK(format_day(tables->edition.as_of) == "2026-09-08");
  for (const auto& row : tables->releases)
    CHECK(!row.source.empty());
}

TEST_CASE("one wrong row refuses everything, with table, line and reason") {
  struct Case {
    const char* name;
    const char* table;
    std::string_view from, to;
    std::string_view says;
  };
  const Case cases[] = {
      {"bad date", "releases.csv", "\n2016-10-11,", "\n2016-13-11,",
       "releases.csv line 2: release_date: '2016-13-11'"},
      {"bad label", "releases.csv", "2016-10B", "2016-10Q", "releases.csv line 2: label:"},
      {"label without a year", "releases.csv", "2016-10B", "10B",
       "releases.csv line 2: label: '10B' is ambiguous"},
      {"bad version", "releases.csv", "10.0.14393.321", "10.0.14393", "releases.csv line 2: os_version:"},
      {"bad KB", "releases.csv", "KB3194798", "3194798",
       "releases.csv line 2: kb: '3194798' is no KB number"},
      {"bad channel", "releases.csv", "LTSC,ltsc2016", "LTS,ltsc2016",
       "releases.csv line 2: channel: 'LTS' is none of LTSC, SAC, AC"},
      {"neither yes nor no", "releases.csv", "KB3194798,no", "KB3194798,maybe",
       "releases.csv line 2: out_of_band:"},
      {"no source", "incidents.csv", "docker-library/official-images#18884,still", ",still",
       "incidents.csv line 4: source: is empty"},
      {"key twice", "releases.csv", "10.0.14393.447,", "10.0.14393.321,",
       "releases.csv line 3: 10.0.14393.321 is there twice"},
      {"unknown build", "releases.csv", "10.0.14393.321,", "10.0.14394.321,",
       "releases.csv line 2: build 14394 has no images tagged 'ltsc2016'"},
      {"tag of another build", "releases.csv", "LTSC,ltsc2016,", "LTSC,ltsc2019,",
       "releases.csv line 2: build 14393 has no images tagged 'ltsc2019'"},
      {"label later than its date", "releases.csv", "2016-10B", "2016-11B",
       "releases.csv line 2: its label 2016-11B is later"},
      {"no instant", "releases.csv", "\n2016-10-11,2016-10B", "\n2016-10-12,2016-10B",
       "releases.csv line 2: release_instants.csv has no released 2016-10B of 2016-10-12"},
      {"superseded by nobody", "releases.csv", "no,10.0.17763.1040", "no,10.0.17763.1041",
       "10.0.17763.1041 is no later release of the same build and label"},
      {"after the edition", "edition.csv", "2026-09-08", "2026-09-07",
       "2026-09-08 is after the edition's 2026-09-07"},
      {"host build unknown", "host_releases.csv", "10.0.14393.10,", "10.0.14392.10,",
       "host_releases.csv line 2: build 14392 is not in host_builds.csv"},
      {"host key twice", "host_releases.csv", "10.0.14393.51,", "10.0.14393.10,",
       "host_releases.csv line 3: 10.0.14393.10 is there twice"},
      {"host type", "host_releases.csv", "KB3176929,Standard", "KB3176929,standard",
       "host_releases.csv line 2: type: 'standard' is none of"},
      {"dates out of order", "versions.csv", "2029-11-13,2034-11-14", "2035-11-13,2034-11-14",
       "versions.csv line 2: its dates are not in order"},
      {"extended without mainstream", "versions.csv", "2029-11-13,2034-11-14", ",2034-11-14",
       "versions.csv line 2: has an extended end without a mainstream end"},
      {"a tag of two rows", "versions.csv", ",ltsc2025,26100", ",ltsc2022,26100",
       "is the tag of another row too"},
      {"name twice", "versions.csv", "Windows Server 2022,", "Windows Server 2025,",
       "versions.csv line 4: 'Windows Server 2025' is there twice"},
      {"sku disagrees", "host_builds.csv", "Windows 10 1607,shared", "Windows 10 1607,server",
       "host_builds.csv line 2: sku: does not agree with the names"},
      {"build twice", "host_builds.csv", "\n15063,", "\n14393,",
       "host_builds.csv line 3: build 14393 is there twice"},
      {"baseline out of order", "baseline_2020_2b.csv", "2020-02-11,3506,", "2020-02-11,3503,",
       "baseline_2020_2b.csv line 2: its container revisions are not in order"},
      {"incident ends first", "incidents.csv", "2025-04-09,2025-04-17", "2025-04-09,2025-04-01",
       "incidents.csv line 2: ends before it begins"},
      {"instant in the wrong zone", "release_instants.csv", "2020-03-10T17:00:00Z,PDT",
       "2020-03-10T17:00:00Z,PST", "10:00 PST of 2020-03-10 is 2020-03-10T18:00:00Z"},
      {"released without an image", "release_instants.csv", "2017-02-14T18:00:00Z,PST,yes,no",
       "2017-02-14T18:00:00Z,PST,yes,yes", "is said to be released, but releases.csv has no image"},
      {"an instant twice", "release_instants.csv", "\n2016-02-09,2016-02B,", "\n2016-01-12,2016-01B,",
       "release_instants.csv line 3: 2016-01B of 2016-01-12 is there twice"},
      {"no second Tuesday", "release_instants.csv", "2020-02-18T18:00:00Z,PST,no",
       "2020-02-18T18:00:00Z,PST,yes", "2020-02-18 is not the second Tuesday"},
      {"too few fields", "host_builds.csv", "15063,,", "15063,",
       "host_builds.csv line 3: 4 fields instead of 5"},
      {"another column", "host_builds.csv", "build,server_name", "build,server",
       "host_builds.csv line 1: the columns must be build,server_name,"},
      {"a control character", "host_builds.csv", "Windows 10 1703", "Windows\t10 1703",
       "host_builds.csv line 3: client_name: has a control character"},
      {"an open quote", "host_builds.csv", "28000,,", "28000,\"",
       "host_builds.csv line 21: a quote that is never closed"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto tables = test_reference::parse(with(each.table, each.from, each.to));
    REQUIRE(!tables);
    INFO(tables.error().message());
    CHECK(tables.error().kind() == tagdb::base::ErrorKind::usage);
    CHECK(tables.error().message().find(each.says) != std::string::npos);
  }
}

TEST_CASE("tables that are missing, unknown or twice are refused") {
  auto texts = test_reference::texts();
  std::vector<TableText> tables;
  for (const auto& [name, text] : texts)
    tables.push_back({name, text});
  auto missing = tables;
  missing.pop_back();
  CHECK(parse_tables(missing).error().message() == "versions.csv is missing");
  auto twice = tables;
  twice.push_back(twice.front());
  CHECK(parse_tables(twice).error().message().find("is there twice") != std::string::npos);
  auto unknown = tables;
  unknown.push_back({"readme.md", "hello"});
  CHECK(parse_tables(unknown).error().message().find("no table is called 'readme.md'") != std::string::npos);
}

TEST_CASE("all tables survive printing and reading, alone and as one document") {
  const auto texts = test_reference::texts();
  const auto tables = test_reference::parse(texts);
  REQUIRE(tables);
  const auto printed = print_tables(*tables);
  std::vector<TableText> again;
  for (const auto& table : printed)
    again.push_back({table.name, table.text});
  const auto reread = parse_tables(again);
  REQUIRE(reread);
  const auto reprinted = print_tables(*reread);
  for (std::size_t i = 0; i < printed.size(); ++i) {
    INFO(printed[i].name);
    CHECK((printed[i].text == reprinted[i].text));
  }
  const auto document = print_document(*tables);
  const auto from_document = parse_document(document);
  REQUIRE(from_document);
  CHECK((print_document(*from_document) == document));
}

TEST_CASE("a document's errors count lines from its top") {
  auto document = print_document(*test_reference::parse(test_reference::texts()));
  const std::string_view wrong = "10.0.17763.1040,KB4546852";
  const auto at = document.find(wrong);
  REQUIRE(at != std::string::npos);
  document.replace(at, wrong.size(), "10.0.17763.1040,KB");
  const auto line =
      std::count(document.begin(), document.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
  const auto tables = parse_document(document);
  REQUIRE(!tables);
  CHECK(tables.error().message() ==
        "releases.csv line " + std::to_string(line) + ": kb: 'KB' is no KB number (KB4546852)");

  CHECK(parse_document("").error().message().find("line 1") == 0);
  CHECK(parse_document("# tagdb knowledge 2\n").error().message().find("line 1") == 0);
  CHECK(parse_document("# tagdb knowledge 1\nhello\n").error().message().find("line 2: text before") == 0);
  CHECK(
      parse_document("# tagdb knowledge 1\n[x]\n").error().message().find("line 3: no table is called 'x'") ==
      0);
  // Cut off in the middle, as a broken download is.
  CHECK(!parse_document(document.substr(0, document.size() / 2)));
}
