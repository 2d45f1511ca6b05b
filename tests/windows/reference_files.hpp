#pragma once

#include "csv.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/knowledge.hpp>
#include <tagdb/windows/knowledge_csv.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace test_reference {

inline std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  INFO(path);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The tables of schema/reference by name.
inline std::map<std::string, std::string> texts() {
  std::map<std::string, std::string> found;
  for (const auto name : tagdb::windows::table_names())
    found[std::string(name)] =
        read_text(std::string(TAGDB_SOURCE_DIR "/schema/reference/") + std::string(name));
  return found;
}

inline tagdb::base::Result<tagdb::windows::KnowledgeTables>
parse(const std::map<std::string, std::string>& texts) {
  std::vector<tagdb::windows::TableText> tables;
  for (const auto& [name, text] : texts)
    tables.push_back({name, text});
  return tagdb::windows::parse_tables(tables);
}

/// The built-in knowledge, read once.
inline const tagdb::windows::Knowledge& knowledge() {
  static const tagdb::windows::Knowledge instance = [] {
    auto tables = parse(texts());
    if (!tables)
      FAIL(tables.error().to_string());
    return tagdb::windows::Knowledge(*std::move(tables));
  }();
  return instance;
}

/// Rows of a test table (tests/windows/data), each by column name.
inline std::vector<std::map<std::string, std::string>> cases(const std::string& name) {
  const auto records = tagdb::windows::parse_csv(read_text(TAGDB_SOURCE_DIR "/tests/windows/data/" + name));
  REQUIRE(records);
  std::vector<std::map<std::string, std::string>> rows;
  for (std::size_t i = 1; i < records->size(); ++i) {
    REQUIRE((*records)[i].fields.size() == records->front().fields.size());
    auto& row = rows.emplace_back();
    for (std::size_t column = 0; column < records->front().fields.size(); ++column)
      row[records->front().fields[column]] = (*records)[i].fields[column];
  }
  return rows;
}

} // namespace test_reference
