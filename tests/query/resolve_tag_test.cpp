#include "asking.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

const TestImage k_january("10.0.17763.973", "2020-01-08T02:00:00Z");
const TestImage k_february("10.0.17763.1040", "2020-02-13T02:00:00Z");
const TestImage k_march("10.0.17763.1098", "2020-03-05T02:00:00Z");

/// ltsc2019 moves on twice; 1809 is listed under another index digest, as it was then.
void fill_winter(RecordBuilder& record) {
  record.check("windows/servercore", "2020-02-10T02:00:00Z")
      .present({"ltsc2019", "10.0.17763.973", "1809-KB4534273"}, k_january)
      .present("1809", TestImage(k_january).relisted())
      .present_bare("ltsc2019-amd64", k_january);
  record.check("windows/servercore", "2020-02-19T02:00:00Z")
      .present({"ltsc2019", "10.0.17763.1040", "1809-KB4546852"}, k_february)
      .present("10.0.17763.973", k_january)
      .present("1809", TestImage(k_february).relisted())
      .present_bare("ltsc2019-amd64", k_february)
      .present_bare("10.0.17763.1040-amd64", k_february);
  record.check("windows/servercore", "2020-02-25T18:00:00Z").present("ltsc2019", k_february);
  record.check("windows/servercore", "2020-03-11T02:00:00Z")
      .present({"ltsc2019", "10.0.17763.1098"}, k_march);
}

} // namespace

TEST_CASE("a tag seen again and again answers for the time between") {
  const Record record(fill_winter);
  const auto answer = record.answer("ltsc2019", "2020-02-20");
  CHECK(answer.as_of == t("2020-02-20"));
  CHECK(answer.reference == "ltsc2019");
  CHECK(answer.registry == "mcr.microsoft.com");
  CHECK(answer.repository == "windows/servercore");
  CHECK(answer.tag == "ltsc2019");
  CHECK(answer.kind == windows::TagKind::floating);
  CHECK(revision_of(answer) == "10.0.17763.1040");
  CHECK(kb_of(answer) == "KB4546852");
  CHECK(answer.digest == k_february.digest());
  CHECK(answer.is_index);
  CHECK(answer.media_type == oci::k_docker_list);
  REQUIRE(answer.platforms.size() == 1);
  CHECK(answer.platforms[0].os == "windows");
  CHECK(answer.platforms[0].architecture == "amd64");
  CHECK(answer.platforms[0].os_version == "10.0.17763.1040");
  CHECK(answer.platforms[0].digest == k_february.platform().manifest.digest);
  CHECK(answer.platforms[0].config == k_february.platform().config.digest);
  CHECK(answer.platforms[0].size == 1718332879u + 967113907u);
  CHECK(aliases_of(answer) ==
        "1809~ ltsc2019-amd64~ 10.0.17763.1040= 10.0.17763.1040-amd64~ 1809-KB4546852=");
  CHECK(level_of(answer) == "observed");
  CHECK(answer.evidence.first_seen == t("2020-02-19T02"));
  CHECK(answer.evidence.last_seen == t("2020-02-25T18"));
  CHECK(answer.evidence.last_checked == t("2020-03-11T02"));
  CHECK(answer.evidence.source == "check");
  CHECK(answer.evidence.check.has_value());
  REQUIRE(answer.next);
  CHECK(answer.next->kind == EventKind::moved);
  CHECK(answer.next->at == t("2020-03-11T02"));
  REQUIRE(answer.next->to);
  CHECK(answer.next->to->revision == windows::OsVersion(10, 0, 17763, 1098));
  CHECK(answer.warnings.empty());
}

TEST_CASE("now is after the last look: the last one stands") {
  const Record record(fill_winter);
  const auto answer = record.answer("ltsc2019");
  CHECK(answer.as_of == t("2026-11-20"));
  CHECK(revision_of(answer) == "10.0.17763.1098");
  CHECK(kb_of(answer) == "KB4538461"); // no tag says it, the reference does
  CHECK(level_of(answer) == "observed");
  CHECK(answer.evidence.last_seen == t("2020-03-11T02"));
  CHECK(aliases_of(answer) == "10.0.17763.1098=");
  CHECK_FALSE(answer.next);
}

TEST_CASE("between two looks both are said, and the earlier one answers") {
  const Record record(fill_winter);
  const auto answer = record.answer("ltsc2019", "2020-02-14");
  CHECK(revision_of(answer) == "10.0.17763.973");
  CHECK(kb_of(answer) == "KB4534273");
  CHECK(level_of(answer) == "between");
  REQUIRE(answer.evidence.before);
  CHECK(answer.evidence.before->digest == k_january.digest());
  CHECK(answer.evidence.before->kb == windows::Kb::parse("KB4534273").value());
  REQUIRE(answer.evidence.after);
  CHECK(answer.evidence.after->digest == k_february.digest());
  CHECK(answer.evidence.after->revision == windows::OsVersion(10, 0, 17763, 1040));
  CHECK(answer.evidence.after->kb == windows::Kb::parse("KB4546852").value());
  CHECK(warnings_of(answer) == "between");
  CHECK(message_of(answer, "between") ==
        "the look at 2020-02-10T02:00:00Z showed 10.0.17763.973, the next one at 2020-02-19T02:00:00Z showed "
        "10.0.17763.1040; the answer is the earlier one");
  REQUIRE(answer.next);
  CHECK(answer.next->at == t("2020-02-19T02"));
  CHECK(aliases_of(answer) == "1809~ ltsc2019-amd64~ 10.0.17763.973= 1809-KB4534273=");
}

TEST_CASE("A, B, A, B over several checks, asked at every kind of instant") {
  const TestImage& a = k_january;
  const TestImage& b = k_february;
  const Record record([&](RecordBuilder& r) {
    const std::vector<std::pair<std::string, const TestImage*>> looks = {
        {"2020-03-01T12:00:00Z", &a}, {"2020-03-02T12:00:00Z", &a}, {"2020-03-04T12:00:00Z", &b},
        {"2020-03-05T12:00:00Z", &b}, {"2020-03-06T12:00:00Z", &a}, {"2020-03-08T12:00:00Z", &b},
        {"2020-03-09T12:00:00Z", &b}};
    for (const auto& [at, image] : looks)
      r.check("windows/servercore", at).present("ltsc2019", *image);
  });
  struct Case {
    std::string at, revision, level, warnings;
  };
  const std::vector<Case> cases = {
      {"2020-03-01T12:00:00Z", "973", "observed", ""},
      {"2020-03-02T12:00:00Z", "973", "observed", ""},
      {"2020-03-02T12:00:01Z", "973", "between", "between"},
      {"2020-03-04T11:59:59Z", "973", "between", "between"},
      {"2020-03-04T12:00:00Z", "1040", "observed", ""},
      {"2020-03-05T00:00:00Z", "1040", "observed", ""},
      {"2020-03-05T12:00:01Z", "1040", "between", "between"},
      {"2020-03-06T12:00:00Z", "973", "observed", "rollback"},
      {"2020-03-07T00:00:00Z", "973", "between", "between rollback"},
      {"2020-03-08T12:00:00Z", "1040", "observed", ""},
      {"2020-03-09T12:00:00Z", "1040", "observed", ""},
      {"2020-04-01", "1040", "observed", ""},
  };
  for (const auto& c : cases) {
    INFO(c.at);
    const auto answer = record.answer("ltsc2019", c.at);
    CHECK(revision_of(answer) == "10.0.17763." + c.revision);
    CHECK(level_of(answer) == c.level);
    CHECK(warnings_of(answer) == c.warnings);
  }
}

TEST_CASE("a rollback names the explicit tag to use, as long as it lasts") {
  const auto fill = [](bool explicit_tag) {
    return [explicit_tag](RecordBuilder& r) {
      r.check("windows/servercore", "2020-04-01T12:00:00Z").present("ltsc2019", k_january);
      r.check("windows/servercore", "2020-04-08T12:00:00Z").present("ltsc2019", k_february);
      if (explicit_tag)
        r.present("10.0.17763.1040", k_february);
      r.check("windows/servercore", "2020-04-09T12:00:00Z").present("ltsc2019", k_january);
    };
  };
  const auto with_tag = Record(fill(true)).answer("ltsc2019");
  CHECK(warnings_of(with_tag) == "rollback");
  CHECK(
      message_of(with_tag, "rollback") ==
      "windows/servercore:ltsc2019 went back from 10.0.17763.1040 to 10.0.17763.973 at 2020-04-09T12:00:00Z; "
      "for 10.0.17763.1040 use the tag 10.0.17763.1040");
  const auto without_tag = Record(fill(false)).answer("ltsc2019");
  CHECK_THAT(message_of(without_tag, "rollback"),
             Contains("use the digest " + k_february.digest().to_string()));
}

TEST_CASE("published again: the same revision under a new digest") {
  const TestImage again("10.0.17763.1040", "2020-02-20T02:00:00Z", "again");
  const Record record([&](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1040"}, k_february);
    r.check("windows/servercore", "2020-02-22T12:00:00Z").present({"ltsc2019", "10.0.17763.1040"}, again);
  });
  const auto floating = record.answer("ltsc2019");
  CHECK(warnings_of(floating) == "republished");
  CHECK_THAT(message_of(floating, "republished"), Contains("use the tag 10.0.17763.1040"));
  CHECK_THAT(message_of(floating, "republished"), Contains(k_february.digest().abbreviated()));
  const auto revision = record.answer("10.0.17763.1040");
  CHECK_THAT(message_of(revision, "republished"), Contains("use the digest " + again.digest().to_string()));
  const auto between = record.answer("ltsc2019", "2020-02-20");
  CHECK(between.digest == k_february.digest());
  CHECK_THAT(message_of(between, "between"), Contains("10.0.17763.1040 as " + again.digest().abbreviated()));
}

TEST_CASE("a tag that vanished is not there, and the error tells what it was") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-05-01T12:00:00Z").present({"ltsc2019", "1809"}, k_january);
    r.check("windows/servercore", "2020-05-02T12:00:00Z").present("ltsc2019", k_january).absent("1809");
    r.check("windows/servercore", "2020-05-03T12:00:00Z").present("ltsc2019", k_january).absent("1809");
    r.check("windows/servercore", "2020-05-09T12:00:00Z").present("1809", k_february).absent("ltsc2019");
  });
  const auto gone = record.refusal("1809", "2020-05-03");
  CHECK(gone.kind() == base::ErrorKind::not_found);
  CHECK_THAT(gone.message(), Contains("windows/servercore:1809 is gone"));
  CHECK_THAT(gone.message(), Contains("last seen 2020-05-01T12:00:00Z"));
  CHECK_THAT(gone.message(), Contains("10.0.17763.973, " + k_january.digest().to_string()));
  CHECK_THAT(gone.message(), Contains("there again at 2020-05-09T12:00:00Z"));
  CHECK_THAT(gone.hint(), Contains("--at 2020-05-01T12:00:00Z"));
  CHECK_THAT(record.refusal("1809", "2020-05-05").message(), Contains("is gone"));

  CHECK(revision_of(record.answer("1809", "2020-05-01T12")) == "10.0.17763.973");
  CHECK(aliases_of(record.answer("ltsc2019", "2020-05-01T12")) == "1809=");
  CHECK(aliases_of(record.answer("ltsc2019", "2020-05-03T12")).empty());
  const auto before = record.answer("1809", "2020-05-02");
  CHECK(level_of(before) == "between");
  CHECK_FALSE(before.evidence.after);
  CHECK_THAT(message_of(before, "between"), Contains("at 2020-05-02T12:00:00Z showed nothing"));
  REQUIRE(before.next);
  CHECK(before.next->kind == EventKind::vanished);
  CHECK(revision_of(record.answer("1809")) == "10.0.17763.1040");
  // One list without it is not enough.
  const auto stays = record.answer("ltsc2019");
  CHECK(revision_of(stays) == "10.0.17763.973");
  CHECK(level_of(stays) == "observed");
  CHECK(stays.evidence.last_seen == t("2020-05-03T12"));
  CHECK(warnings_of(stays).empty());
}

TEST_CASE("a tag that the registry refuses") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-05-01T12:00:00Z").present("ltsc2019", k_january).unpullable("1709");
    r.check("windows/servercore", "2020-05-02T12:00:00Z").unpullable("ltsc2019").unpullable("1709");
  });
  const auto never = record.refusal("1709");
  CHECK(never.kind() == base::ErrorKind::not_found);
  CHECK_THAT(never.message(), Contains("404 MANIFEST_UNKNOWN"));
  CHECK_THAT(record.refusal("1709", "2020-04-01").message(), Contains("404 MANIFEST_UNKNOWN"));

  const auto known = record.answer("ltsc2019");
  CHECK(revision_of(known) == "10.0.17763.973");
  CHECK(warnings_of(known) == "unpullable");
  CHECK_THAT(message_of(known, "unpullable"), Contains("since 2020-05-02T12:00:00Z: 404 MANIFEST_UNKNOWN"));
  CHECK(known.evidence.last_seen == t("2020-05-01T12"));
  const auto earlier = record.answer("ltsc2019", "2020-05-01T12");
  CHECK(warnings_of(earlier).empty());
  REQUIRE(earlier.next);
  CHECK(earlier.next->kind == EventKind::unpullable);
}

TEST_CASE("between a refusal and an image") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-05-01T12:00:00Z").present("ltsc2019", k_january);
    r.check("windows/servercore", "2020-05-02T12:00:00Z").unpullable("ltsc2019");
    r.check("windows/servercore", "2020-05-04T12:00:00Z").present("ltsc2019", k_february);
  });
  const auto first = record.answer("ltsc2019", "2020-05-02");
  CHECK(revision_of(first) == "10.0.17763.973");
  CHECK(warnings_of(first) == "between");
  CHECK_THAT(message_of(first, "between"), Contains("showed a refusal (404 MANIFEST_UNKNOWN)"));
  const auto second = record.answer("ltsc2019", "2020-05-03");
  CHECK(revision_of(second) == "10.0.17763.973");
  CHECK(level_of(second) == "between");
  CHECK(warnings_of(second) == "between unpullable");
  CHECK_THAT(
      message_of(second, "between"),
      Contains("the look at 2020-05-02T12:00:00Z showed a refusal (404 MANIFEST_UNKNOWN), the next one at "
               "2020-05-04T12:00:00Z showed 10.0.17763.1040"));
}

TEST_CASE("an architecture in the name is a bare manifest") {
  const Record record(fill_winter);
  const auto answer = record.answer("ltsc2019-amd64", "2020-02-19T02");
  CHECK(answer.digest == k_february.platform().manifest.digest);
  CHECK_FALSE(answer.is_index);
  REQUIRE(answer.platforms.size() == 1);
  CHECK(answer.platforms[0].digest == k_february.platform().manifest.digest);
  CHECK(revision_of(answer) == "10.0.17763.1040");
  CHECK(aliases_of(answer) == "1809~ ltsc2019~ 10.0.17763.1040~ 10.0.17763.1040-amd64= 1809-KB4546852~");
}

TEST_CASE("architectures are never mixed") {
  TestImage both("10.0.17763.1040");
  both.add("arm");
  const TestImage older_arm = TestImage("10.0.17763.973", "2020-01-08T02:00:00Z", "arm").add("arm");
  Record record([&](RecordBuilder& r) {
    r.check("windows/nanoserver", "2020-02-19T12:00:00Z")
        .present({"1809", "1809-KB4546852"}, both)
        .present_bare("1809-amd64", both)
        .present_bare("1809-arm32v7", older_arm, "arm")
        .present_bare("1809-KB4534273-arm32v7", older_arm, "arm");
  });
  const auto amd64 = record.answer("nanoserver:1809");
  CHECK(amd64.platforms.size() == 2);
  CHECK(revision_of(amd64) == "10.0.17763.1040");
  CHECK(aliases_of(amd64) == "1809-amd64~ 1809-KB4546852=");
  const auto suffix = record.answer("nanoserver:1809-arm32v7");
  CHECK(revision_of(suffix) == "10.0.17763.973");
  CHECK(kb_of(suffix) == "KB4534273");
  CHECK(aliases_of(suffix) == "1809-KB4534273-arm32v7=");

  record.scope().architecture = "arm";
  CHECK(revision_of(record.answer("nanoserver:1809")) == "10.0.17763.1040");
  CHECK(aliases_of(record.answer("nanoserver:1809")) == "1809-KB4546852=");
  record.scope().architecture = "arm64";
  const auto none = record.answer("nanoserver:1809");
  CHECK(revision_of(none) == "-");
  CHECK(kb_of(none) == "-");
  CHECK(none.platforms.size() == 2);
  CHECK(none.digest == both.digest());
}

TEST_CASE("what the registry did not give is not known, and not guessed") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present("ltsc2019", TestImage(k_january).without_manifests())
        .present("1903", TestImage("10.0.18362.657").without_os_version().without_manifests())
        .present("1909", TestImage("10.0.18363.657").without_os_version());
  });
  const auto from_index = record.answer("ltsc2019");
  CHECK(revision_of(from_index) == "10.0.17763.973");
  REQUIRE(from_index.platforms.size() == 1);
  CHECK_FALSE(from_index.platforms[0].config);
  CHECK_FALSE(from_index.platforms[0].size);
  const auto nothing = record.answer("1903");
  CHECK(revision_of(nothing) == "-");
  CHECK(nothing.digest.has_value());
  CHECK(nothing.platforms.size() == 1);
  CHECK(revision_of(record.answer("1909")) == "10.0.18363.657"); // the config says it
}

TEST_CASE("images in another language are other images") {
  const TestImage english("10.0.14393.3025");
  const TestImage german("10.0.14393.3025", "2019-06-08T02:00:00Z", "de-de");
  const Record record([&](RecordBuilder& r) {
    r.check("windows/servercore", "2019-07-05T12:00:00Z")
        .present({"ltsc2016", "1607", "10.0.14393.3025"}, english)
        .present({"10.0.14393.3025_de-de", "10.0.14393.3025-de-de"}, german);
  });
  CHECK(aliases_of(record.answer("ltsc2016")) == "1607= 10.0.14393.3025=");
  CHECK(aliases_of(record.answer("10.0.14393.3025_de-de")) == "10.0.14393.3025-de-de=");
}

TEST_CASE("a pinned tag must agree with its digest") {
  const Record record(fill_winter);
  const std::string now = k_march.digest().to_string();
  CHECK(revision_of(record.answer("ltsc2019@" + now)) == "10.0.17763.1098");
  CHECK(revision_of(record.answer("ltsc2019@" + k_march.platform().manifest.digest.to_string())) ==
        "10.0.17763.1098");
  CHECK(revision_of(record.answer("servercore:ltsc2019@" + k_february.digest().to_string(), "2020-02-20")) ==
        "10.0.17763.1040");
  const auto error = record.refusal("ltsc2019@" + k_february.digest().to_string());
  CHECK(error.kind() == base::ErrorKind::integrity);
  CHECK_THAT(error.message(), Contains(now) && Contains(k_february.digest().to_string()));
}

TEST_CASE("weaker evidence than asked is no answer") {
  const Record record(fill_winter);
  CHECK(record.ask("ltsc2019", "2020-02-20", EvidenceLevel::observed));
  CHECK(record.ask("ltsc2019", "2020-02-14", EvidenceLevel::between));
  const auto between = record.refusal("ltsc2019", "2020-02-14", EvidenceLevel::observed);
  CHECK(between.kind() == base::ErrorKind::not_found);
  CHECK_THAT(between.message(), Contains("known only as between"));
  CHECK(record.ask("ltsc2019", "2020-01-20", EvidenceLevel::inferred));
  CHECK_THAT(record.refusal("ltsc2019", "2020-01-20", EvidenceLevel::between).message(),
             Contains("known only as inferred"));
}
