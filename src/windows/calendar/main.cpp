// Writes schema/reference/release_instants.csv anew, after releases.csv has got new rows or a year has
// passed:
//
//     tagdb_make_release_instants LAST_YEAR < releases.csv > release_instants.csv

#include <tagdb/base/text.hpp>
#include <tagdb/windows/knowledge_csv.hpp>
#include <tagdb/windows/pacific_time.hpp>

#include <chrono>
#include <iostream>
#include <iterator>
#include <string>

namespace {

namespace base = tagdb::base;
namespace windows = tagdb::windows;

base::Result<std::string> make(const std::string& releases_csv, std::chrono::year last) {
  TAGDB_TRY_ASSIGN(const auto pacific, windows::PacificTime::load());
  TAGDB_TRY_ASSIGN(const auto releases, windows::parse_releases(releases_csv));
  windows::KnowledgeTables tables;
  tables.instants = windows::make_release_instants(releases, windows::k_first_instant_month,
                                                   last / std::chrono::December, pacific);
  for (auto& table : windows::print_tables(tables))
    if (table.name == "release_instants.csv")
      return std::move(table.text);
  return base::Error(base::ErrorKind::internal, "no table of release instants was printed");
}

} // namespace

int main(int argc, char** argv) {
  const auto year = argc == 2 ? base::parse_number(argv[1]) : std::nullopt;
  if (!year || *year < 2016 || *year > 9999) {
    std::cerr << "usage: tagdb_make_release_instants LAST_YEAR < releases.csv > release_instants.csv\n";
    return 2;
  }
  const std::string releases_csv{std::istreambuf_iterator<char>(std::cin), {}};
  const auto text = make(releases_csv, std::chrono::year(static_cast<int>(*year)));
  if (!text) {
    std::cerr << text.error().to_string() << '\n';
    return base::exit_code(text.error().kind());
  }
  std::cout << *text << std::flush;
  return std::cout.good() ? 0 : 1;
}
