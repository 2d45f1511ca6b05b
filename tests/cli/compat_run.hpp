#pragma once

#include "cli_run.hpp"
#include "february.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/base/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::test {

inline const std::string k_corpus = TAGDB_SOURCE_DIR "/tests/windows/corpus/";

/// A machine without a database: the built-in knowledge answers.
struct Fresh : FreshHome {
  Fresh() : FreshHome("2026-11-23T12:00:00Z") {}
  Ran operator()(std::vector<std::string> arguments) const { return run(std::move(arguments)); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
    return (folder / name).string();
  }
};

/// A machine whose database is that of february.hpp.
struct February : Fresh {
  February() {
    run.now = after_february();
    std::filesystem::create_directories(folder / ".local/share/tagdb");
    record_february(folder / ".local/share/tagdb/tagdb.sqlite");
  }
};

/// The documents of an answer, one a line.
inline std::vector<base::JsonDocument> documents(const std::string& text) {
  std::vector<base::JsonDocument> all;
  for (const auto line : base::split(text, '\n'))
    if (!line.empty()) {
      INFO(line);
      auto document = base::JsonDocument::parse(line);
      REQUIRE(document);
      all.push_back(*std::move(document));
    }
  return all;
}

inline std::string text_at(const base::JsonDocument& document, std::string_view key) {
  return std::string(document.root().string_at(key).value_or("-"));
}

/// "host image isolation verdict rule", one line for each pair.
inline std::string pairs_of(const Ran& ran) {
  std::string text;
  for (const auto& document : documents(ran.out))
    text += text_at(document, "host") + " " + text_at(document, "image") + " " +
            text_at(document, "isolation") + " " + text_at(document, "verdict") + " " +
            text_at(document, "rule") + "\n";
  return text;
}

} // namespace tagdb::test
