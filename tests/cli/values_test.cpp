#include "resolve_values.hpp"
#include "support/catch.hpp"
#include "support/record_builder.hpp"
#include "table.hpp"
#include "values.hpp"

using namespace tagdb;
using tagdb::test::instant;

namespace {

/// "2020-02-20T23:59:59Z", "release 2020-02B", "short 2B"
std::string words_of(const cli::Moment& moment) {
  if (const auto* at = std::get_if<base::Instant>(&moment))
    return base::format_rfc3339(*at);
  if (const auto* label = std::get_if<windows::ReleaseLabel>(&moment))
    return "release " + label->to_string();
  return "a label without its year";
}

} // namespace

TEST_CASE("times") {
  const auto now = instant("2020-03-12T06:00:00Z");
  struct Case {
    const char* text;
    const char* expected; ///< null: refused
  };
  const Case cases[] = {
      {"2020-02-20", "2020-02-20T23:59:59Z"},
      {"2020-03-12", "2020-03-12T06:00:00Z"}, // today ends now
      {"2020-03-13", nullptr},
      {"2020-02-20T12:00:00Z", "2020-02-20T12:00:00Z"},
      {"2020-02-20 12:00:00+02:00", "2020-02-20T10:00:00Z"},
      {"2020-03-12T06:00:00Z", "2020-03-12T06:00:00Z"},
      {"2020-03-12T06:00:01Z", nullptr},
      {"2020-02B", "release 2020-02B"},
      {"2020-02 B", "release 2020-02B"},
      {"2020-02 b", "release 2020-02B"},
      {"2020-02 OOB", "release 2020-02 OOB"},
      {"2099-02B", "release 2099-02B"}, // whether that is the future its instant tells
      {"2b", "a label without its year"},
      {"11 OOB", "a label without its year"},
      {"2020-02", nullptr},
      {"2020-13B", nullptr},
      {"13B", nullptr},
      {"7d", "a label without its year"}, // July's D: no duration is a time
      {"8 days", nullptr},
      {"", nullptr},
      {"now", nullptr},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const auto parsed = cli::parse_time(one.text, now);
    REQUIRE(parsed.has_value() == (one.expected != nullptr));
    if (parsed)
      CHECK(words_of(*parsed) == one.expected);
    else
      CHECK(parsed.error().kind() == base::ErrorKind::usage);
  }
}

TEST_CASE("the beginning of a range: a whole day, an instant, a while ago, a release") {
  const auto now = instant("2020-03-12T06:00:00Z");
  const auto since = [&](std::string_view text) { return words_of(test::must(cli::parse_since(text, now))); };
  CHECK(since("2020-03-12") == "2020-03-11T23:59:59Z");
  CHECK(since("2020-02-20T12:00:00Z") == "2020-02-20T12:00:00Z");
  CHECK(since("7d") == "2020-03-05T06:00:00Z");
  CHECK(since("2020-02B") == "release 2020-02B");
  CHECK_FALSE(cli::parse_since("2020-03-13", now));
  CHECK_FALSE(cli::parse_since("last week", now));
}

TEST_CASE("the instant of a release, where no one tag is asked about") {
  const auto now = instant("2020-03-12T06:00:00Z");
  const auto reader = test::must(store::Reader::built_in());
  struct Case {
    const char* text;
    const char* expected; ///< or a part of the refusal
    bool refused;
  };
  const Case cases[] = {
      {"2020-02-20", "2020-02-20T23:59:59Z", false},
      {"2020-02B", "2020-02-11T18:00:00Z", false},
      {"2020-02 OOB", "2020-02-18T18:00:00Z", false}, // the images of the 18th are 2020-02B, out of band
      {"2020-03B", "2020-03-10T17:00:00Z", false},
      {"2020-04B", "lies in the future", true},
      {"2017-02B", "there is no release 2017-02B", true},
      {"2020-02C", "there is no release 2020-02C", true},
      {"2B", "it may be", true},
      {"2 OOB", "it may be 2021-02 OOB", true},
      {"12 OOB", "never", true},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const auto at = cli::instant_of(test::must(cli::parse_time(one.text, now)), reader, now);
    REQUIRE(at.has_value() != one.refused);
    if (at)
      CHECK(base::format_rfc3339(*at) == one.expected);
    else {
      CHECK(at.error().kind() == base::ErrorKind::usage);
      CHECK_THAT(at.error().to_string(), Catch::Matchers::Contains(one.expected));
    }
  }
}

TEST_CASE("registries") {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"mcr.microsoft.com", "mcr.microsoft.com"},
      {"MCR.Microsoft.com", "mcr.microsoft.com"},
      {"http://127.0.0.1:5055", "127.0.0.1:5055"},
      {"https://harbor.corp/", "harbor.corp"},
      {"https://harbor.corp:443", "harbor.corp"},
      {"http://harbor.corp:80", "harbor.corp"},
      {"https://harbor.corp:80", "harbor.corp:80"},
      {"http://[::1]:5000", "[::1]:5000"},
      {"https://me:secret@harbor.corp", nullptr},
      {"https://harbor.corp/mcr", nullptr},
      {"harbor.corp?x=y", nullptr},
      {"file:///etc", nullptr},
      {"", nullptr},
      {"https://", nullptr},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const auto parsed = cli::parse_registry(one.text);
    REQUIRE(parsed.has_value() == (one.expected != nullptr));
    if (parsed)
      CHECK(parsed->to_string() == one.expected);
  }
}

TEST_CASE("platforms match by leading parts of the version") {
  const auto exact = cli::parse_platform("windows/amd64:10.0.17763.1040");
  REQUIRE(exact);
  CHECK(exact->accepts("windows", "amd64", "10.0.17763.1040"));
  CHECK_FALSE(exact->accepts("windows", "amd64", "10.0.17763.10401"));
  const auto build = cli::parse_platform("windows/amd64:10.0.17763");
  REQUIRE(build);
  CHECK(build->accepts("windows", "amd64", "10.0.17763.1040"));
  CHECK_FALSE(build->accepts("windows", "amd64", "10.0.177630.1"));
  CHECK_FALSE(build->accepts("windows", "arm64", "10.0.17763.1040"));
  const auto any = cli::parse_platform("windows/arm");
  REQUIRE(any);
  CHECK(any->accepts("windows", "arm", ""));
  for (const auto* bad :
       {"", "amd64", "/", "windows/", "/amd64", "windows/amd64:", "windows:1/amd64", "windows/arm/v7"})
    CHECK_FALSE(cli::parse_platform(bad));
}

TEST_CASE("words for a shell and fields of a table of values") {
  CHECK(cli::shell_word("mcr.microsoft.com/windows/servercore:ltsc2019@sha256:00") ==
        "mcr.microsoft.com/windows/servercore:ltsc2019@sha256:00");
  CHECK(cli::shell_word("a b") == "'a b'");
  CHECK(cli::shell_word("it's") == "'it'\\''s'");
  CHECK(cli::shell_word("$(x)") == "'$(x)'");
  CHECK(cli::shell_word("") == "''");
  CHECK(cli::csv_field("a") == "a");
  CHECK(cli::csv_field("a,b") == "\"a,b\"");
  CHECK(cli::csv_field("a\"b") == "\"a\"\"b\"");
  CHECK(cli::csv_field("a\nb") == "\"a\nb\"");
}

TEST_CASE("tables line up by what is seen, not by bytes") {
  CHECK(cli::table({{"a", "b"}, {"ä…", "c"}, {"xyz", ""}}, false) == "a    b\nä…   c\nxyz\n");
  CHECK(cli::wrapped("one two three", 8, 2) == "one\n  two\n  three");
}

TEST_CASE("of an index with several versions the platform asked for is the answer") {
  const auto digest = [](const char* text) { return oci::Digest::of(text); };
  query::Resolution answer;
  answer.registry = "mcr.microsoft.com";
  answer.repository = "windows";
  answer.tag = "latest";
  answer.revision = windows::OsVersion(10, 0, 17763, 1040);
  answer.kb = *windows::Kb::parse("KB4546852");
  answer.platforms = {{"windows", "amd64", "10.0.17763.1040", digest("a"), {}, {}},
                      {"windows", "amd64", "10.0.20348.100", digest("b"), {}, {}}};
  auto one = answer;
  REQUIRE(cli::narrow_to(one, *cli::parse_platform("windows/amd64:10.0.20348")));
  CHECK(one.platforms.size() == 1);
  CHECK(one.revision == windows::OsVersion(10, 0, 20348, 100));
  CHECK_FALSE(one.kb);
  auto same = answer;
  REQUIRE(cli::narrow_to(same, *cli::parse_platform("windows/amd64:10.0.17763")));
  CHECK(same.kb == answer.kb);
  auto none = answer;
  const auto refused = cli::narrow_to(none, *cli::parse_platform("linux/amd64"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == base::ErrorKind::not_found);
}
