#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/landing.hpp>

using namespace tagdb;
using namespace tagdb::query::test;
using query::LandingState;
using query::ReleaseAnswer;

namespace {

windows::OsVersion version(std::string_view text) {
  return must(windows::OsVersion::parse(text));
}
windows::ReleaseLabel label(std::string_view text) {
  return must(windows::ReleaseLabel::parse(text));
}

const windows::Knowledge& knowledge() {
  static const windows::Knowledge all = must(must(store::Reader::built_in()).knowledge());
  return all;
}

constexpr std::string_view k_core = "windows/servercore";

std::optional<query::Landing> landing(const Record& record, std::string_view tag, std::string_view release,
                                      std::string_view now = "2025-04-30",
                                      std::string_view repository = k_core) {
  const query::Scope scope{t(now), std::nullopt, "amd64"};
  for (const auto& each : must(record.reader().repositories()))
    if (each.name == repository)
      return must(query::landing_of(record.reader(), knowledge(), scope, each, tag, label(release)));
  throw std::runtime_error("no such repository in the test database");
}

const TestImage k_march("10.0.17763.7009"), k_april("10.0.17763.7136"), k_oob("10.0.17763.7249");

/// April 2025: the floating tag A, B, A; the explicit tags right.
void april(RecordBuilder& record) {
  record.check(k_core, "2025-04-07T06:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
  record.check(k_core, "2025-04-08T20:00:00Z")
      .present({"ltsc2019", "10.0.17763.7136"}, k_april)
      .present("10.0.17763.7009", k_march);
  record.check(k_core, "2025-04-09T20:00:00Z")
      .present({"ltsc2019", "10.0.17763.7009"}, k_march)
      .present("10.0.17763.7136", k_april);
}

} // namespace

TEST_CASE("whether one release is another or came later") {
  struct Case {
    std::string name, revision, own, wanted;
    bool yes;
  };
  const auto c = GENERATE(values<Case>({
      {"the release itself", "10.0.17763.7136", "2025-04B", "2025-04B", true},
      {"the one before", "10.0.17763.7009", "2025-03B", "2025-04B", false},
      {"a year later", "10.0.17763.7919", "2025-10B", "2025-04B", true},
      {"out of band after it", "10.0.17763.7249", "2025-04 OOB", "2025-04B", true},
      {"B is before the one out of band", "10.0.17763.7136", "2025-04B", "2025-04 OOB", false},
      {"a superseded image is not the release", "10.0.17763.1039", "2020-02B", "2020-02B", false},
      {"the one that superseded it is", "10.0.17763.1040", "2020-02B", "2020-02B", true},
      {"out of band before the B of its month", "10.0.17763.2029", "2021-07 OOB", "2021-07B", false},
      {"and the B after it", "10.0.17763.2061", "2021-07B", "2021-07 OOB", true},
      {"a build without an image out of band", "10.0.14393.8519", "2025-10B", "2025-10 OOB", false},
      {"the month after that", "10.0.14393.8594", "2025-11B", "2025-10 OOB", true},
      {"not listed yet, the same label", "10.0.20348.9100", "2027-03B", "2027-03B", true},
      {"not listed yet, out of band", "10.0.20348.9200", "2027-03 OOB", "2027-03B", true},
      {"not listed yet, B is no OOB", "10.0.20348.9100", "2027-03B", "2027-03 OOB", false},
      {"not listed yet, years turn", "10.0.20348.9100", "2027-01B", "2026-12B", true},
  }));
  INFO(c.name);
  ReleaseAnswer own{label(c.own), {}, {}, {}, false, {}};
  CHECK(query::is_at_or_after(knowledge(), version(c.revision), own, label(c.wanted)) == c.yes);
}

TEST_CASE("a tag lands, falls back, and only the explicit one is left") {
  const Record record(april);
  const auto before = landing(record, "ltsc2019", "2025-04B", "2025-04-07T12:00:00Z");
  REQUIRE(before.has_value());
  CHECK(before->state == LandingState::not_published);
  CHECK(before->points_at == version("10.0.17763.7009"));
  CHECK_FALSE(before->revision.has_value());

  const auto landed = landing(record, "ltsc2019", "2025-04B", "2025-04-08T21:00:00Z");
  CHECK(landed->state == LandingState::landed);
  CHECK(landed->revision == version("10.0.17763.7136"));
  CHECK(landed->release == label("2025-04B"));
  CHECK(landed->at == t("2025-04-08T20:00:00Z"));

  const auto back = landing(record, "ltsc2019", "2025-04B");
  CHECK(back->state == LandingState::explicit_only);
  CHECK(back->explicit_tag == "10.0.17763.7136");
  CHECK(back->revision == version("10.0.17763.7136"));
  CHECK(back->at == t("2025-04-08T20:00:00Z"));
  CHECK(back->points_at == version("10.0.17763.7009"));

  // Out of band is another release, and there is nothing of it.
  CHECK(landing(record, "ltsc2019", "2025-04 OOB")->state == LandingState::not_published);
  CHECK(landing(record, "ltsc2019", "2025-03B")->state == LandingState::landed);
  CHECK_FALSE(landing(record, "ltsc2099", "2025-04B").has_value());
}

TEST_CASE("a tag that moved on landed when it first arrived") {
  const Record record([](RecordBuilder& builder) {
    april(builder);
    builder.check(k_core, "2025-04-10T20:00:00Z").present("ltsc2019", k_april);
    builder.check(k_core, "2025-04-24T06:00:00Z").present({"ltsc2019", "10.0.17763.7249"}, k_oob);
  });
  const auto landed = landing(record, "ltsc2019", "2025-04B");
  CHECK(landed->state == LandingState::landed);
  CHECK(landed->at == t("2025-04-10T20:00:00Z"));
  CHECK(landed->revision == version("10.0.17763.7249"));
  CHECK(landed->release == label("2025-04 OOB"));
}

TEST_CASE("the newest explicit tag is named") {
  const Record record([](RecordBuilder& builder) {
    april(builder);
    builder.check(k_core, "2025-04-17T06:00:00Z")
        .present("10.0.17763.7249", k_oob)
        .present("ltsc2019", k_march);
  });
  CHECK(landing(record, "ltsc2019", "2025-04B")->explicit_tag == "10.0.17763.7249");
}

TEST_CASE("an explicit tag that is gone, or of another architecture or locale, does not count") {
  const auto arm = [] { return TestImage("10.0.17763.7136").add("arm64"); };
  const Record record([&](RecordBuilder& builder) {
    builder.check(k_core, "2025-04-08T06:00:00Z")
        .present({"ltsc2019", "10.0.17763.7009"}, k_march)
        .present_bare("10.0.17763.7136-arm64", arm(), "arm64")
        .present("10.0.17763.7136-de-de", k_april)
        .present("10.0.17763.7136", k_april);
    builder.check(k_core, "2025-04-09T06:00:00Z").absent("10.0.17763.7136").present("ltsc2019", k_march);
    builder.check(k_core, "2025-04-10T06:00:00Z").absent("10.0.17763.7136").present("ltsc2019", k_march);
  });
  CHECK(landing(record, "ltsc2019", "2025-04B")->state == LandingState::not_published);
  CHECK(landing(record, "10.0.17763.7136-de-de", "2025-04B")->state == LandingState::landed);
}

TEST_CASE("a tag that is gone or refused has not landed") {
  const Record record([](RecordBuilder& builder) {
    builder.check(k_core, "2025-04-08T20:00:00Z").present({"gone", "refused", "10.0.17763.7136"}, k_april);
    builder.check(k_core, "2025-04-10T06:00:00Z").absent("gone").unpullable("refused");
    builder.check(k_core, "2025-04-11T06:00:00Z").absent("gone").unpullable("refused");
  });
  CHECK(landing(record, "gone", "2025-04B")->state == LandingState::not_published);
  CHECK(landing(record, "refused", "2025-04B")->state == LandingState::not_published);
}

TEST_CASE("a derived image is of the release of its base, which the base's record tells") {
  constexpr std::string_view k_iis = "windows/servercore/iis";
  const TestImage old_base("10.0.20348.9000", "2027-01-05T00:00:00Z");
  const TestImage new_base("10.0.20348.9100", "2027-02-25T00:00:00Z");
  const Record record([&](RecordBuilder& builder) {
    builder.check(k_core, "2027-03-01T06:00:00Z").present({"ltsc2022", "10.0.20348.9000"}, old_base);
    builder.check(k_iis, "2027-03-01T06:10:00Z").present("windowsservercore-ltsc2022", old_base);
    builder.check(k_core, "2027-03-09T20:00:00Z")
        .present({"ltsc2022", "10.0.20348.9100"}, new_base)
        .present("10.0.20348.9000", old_base);
    builder.check(k_iis, "2027-03-10T20:00:00Z").present("windowsservercore-ltsc2022", new_base);
  });
  const auto early = landing(record, "windowsservercore-ltsc2022", "2027-03B", "2027-03-09T21:00:00Z", k_iis);
  CHECK(early->state == LandingState::not_published);
  const auto landed = landing(record, "windowsservercore-ltsc2022", "2027-03B", "2027-03-11", k_iis);
  CHECK(landed->state == LandingState::landed);
  CHECK(landed->release == label("2027-03B"));
  CHECK(landed->at == t("2027-03-10T20:00:00Z"));
}

TEST_CASE("a release that is guessed from an old creation date is not taken for this month's") {
  // First looked at on release day, while the tag is still at an out-of-band image of three weeks ago.
  const auto created = GENERATE(
      values<std::pair<std::string, LandingState>>({{"2027-02-17T00:00:00Z", LandingState::not_published},
                                                    {"2027-03-04T00:00:00Z", LandingState::landed}}));
  const Record record([&](RecordBuilder& builder) {
    builder.check(k_core, "2027-03-09T18:00:00Z")
        .present({"ltsc2022", "10.0.20348.9050"}, TestImage("10.0.20348.9050", created.first));
  });
  INFO(created.first);
  CHECK(landing(record, "ltsc2022", "2027-03B", "2027-03-09T19:00:00Z")->state == created.second);
}
