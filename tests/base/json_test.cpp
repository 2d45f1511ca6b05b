#include "support/catch.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>

using namespace tagdb::base;

namespace {

JsonDocument parse(std::string_view text) {
  auto document = JsonDocument::parse(text);
  INFO(text);
  REQUIRE(document);
  return *std::move(document);
}

std::string nested(std::size_t depth, char open = '[', char close = ']') {
  return std::string(depth, open) + std::string(depth, close);
}

} // namespace

TEST_CASE("what is not JSON is refused with its place") {
  struct Case {
    const char* name;
    std::string text;
  };
  const Case cases[] = {{"empty", ""},
                        {"only space", "  \n"},
                        {"text behind", "{} x"},
                        {"two documents", "{}{}"},
                        {"trailing comma", "[1,]"},
                        {"single quotes", "{'a':1}"},
                        {"comment", "{} // x"},
                        {"NaN", "[NaN]"},
                        {"leading zero", "[01]"},
                        {"plus", "[+1]"},
                        {"cut off", R"({"a":)"},
                        {"raw newline in a string", "[\"a\nb\"]"},
                        {"lone first surrogate", R"(["\ud800"])"},
                        {"lone second surrogate", R"(["\udc00"])"},
                        {"lone second surrogate in a name", R"({"\uDFFF":1})"},
                        {"bad escape", R"(["\x41"])"},
                        {"invalid UTF-8", "[\"f\xfcr\"]"},
                        {"overlong UTF-8", "[\"\xc0\xaf\"]"},
                        {"surrogate as UTF-8", "[\"\xed\xa0\x80\"]"},
                        // RapidJSON's own validation runs over the end of these (address sanitizer tells)
                        {"character cut off by the end", "[\"\xf4"},
                        {"character cut off by the end, as a name", "{\"\xe2\x82"},
                        {"byte order mark", "\xef\xbb\xbf{}"},
                        {"NUL behind", std::string("{}\0", 3)},
                        {"something behind a NUL", std::string("{}\0{\"a\":1}", 10)},
                        {"NUL within", std::string("{\0}", 3)},
                        {"HTML", "<!DOCTYPE html><html></html>"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto document = JsonDocument::parse(each.text);
    REQUIRE_FALSE(document);
    CHECK(document.error().kind() == ErrorKind::integrity);
    CHECK(document.error().message().find("at byte") != std::string::npos);
  }
}

TEST_CASE("depth is bounded, however deep") {
  CHECK(JsonDocument::parse(nested(32)));
  CHECK_FALSE(JsonDocument::parse(nested(33)));
  CHECK(JsonDocument::parse(nested(33), {.max_bytes = 100, .max_depth = 33}));
  const std::string objects = [] {
    std::string text;
    for (int i = 0; i < 33; ++i)
      text += R"({"a":)";
    return text + "1" + std::string(33, '}');
  }();
  CHECK_FALSE(JsonDocument::parse(objects));
  for (const std::size_t depth : {300'000u, 2'000'000u}) {
    const auto open = JsonDocument::parse(std::string(depth, '['));
    REQUIRE_FALSE(open);
    CHECK(open.error().message().find("nested more than 32") != std::string::npos);
    CHECK_FALSE(JsonDocument::parse(nested(depth)));
  }
  // Width is no depth.
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i)
    wide += "[],";
  CHECK(JsonDocument::parse(wide + "[]]"));
}

TEST_CASE("size is bounded before anything is read") {
  const auto refused = JsonDocument::parse("[1,2,3]", {.max_bytes = 6, .max_depth = 32});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find("larger than") != std::string::npos);
  CHECK(JsonDocument::parse("[1,2,3]", {.max_bytes = 7, .max_depth = 32}));
}

TEST_CASE("values answer only as what they are") {
  const auto document = parse(R"({"s":"x","n":7,"t":true,"z":null,"a":[1,2],"o":{"k":1}})");
  const auto root = document.root();
  REQUIRE(root.is_object());
  CHECK(root.size() == 6);
  CHECK(root.string_at("s") == "x");
  CHECK(root.integer_at("n") == 7);
  CHECK(root.find("t")->boolean() == true);
  CHECK(root.find("z")->is_null());
  CHECK(root.find("a")->is_array());
  CHECK(root.find("a")->at(1).integer() == 2);
  CHECK(root.find("o")->integer_at("k") == 1);
  // Of another type, or not there: nothing.
  CHECK_FALSE(root.string_at("n"));
  CHECK_FALSE(root.integer_at("s"));
  CHECK_FALSE(root.find("s")->boolean());
  CHECK_FALSE(root.find("absent"));
  CHECK_FALSE(root.find("a")->find("k"));
  CHECK_FALSE(root.find("s")->find_folded("k"));
  CHECK(root.find("s")->size() == 0);
  CHECK(root.find("a")->count_folded("k") == 0);
}

TEST_CASE("integers are exact or nothing") {
  struct Case {
    std::string_view text;
    std::optional<std::int64_t> number;
  };
  const Case cases[] = {{"0", 0},
                        {"-0", 0},
                        {"-17", -17},
                        {"9223372036854775807", INT64_MAX},
                        {"-9223372036854775808", INT64_MIN},
                        {"9223372036854775808", std::nullopt},
                        {"18446744073709551616", std::nullopt},
                        {"1.0", std::nullopt},
                        {"1e3", std::nullopt},
                        {"\"1\"", std::nullopt}};
  for (const auto& each : cases) {
    INFO(each.text);
    const auto document = parse(each.text);
    CHECK(document.root().integer() == each.number);
  }
}

TEST_CASE("names match exactly, or as Go matches them") {
  const auto document = parse(R"({"rootfs":1,"rootFS":2,"created":3,"created":4})");
  const auto root = document.root();
  CHECK(root.integer_at("created") == 3);
  CHECK_FALSE(root.find("Created"));
  CHECK(root.find_folded("rootFS")->integer() == 2);
  CHECK(root.find_folded("ROOTFS")->integer() == 1);
  CHECK(root.count_folded("rootfs") == 2);
  CHECK(root.count_folded("created") == 2);
  CHECK(root.count_folded("absent") == 0);
}

TEST_CASE("strings may hold anything, NUL included") {
  CHECK(parse("\"\xed\x95\x9c\"").root().string() == "\xed\x95\x9c"); // Hangul begins with ED too
  const auto document = parse(R"({"a\u0000b":"\u0000\ud83d\ude00\/\n"})");
  const std::string_view name("a\0b", 3);
  CHECK(document.root().string_at(name) == std::string_view("\0\xf0\x9f\x98\x80/\n", 7));
  CHECK_FALSE(document.root().find("a"));
}

TEST_CASE("members come in order, and a document outlives its text and its move") {
  auto text = std::make_unique<std::string>(R"({"b":"long enough to be no small string","a":[]})");
  auto document = parse(*text);
  text.reset();
  const auto root = document.root();
  const auto moved = std::move(document);
  std::vector<std::string> names;
  root.for_each_member([&](std::string_view name, JsonValue) { names.emplace_back(name); });
  CHECK(names == std::vector<std::string>{"b", "a"});
  CHECK(moved.root().string_at("b") == "long enough to be no small string");
}

TEST_CASE("the writer keeps commas and escapes") {
  JsonWriter writer;
  writer.begin_object()
      .member("schema", 1)
      .member("none", std::optional<std::string>())
      .member("some", std::optional<std::string>("x"))
      .key("items")
      .begin_array()
      .begin_object()
      .end_object()
      .value(true)
      .null()
      .begin_array()
      .end_array()
      .value(std::int64_t{INT64_MIN})
      .value(std::uint64_t{UINT64_MAX})
      .end_array()
      .member("text", "\"\\\n\t\x1b\x7f/")
      .end_object();
  CHECK(
      writer.text() ==
      R"({"schema":1,"none":null,"some":"x","items":[{},true,null,[],-9223372036854775808,18446744073709551615],)"
      R"("text":"\"\\\n\t\u001b\u007f/"})");
}

TEST_CASE("what is written can be read, whatever went in") {
  const std::string_view cases[] = {"plain", "\xc3\xa4\xf0\x9f\x98\x80", "\xe2\x80\xae",
                                    std::string_view("\0x", 2), "\xf3\xa0\x80\x81"};
  for (const auto text : cases) {
    JsonWriter writer;
    writer.begin_object().member(text, text).end_object();
    const auto document = parse(writer.text());
    CHECK(document.root().string_at(text) == text);
  }
  JsonWriter writer;
  writer.value("f\xfcr");
  CHECK(writer.text() == "\"f\uFFFDr\"");
  // A document on a terminal must not steer it either.
  JsonWriter control;
  control.value("\x1b\xc2\x9b\xe2\x80\xae");
  CHECK(control.text() == R"("\u001b\u009b\u202e")");
}
