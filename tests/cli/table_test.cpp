#include "support/catch.hpp"
#include "table.hpp"

using namespace tagdb::cli;

TEST_CASE("a field of CSV holds whatever it is given") {
  struct Case {
    const char *name, *text, *field;
  };
  const Case cases[] = {
      {"plain", "ltsc2019", "ltsc2019"},
      {"empty", "", ""},
      {"a comma", "Windows Server, version 1809", "\"Windows Server, version 1809\""},
      {"quotes", "say \"no\"", "\"say \"\"no\"\"\""},
      {"a line end", "a\r\nb", "\"a\r\nb\""},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(csv_field(each.text) == each.field);
  }
  CHECK(csv_record({"a", "b,c", ""}) == "a,\"b,c\",\r\n");
}

TEST_CASE("a cell of Markdown stays one cell of text") {
  struct Case {
    const char *name, *text, *row;
  };
  const Case cases[] = {
      {"plain", "10.0.17763.1040 (KB4546852)", "| 10.0.17763.1040 (KB4546852) |\n"},
      {"empty", "", "|  |\n"},
      {"a pipe", "a|b", "| a\\|b |\n"},
      {"a backslash before a pipe", "a\\|b", "| a\\\\\\|b |\n"},
      {"a line end", "a\nb", "| a\\\\x0Ab |\n"},
      {"an escape sequence", "\033[31mred", "| \\\\x1B\\[31mred |\n"},
      {"a link", "[here](http://x)", "| \\[here\\](http://x) |\n"},
      {"a tag of HTML", "<img src=x>", "| \\<img src=x\\> |\n"},
      {"code and stress", "`a` *b*", "| \\`a\\` \\*b\\* |\n"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto text = markdown_table({{"HEAD"}, {each.text}});
    CHECK(text == "| HEAD |\n|---|\n" + std::string(each.row));
  }
}
