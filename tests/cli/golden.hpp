#pragma once

#include "cli_run.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tagdb::test {

/// A command line; its answer lies in <folder>/<name>.txt.
struct GoldenCase {
  const char* name;
  std::vector<std::string> arguments;
};

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

inline std::string transcript(const GoldenCase& one, const Ran& ran, const std::string& home) {
  std::string text = "$ tagdb " + base::join(one.arguments, " ") + "\n" + ran.out;
  if (!ran.err.empty())
    text += "--- standard error\n" + ran.err;
  text += "--- exit " + std::to_string(ran.code) + "\n";
  return replaced(std::move(text), home, "/home/me");
}

inline std::filesystem::path golden_folder(const std::string& folder) {
  return std::filesystem::path(TAGDB_SOURCE_DIR) / "tests/cli" / folder;
}

/// Compares with the golden file. After a change that is meant, TAGDB_UPDATE_GOLDEN=1 writes the files anew;
/// read the diff before you commit it.
inline void check_golden(const std::string& folder, const GoldenCase& one, const Ran& ran,
                         const std::string& home) {
  const auto text = transcript(one, ran, home);
  const auto path = golden_folder(folder) / (std::string(one.name) + ".txt");
  if (std::getenv("TAGDB_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  INFO("case " << folder << "/" << one.name);
  REQUIRE(std::filesystem::exists(path));
  CHECK(text == slurp(path));
}

/// No file is there that belongs to no case.
template <class Cases>
void check_nothing_left_over(const std::string& folder, const Cases& cases) {
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder(folder))) {
    const auto name = entry.path().stem().string();
    INFO(name);
    CHECK(std::any_of(std::begin(cases), std::end(cases),
                      [&](const GoldenCase& one) { return name == one.name; }));
  }
}

} // namespace tagdb::test
