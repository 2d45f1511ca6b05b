#include "csv.hpp"
#include "support/catch.hpp"

#include <random>
#include <string>

using namespace tagdb::windows;

namespace {

using Rows = std::vector<std::vector<std::string>>;

} // namespace

TEST_CASE("CSV texts that are read") {
  struct Case {
    const char* name;
    std::string_view text;
    Rows rows;
  };
  const Case cases[] = {
      {"empty", "", {}},
      {"one field", "a", {{"a"}}},
      {"two lines", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"CRLF", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"no last line end", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"empty fields", ",,\n", {{"", "", ""}}},
      {"trailing comma at the end", "a,", {{"a", ""}}},
      {"quoted comma", "\"a,b\",c\n", {{"a,b", "c"}}},
      {"doubled quotes", "\"say \"\"yes\"\"\"\n", {{"say \"yes\""}}},
      {"line break inside quotes", "\"a\nb\",c\nd,e\n", {{"a\nb", "c"}, {"d", "e"}}},
      {"empty quoted", "\"\",x\n", {{"", "x"}}},
      {"empty lines", "a\n\n\nb\n", {{"a"}, {"b"}}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a,b\n",
       {{"a", "b"}}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto records = parse_csv(each.text);
    REQUIRE(records);
    Rows rows;
    for (const auto& record : *records)
      rows.push_back(record.fields);
    CHECK(rows == each.rows);
  }
}

TEST_CASE("CSV texts that are refused, with the line") {
  struct Case {
    const char* name;
    std::string text;
    std::string_view says;
  };
  const Case cases[] = {
      {"open quote", "a\n\"b\nc", "line 2: a quote that is never closed"},
      {"text after a quote", "\"a\"b", "line 1: text after a closing quote"},
      {"quote inside", "x\ny\na\"b", "line 3: a quote inside a field without quotes"},
      {"lone carriage return", "a\rb", "line 1: a carriage return without a line feed"},
      {"NUL", std::string("a\0b", 3), "is not UTF-8 text"},
      {"Latin 1", "Versi\xF3n", "is not UTF-8 text"},
      {"too many fields", std::string(64, ','), "line 1: more than 64 fields"},
      {"too many records", "a\nb\nc\nd\n", "line 4: more than 3 records"},
      {"too large", std::string(2000, 'a'), "is larger than 1000 bytes"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto records = parse_csv(each.text, 1, {.max_bytes = 1000, .max_records = 3});
    REQUIRE(!records);
    CHECK(records.error().message() == each.says);
  }
}

TEST_CASE("lines are counted from the number given, line breaks inside quotes included") {
  const auto records = parse_csv("a\n\"b\nb\"\nc\n", 10);
  REQUIRE(records);
  CHECK((*records)[0].line == 10);
  CHECK((*records)[1].line == 11);
  CHECK((*records)[2].line == 13);
}

TEST_CASE("what is written reads back, whatever it is") {
  std::mt19937 random(20200211); // fixed: a failure must come again
  const std::string_view letters = "ab,\"\n\r[ ;";
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> fields(1 + random() % 4);
    std::string text;
    for (auto& field : fields) {
      for (auto length = random() % 6; length > 0; --length)
        field += letters[random() % letters.size()];
      if (!text.empty())
        text += ',';
      if (field.empty())
        field += 'x'; // an empty line has no record, so a lone empty field has no text
      append_csv_field(text, field);
    }
    text += '\n';
    const auto records = parse_csv(text);
    INFO(text);
    REQUIRE(records);
    REQUIRE(records->size() == 1);
    CHECK(records->front().fields == fields);
  }
}
