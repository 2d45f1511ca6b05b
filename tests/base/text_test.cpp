#include "support/catch.hpp"
#include <tagdb/base/text.hpp>

#include <limits>

using namespace tagdb::base;

TEST_CASE("splitting keeps empty parts") {
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split(",", ',') == std::vector<std::string_view>{"", ""});
  const std::vector<std::string> parts{"a", "b"};
  CHECK(join(parts, ", ") == "a, b");
  CHECK(join({}, ", ").empty());
}

TEST_CASE("case and space are ASCII only") {
  CHECK(to_lower("LTSC2019-\xc3\x84") == "ltsc2019-\xc3\x84");
  CHECK(equals_ignoring_case("RootFS", "rootfs"));
  CHECK_FALSE(equals_ignoring_case("rootfs", "rootf"));
  CHECK_FALSE(equals_ignoring_case("[", "{")); // 0x20 apart, but no letters
  CHECK(trim(" \t x y \r\n") == "x y");
  CHECK(trim(" \n").empty());
}

TEST_CASE("numbers") {
  struct Case {
    std::string_view text;
    std::optional<std::uint64_t> number;
  };
  const Case cases[] = {{"0", 0},
                        {"007", 7},
                        {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
                        {"18446744073709551616", std::nullopt},
                        {"99999999999999999999999", std::nullopt},
                        {"", std::nullopt},
                        {"-1", std::nullopt},
                        {"+1", std::nullopt},
                        {" 1", std::nullopt},
                        {"1.0", std::nullopt},
                        {"0x1", std::nullopt}};
  for (const auto& each : cases) {
    INFO(each.text);
    CHECK(parse_number(each.text) == each.number);
  }
}

TEST_CASE("UTF-8 as Unicode defines it") {
  struct Case {
    const char* name;
    std::string_view text;
    bool valid;
  };
  const Case cases[] = {{"empty", "", true},
                        {"ASCII", "ltsc2019", true},
                        {"two, three and four bytes", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", true},
                        {"last code point", "\xf4\x8f\xbf\xbf", true},
                        {"beyond the last", "\xf4\x90\x80\x80", false},
                        {"overlong slash", "\xc0\xaf", false},
                        {"overlong in three", "\xe0\x80\xaf", false},
                        {"overlong in four", "\xf0\x80\x80\xaf", false},
                        {"surrogate", "\xed\xa0\x80", false},
                        {"cut off", "\xe2\x82", false},
                        {"stray continuation", "a\x80", false},
                        {"Latin-1", "f\xfcr", false}};
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(is_valid_utf8(each.text) == each.valid);
  }
}

TEST_CASE("text from outside cannot steer a terminal") {
  struct Case {
    const char* name;
    std::string text;
    std::string safe;
  };
  const Case cases[] = {{"plain", "windows/servercore:ltsc2019", "windows/servercore:ltsc2019"},
                        {"other scripts", "\xc3\xbc \xe6\x97\xa5", "\xc3\xbc \xe6\x97\xa5"},
                        {"escape sequence", "\x1b]0;title\x07", "\\x1B]0;title\\x07"},
                        {"newline forges a line", "a\nerror: b", "a\\x0Aerror: b"},
                        {"NUL", std::string("a\0b", 3), "a\\x00b"},
                        {"C1 control (8-bit CSI)",
                         "\xc2\x9b"
                         "31m",
                         "\\xC2\\x9B31m"},
                        {"right-to-left override",
                         "\xe2\x80\xae"
                         "gpj",
                         "\\xE2\\x80\\xAEgpj"},
                        {"isolate", "\xe2\x81\xa6", "\\xE2\\x81\\xA6"},
                        {"zero width", "a\xe2\x80\x8b", "a\\xE2\\x80\\x8B"},
                        {"invalid UTF-8", "\xff\xc3", "\\xFF\\xC3"}};
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(escape_untrusted(each.text) == each.safe);
  }
}

TEST_CASE("a cut leaves whole characters") {
  CHECK(escape_untrusted("abcdef", 6) == "abcdef");
  CHECK(escape_untrusted("abcdefg", 6) == "abcdef\u2026");
  CHECK(escape_untrusted("abcd\xe2\x82\xac", 6) == "abcd\u2026");
  CHECK(escape_untrusted("abcd\x01", 6) == "abcd\u2026");
  CHECK(is_valid_utf8(escape_untrusted(std::string(1000, '\xff'), 101)));
}

TEST_CASE("did you mean") {
  const std::vector<std::string> tags = {"ltsc2016", "ltsc2019", "ltsc2022", "1809", "1803", "20H2"};
  struct Case {
    std::string_view wanted;
    std::vector<std::string> names;
  };
  const Case cases[] = {{"ltsc2091", {"ltsc2019", "ltsc2016", "ltsc2022"}}, // swapped neighbours are one edit
                        {"LTSC2019", {"ltsc2019", "ltsc2016", "ltsc2022"}},
                        {"lstc2019", {"ltsc2019", "ltsc2016"}},
                        {"1808", {"1803", "1809"}},
                        {"20h2", {"20H2"}},
                        {"completely-different", {}},
                        {"", {}}};
  for (const auto& each : cases) {
    INFO(each.wanted);
    CHECK(nearest(each.wanted, tags) == each.names);
  }
  CHECK(nearest("ltsc2019", tags, 1) == std::vector<std::string>{"ltsc2019"});
  CHECK(nearest(std::string(1'000'000, 'x'), tags).empty());
}

TEST_CASE("sizes as docker prints them") {
  struct Case {
    std::uint64_t bytes;
    std::string_view text;
  };
  const Case cases[] = {{0, "0 B"},
                        {17, "17 B"},
                        {999, "999 B"},
                        {1000, "1.0 kB"},
                        {1049, "1.0 kB"},
                        {1050, "1.1 kB"},
                        {99'949, "99.9 kB"},
                        {99'950, "100 kB"},
                        {912'345, "912 kB"},
                        {999'499, "999 kB"},
                        {999'500, "1.0 MB"},
                        {999'999, "1.0 MB"},
                        {1'718'332'879, "1.7 GB"},
                        {std::numeric_limits<std::uint64_t>::max(), "18.4 EB"}};
  for (const auto& each : cases) {
    INFO(each.bytes);
    CHECK(format_bytes(each.bytes) == each.text);
  }
}
