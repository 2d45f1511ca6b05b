#include "listing.hpp"
#include "support/catch.hpp"

using namespace tagdb::registry;

TEST_CASE("the next page among Link headers") {
  struct Case {
    const char* name;
    std::vector<std::string_view> values;
    std::optional<std::string> next;
  };
  const Case cases[] = {
      {"none", {}, std::nullopt},
      {"distribution", {R"(</v2/a/tags/list?n=2&last=b>; rel="next")"}, "/v2/a/tags/list?n=2&last=b"},
      {"no quotes", {"<x>; rel=next"}, "x"},
      {"absolute", {R"(<https://h/v2/a/tags/list?last=b>; rel="next")"}, "https://h/v2/a/tags/list?last=b"},
      {"another relation", {R"(<x>; rel="prev")"}, std::nullopt},
      {"several relations", {R"(<x>; rel="last next")"}, "x"},
      {"a longer word", {R"(<x>; rel="nextish")"}, std::nullopt},
      {"case", {R"(<x>; REL="NEXT")"}, "x"},
      {"other parameters", {R"(<x>; title="a, b; rel=prev"; rel="next")"}, "x"},
      {"several links", {R"(<a>; rel="first", <b>; rel="next")"}, "b"},
      {"several headers", {R"(<a>; rel="first")", R"(<b>; rel="next")"}, "b"},
      {"a comma in the target", {R"(<a,b>; rel="next")"}, "a,b"},
      {"spaces", {R"(<x> ;  rel = "next" )"}, "x"},
      {"no relation", {"<x>"}, std::nullopt},
      {"no end", {"<x; rel=next"}, std::nullopt},
      {"no link", {"rel=next"}, std::nullopt},
      {"empty", {""}, std::nullopt},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(next_link(each.values) == each.next);
  }
}

TEST_CASE("the body of a tag list") {
  using Names = std::vector<std::string>;
  CHECK(*parse_tag_page(R"({"name":"a","tags":["ltsc2019","1809-KB4546852"]})") ==
        Names{"ltsc2019", "1809-KB4546852"});
  CHECK(parse_tag_page(R"({"name":"a","tags":null})")->empty());
  CHECK(parse_tag_page(R"({"name":"a","tags":[]})")->empty());
  CHECK(parse_tag_page(R"({"child":[],"tags":["a"],"manifest":{"x":{"y":[1]}}})")->size() == 1);
  for (const char* body : {"", "[]", "{}", "null", R"({"tags":"a"})", R"({"tags":[1]})", R"({"tags":[null]})",
                           R"({"tags":{"a":1}})", R"({"tags":["a")", "<html>", R"({"errors":[]})"}) {
    INFO(body);
    CHECK_FALSE(parse_tag_page(body));
  }
  CHECK_FALSE(parse_tag_page(R"({"tags":)" + std::string(300'000, '[')));
}
