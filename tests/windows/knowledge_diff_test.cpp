#include "reference_files.hpp"
#include <tagdb/windows/knowledge_diff.hpp>

using namespace tagdb::windows;

namespace {

/// "releases 1+ 2- 3~", tables without changes left out.
std::string words_of(const std::vector<TableChange>& changes) {
  std::string text;
  for (const auto& change : changes)
    if (change.any())
      text += change.name + " " + std::to_string(change.added) + "+ " + std::to_string(change.removed) +
              "- " + std::to_string(change.changed) + "~\n";
  return text;
}

} // namespace

TEST_CASE("what became of the tables is counted by key") {
  const auto& before = test_reference::knowledge().tables();
  CHECK(words_of(compare_tables(before, before)).empty());

  auto after = before;
  after.edition.revision = 7;
  after.releases.front().source = "somebody else";
  after.host_releases.pop_back();
  after.incidents.clear();
  after.instants.push_back(after.instants.back());
  after.instants.back().date += std::chrono::days(1);
  CHECK(words_of(compare_tables(before, after)) == "edition.csv 0+ 0- 1~\nreleases.csv 0+ 0- 1~\n"
                                                   "host_releases.csv 0+ 1- 0~\nincidents.csv 0+ " +
                                                       std::to_string(before.incidents.size()) +
                                                       "- 0~\nrelease_instants.csv 1+ 0- 0~\n");
  for (const auto& change : compare_tables(before, after))
    if (change.name == "host_releases.csv")
      CHECK(change.rows == before.host_releases.size() - 1);
}

TEST_CASE("the tables in numbers") {
  const auto& tables = test_reference::knowledge().tables();
  const auto sizes = table_sizes(tables);
  const auto names = table_names();
  REQUIRE(sizes.size() == names.size());
  for (std::size_t i = 0; i < sizes.size(); ++i)
    CHECK(sizes[i].name == names[i]);
  CHECK(sizes[2].rows == tables.releases.size());
  CHECK(format_day(*sizes[2].first) == "2016-10-11");
  CHECK_FALSE(sizes[5].first); // what runs under a build has no date
}
