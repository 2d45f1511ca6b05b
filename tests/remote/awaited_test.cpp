#include "awaited.hpp"
#include "support/catch.hpp"
#include "support/record_builder.hpp"

using namespace tagdb;
using namespace tagdb::test;

namespace {

const windows::Knowledge& knowledge() {
  static const windows::Knowledge all = must(must(store::Reader::built_in()).knowledge());
  return all;
}

base::Result<remote::AwaitedRelease> asked(std::string_view label,
                                           std::string_view now = "2025-04-20T00:00:00Z") {
  std::optional<windows::ReleaseLabel> wanted;
  if (!label.empty())
    wanted = must(windows::ReleaseLabel::parse(label));
  return remote::awaited_release(knowledge(), wanted, instant(now));
}

} // namespace

TEST_CASE("the release to wait for") {
  struct Case {
    std::string name, asked, now, label, due;
  };
  const auto c = GENERATE(values<Case>({
      {"the last one due", "", "2025-04-20T00:00:00Z", "2025-04B", "2025-04-08T17:00:00Z"},
      {"on the second", "", "2025-04-08T17:00:00Z", "2025-04B", "2025-04-08T17:00:00Z"},
      {"a second before", "", "2025-04-08T16:59:59Z", "2025-03B", "2025-03-11T17:00:00Z"},
      {"out of band is asked for by name", "", "2025-10-30T00:00:00Z", "2025-10B", "2025-10-14T17:00:00Z"},
      {"a month without a B", "", "2017-03-01T00:00:00Z", "2017-01B", "2017-01-10T18:00:00Z"},
      {"one ahead, in winter", "2025-11B", "2025-04-20T00:00:00Z", "2025-11B", "2025-11-11T18:00:00Z"},
      {"one out of band", "2025-10 OOB", "2025-10-24T00:00:00Z", "2025-10 OOB", "2025-10-23T17:00:00Z"},
      {"one that nobody knows yet", "2027-03 OOB", "2027-03-20T00:00:00Z", "2027-03 OOB", ""},
  }));
  INFO(c.name);
  const auto release = must(asked(c.asked, c.now));
  CHECK(release.label.to_string() == c.label);
  CHECK((release.due ? base::format_rfc3339(*release.due) : "") == c.due);
}

TEST_CASE("releases that nobody can wait for") {
  using base::ErrorKind;
  const auto [label, kind] = GENERATE(table<std::string, ErrorKind>({
      {"2025-04C", ErrorKind::usage},
      {"2025-04D", ErrorKind::usage},
      {"2017-02B", ErrorKind::not_found},
      {"2024-03 OOB", ErrorKind::not_found},
      {"2055-01B", ErrorKind::usage},
  }));
  INFO(label);
  const auto release = asked(label);
  REQUIRE_FALSE(release.has_value());
  CHECK(release.error().kind() == kind);
}

TEST_CASE("TAG arguments") {
  const auto awaited = must(remote::parse_awaited({"ltsc2019", "nanoserver:1809", "servercore:ltsc2019",
                                                   "mcr.microsoft.com/windows/servercore/iis:latest"}));
  CHECK(awaited.registry == "mcr.microsoft.com");
  std::vector<std::string> names;
  for (const auto& tag : awaited.tags)
    names.push_back(tag.text());
  CHECK(names == std::vector<std::string>{"windows/servercore:ltsc2019", "windows/nanoserver:1809",
                                          "windows/servercore/iis:latest"});
}

TEST_CASE("what is no TAG") {
  const std::vector<std::string> words = GENERATE(values<std::vector<std::string>>({
      {"KB5055519"},
      {"17763.7136"},
      {"sha256:0000000000000000000000000000000000000000000000000000000000000000"},
      {"a.test/x/y:1", "b.test/x/y:1"},
  }));
  const auto awaited = remote::parse_awaited(words);
  REQUIRE_FALSE(awaited.has_value());
  CHECK(awaited.error().kind() == base::ErrorKind::usage);
}
