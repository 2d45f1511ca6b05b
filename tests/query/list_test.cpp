#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/list.hpp>

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

const TestImage k_973("10.0.17763.973", "2020-01-08T02:00:00Z");
const TestImage k_1040("10.0.17763.1040", "2020-02-13T02:00:00Z");
const TestImage k_1909("10.0.18363.658", "2020-02-13T02:00:00Z");

void fill(RecordBuilder& record) {
  record.check("windows/servercore", "2020-02-10T12:00:00Z")
      .present({"ltsc2019", "1809", "10.0.17763.973", "1809-KB4534273"}, k_973)
      .unpullable("1709");
  record.check("windows/servercore", "2020-02-19T12:00:00Z")
      .present({"ltsc2019", "1809", "10.0.17763.1040", "1809-KB4546852"}, k_1040)
      .present("10.0.17763.973", k_973)
      .present_bare("10.0.17763.1040-amd64", k_1040)
      .present({"1909", "win10-preview"}, k_1909)
      .unpullable("1709");
  record.check("windows/nanoserver", "2020-02-19T13:00:00Z").present("1809", k_1040);
  record.check("windows/servercore", "2020-03-01T12:00:00Z").absent("10.0.17763.973");
  record.check("windows/servercore", "2020-03-02T12:00:00Z").absent("10.0.17763.973");
}

std::vector<ListItem> items_of(const Record& record, const ListOptions& options) {
  return must(list(record.reader(), Scope{t("2026-11-20"), std::nullopt, "amd64"}, options));
}

std::string names_of(const std::vector<ListItem>& items) {
  std::string text;
  for (const auto& item : items)
    text += (text.empty() ? "" : " ") + item.tag.name;
  return text;
}

} // namespace

TEST_CASE("tags by repository, kind, version and name") {
  const Record record(fill);
  const auto items = items_of(record, {});
  CHECK(names_of(items) ==
        "1809 1809 ltsc2019 1909 1709 10.0.17763.1040 10.0.17763.1040-amd64 1809-KB4534273 "
        "1809-KB4546852 win10-preview");
  CHECK(items[0].repository == "windows/nanoserver");
  CHECK(items[0].kb == must(windows::Kb::parse("KB4546852"))); // no tag says it, the reference does
  CHECK(items[2].repository == "windows/servercore");
  CHECK(items[2].registry == "mcr.microsoft.com");
  CHECK(items[2].revision == windows::OsVersion(10, 0, 17763, 1040));
  CHECK(items[2].kb == must(windows::Kb::parse("KB4546852")));
  CHECK(items[2].digest == k_1040.digest());
  CHECK(items[2].media_type == oci::k_docker_list);
  CHECK(items[2].first_seen == t("2020-02-19T12"));
  CHECK(items[2].warnings.empty());
  CHECK(items[6].media_type == oci::k_docker_manifest);
  CHECK(items[6].tag.architecture == "amd64");
  CHECK(items[6].kb == must(windows::Kb::parse("KB4546852")));
  CHECK(items[7].revision == windows::OsVersion(10, 0, 17763, 973));
  CHECK(items[7].kb == must(windows::Kb::parse("KB4534273")));
  // Listed, but not to be had.
  CHECK(items[4].tag.name == "1709");
  CHECK_FALSE(items[4].digest);
  REQUIRE(items[4].warnings.size() == 1);
  CHECK(items[4].warnings[0].code == "unpullable");
  CHECK_THAT(items[4].warnings[0].message, Contains("404 MANIFEST_UNKNOWN"));
}

TEST_CASE("a narrower list") {
  const Record record(fill);
  struct Case {
    std::string name;
    ListOptions options;
    std::string expected;
  };
  const auto servercore = must(oci::RepositoryName::parse("servercore"));
  const std::vector<Case> cases = {
      {"repository", {must(oci::RepositoryName::parse("nanoserver")), {}, {}, {}, {}, false}, "1809"},
      {"kind", {servercore, windows::TagKind::kb, {}, {}, {}, false}, "1809-KB4534273 1809-KB4546852"},
      {"build", {servercore, {}, 18363, {}, {}, false}, "1909 win10-preview"},
      {"kind and build", {servercore, windows::TagKind::floating, 17763, {}, {}, false}, "1809 ltsc2019"},
      {"suffix", {servercore, {}, {}, {}, "amd64", false}, "10.0.17763.1040-amd64"},
      {"without suffix", {servercore, windows::TagKind::revision, {}, {}, "", false}, "10.0.17763.1040"},
      {"earlier",
       {servercore, {}, {}, t("2020-02-12"), {}, false},
       "1809 ltsc2019 1709 10.0.17763.973 1809-KB4534273"},
      {"973 before 1040",
       {servercore, windows::TagKind::revision, {}, t("2020-02-20"), "", false},
       "10.0.17763.973 10.0.17763.1040"},
      {"featured: 1709 and 1909 are no longer supported",
       {servercore, {}, {}, {}, {}, true},
       "1809 ltsc2019"},
      {"featured then", {servercore, {}, {}, t("2020-02-20"), {}, true}, "1809 ltsc2019 1909"},
      {"featured of a build", {servercore, {}, 18363, t("2020-02-20"), {}, true}, "1909"},
      {"before the first look", {servercore, {}, {}, t("2020-01-01"), {}, false}, ""},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK(names_of(items_of(record, c.options)) == c.expected);
  }
  const auto then =
      items_of(record, {servercore, windows::TagKind::floating, 17763, t("2020-02-12"), {}, false});
  REQUIRE(then.size() == 2);
  CHECK(then[1].revision == windows::OsVersion(10, 0, 17763, 973));
}

TEST_CASE("a list tells the release and the support of each tag") {
  const Record record(fill);
  const auto servercore = must(oci::RepositoryName::parse("servercore"));
  const auto items = items_of(record, {servercore, {}, {}, t("2020-02-20"), {}, false});
  std::string told;
  for (const auto& item : items)
    told += item.tag.name + " " + (item.release ? item.release->label.to_string() : "-") + " " +
            (item.support ? std::string(windows::to_string(item.support->phase)) : "-") + "\n";
  CHECK(told == "1809 2020-02B mainstream\n"
                "ltsc2019 2020-02B mainstream\n"
                "1909 2020-02B mainstream\n"
                "1709 - ended\n"
                "10.0.17763.973 2020-01B mainstream\n"
                "10.0.17763.1040 2020-02B mainstream\n"
                "10.0.17763.1040-amd64 2020-02B mainstream\n"
                "1809-KB4534273 2020-01B mainstream\n"
                "1809-KB4546852 2020-02B mainstream\n"
                "win10-preview 2020-02B mainstream\n");
}

TEST_CASE("a list of what was not crawled") {
  const Record nothing([](RecordBuilder&) {});
  const auto refused = list(nothing.reader(), Scope{t("2026-11-20"), std::nullopt, "amd64"}, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind() == base::ErrorKind::not_found);
  const Record record(fill);
  const auto other = list(record.reader(),
                          Scope{t("2026-11-20"), must(oci::RegistryName::parse("harbor.corp")), "amd64"}, {});
  REQUIRE_FALSE(other);
  CHECK_THAT(other.error().message(), Contains("nothing on harbor.corp was crawled"));
}
