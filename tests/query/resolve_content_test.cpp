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
const TestImage k_nano = TestImage("10.0.17763.1040", "2020-02-13T03:00:00Z", "nano").add("arm");

void fill(RecordBuilder& record) {
  record.check("windows/servercore", "2020-02-10T12:00:00Z")
      .present({"ltsc2019", "10.0.17763.973"}, k_january);
  record.check("windows/nanoserver", "2020-02-19T12:00:00Z").present({"1809", "10.0.17763.1040"}, k_nano);
  record.check("windows/servercore", "2020-02-19T12:00:00Z")
      .present({"ltsc2019", "10.0.17763.1040", "1809-KB4546852"}, k_february)
      .present("10.0.17763.973", k_january)
      .present_bare("ltsc2019-amd64", k_february);
}

std::string id_of(const TestImage& image, std::string_view architecture = "amd64") {
  return std::string(image.platform(architecture).config.digest.encoded());
}

} // namespace

TEST_CASE("a digest answers what it is") {
  const Record record(fill);
  SECTION("index") {
    const auto answer = record.answer(k_february.digest().to_string());
    CHECK(answer.digest == k_february.digest());
    CHECK(answer.is_index);
    CHECK(answer.tag == "10.0.17763.1040");
    CHECK(answer.kind == windows::TagKind::revision);
    CHECK(revision_of(answer) == "10.0.17763.1040");
    CHECK(kb_of(answer) == "KB4546852");
    CHECK(aliases_of(answer) == "ltsc2019= ltsc2019-amd64~ 1809-KB4546852=");
    CHECK(level_of(answer) == "observed");
    CHECK(answer.evidence.first_seen == t("2020-02-19T12"));
  }
  SECTION("manifest: the tag that points at it itself") {
    const auto answer = record.answer(k_february.platform().manifest.digest.to_string());
    CHECK(answer.digest == k_february.platform().manifest.digest);
    CHECK_FALSE(answer.is_index);
    CHECK(answer.tag == "ltsc2019-amd64");
    CHECK(revision_of(answer) == "10.0.17763.1040");
    CHECK(answer.platforms.size() == 1);
  }
  SECTION("manifest of another architecture, below an index") {
    const auto answer = record.answer(k_nano.platform("arm").manifest.digest.to_string());
    CHECK(answer.repository == "windows/nanoserver");
    CHECK(answer.digest == k_nano.platform("arm").manifest.digest);
    CHECK(answer.tag == "10.0.17763.1040");
    CHECK(revision_of(answer) == "10.0.17763.1040"); // this very image is asked for
    REQUIRE(answer.platforms.size() == 1);
    CHECK(answer.platforms[0].architecture == "arm");
  }
  SECTION("config and image ID: the manifest that holds it") {
    for (const auto& reference :
         {"sha256:" + id_of(k_february), id_of(k_february), id_of(k_february).substr(0, 12),
          "servercore:" + id_of(k_february).substr(0, 20)}) {
      INFO(reference);
      const auto answer = record.answer(reference);
      CHECK(answer.digest == k_february.platform().manifest.digest);
      CHECK(answer.media_type == oci::k_docker_manifest);
      REQUIRE(answer.platforms.size() == 1);
      CHECK(answer.platforms[0].config->encoded() == id_of(k_february));
      CHECK(revision_of(answer) == "10.0.17763.1040");
    }
    const auto arm = record.answer(id_of(k_nano, "arm").substr(0, 12));
    CHECK(arm.digest == k_nano.platform("arm").manifest.digest);
  }
  SECTION("no longer behind a floating tag: the tags that still lead there") {
    const auto answer = record.answer(k_january.digest().to_string());
    CHECK(answer.tag == "10.0.17763.973");
    CHECK(aliases_of(answer).empty());
  }
}

TEST_CASE("a digest at an instant") {
  const Record record(fill);
  const std::string digest = k_january.digest().to_string();
  const auto then = record.answer(digest, "2020-02-10T12");
  CHECK(then.tag == "10.0.17763.973");
  CHECK(aliases_of(then) == "ltsc2019=");
  const auto before = record.answer(digest, "2020-01-20");
  CHECK(level_of(before) == "inferred");
  CHECK(before.evidence.source == "reference");
  const auto error = record.refusal(digest, "2020-01-10");
  CHECK(error.kind() == base::ErrorKind::not_found);
  CHECK_THAT(error.message(), Contains("was published 2020-01-14T18:00:00Z, after 2020-01-10T00:00:00Z"));
}

TEST_CASE("where no tag leads any more, the one that did last") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-10T12:00:00Z").present({"1809", "ltsc2019"}, k_january);
    r.check("windows/servercore", "2020-02-12T12:00:00Z")
        .present("1809", k_january)
        .present("ltsc2019", k_february);
    r.check("windows/servercore", "2020-02-19T12:00:00Z").present({"1809", "ltsc2019"}, k_february);
  });
  const auto answer = record.answer(k_january.digest().to_string());
  CHECK(answer.tag == "1809");
  CHECK(answer.evidence.last_seen == t("2020-02-12T12"));
  CHECK(aliases_of(answer).empty());
  CHECK(revision_of(answer) == "10.0.17763.973");
}

TEST_CASE("digests that are not here") {
  const Record record(fill);
  const std::string unknown = oci::Digest::of("unknown").to_string();
  for (const auto& reference : {unknown, unknown.substr(7, 12)}) {
    const auto error = record.refusal(reference);
    CHECK(error.kind() == base::ErrorKind::not_found);
    CHECK_THAT(error.hint(), Contains("tagdb sync"));
  }
  const auto elsewhere = record.refusal("nanoserver@" + k_february.digest().to_string());
  CHECK(elsewhere.kind() == base::ErrorKind::not_found);
  CHECK_THAT(elsewhere.message(), Contains("no tag of windows/nanoserver leads to"));
  CHECK_THAT(elsewhere.hint(), Contains("without the repository"));
}

TEST_CASE("a revision answers without a tag of its name") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2018-11-14T12:00:00Z")
        .present({"ltsc2019", "1809-KB4464455"}, TestImage("10.0.17763.107", "2018-11-05T02:00:00Z"));
    r.check("windows/servercore", "2019-01-09T12:00:00Z")
        .present("ltsc2019", TestImage("10.0.17763.253", "2019-01-03T02:00:00Z"))
        .present("1809-KB4464455", TestImage("10.0.17763.107", "2018-11-05T02:00:00Z"));
  });
  for (const std::string reference : {"17763.107", "10.0.17763.107", "servercore:17763.107"}) {
    INFO(reference);
    const auto answer = record.answer(reference);
    CHECK(revision_of(answer) == "10.0.17763.107");
    CHECK(kb_of(answer) == "KB4464455");
    CHECK(answer.tag == "1809-KB4464455");
    CHECK(answer.is_index);
  }
  CHECK(record.answer("17763.253").tag == "ltsc2019");
  CHECK(level_of(record.answer("17763.253", "2019-01-09")) == "inferred");
  CHECK_THAT(record.refusal("17763.253", "2019-01-05").message(),
             Contains("was published 2019-01-08T18:00:00Z"));
  const auto unknown = record.refusal("17763.108");
  CHECK(unknown.kind() == base::ErrorKind::not_found);
  CHECK_THAT(unknown.message(), Contains("has no tag 10.0.17763.108"));
}

TEST_CASE("a revision never answers with another architecture") {
  Record record([](RecordBuilder& r) {
    r.check("windows/nanoserver", "2020-02-19T12:00:00Z").present_bare("1809-arm32v7", k_nano, "arm");
  });
  const auto other = record.answer("nanoserver:17763.1040"); // amd64, of which the reference alone knows
  CHECK(level_of(other) == "reference");
  CHECK_FALSE(other.digest);
  record.scope().architecture = "arm64";
  CHECK(record.refusal("nanoserver:17763.1040").kind() == base::ErrorKind::not_found);
  record.scope().architecture = "arm";
  CHECK(record.answer("nanoserver:17763.1040").tag == "1809-arm32v7");
}

TEST_CASE("a KB answers with the plainest tag that carries it") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present({"1809-KB4546852", "1809_KB4546852"}, k_february)
        .present_bare("1809-KB4546852-amd64", k_february)
        .present_bare("1809_KB4534273_amd64", k_january);
  });
  const auto answer = record.answer("KB4546852");
  CHECK(answer.tag == "1809-KB4546852");
  CHECK(answer.reference == "KB4546852");
  CHECK(answer.is_index);
  CHECK(kb_of(answer) == "KB4546852");
  CHECK(record.answer("kb4534273").tag == "1809_KB4534273_amd64");
}

TEST_CASE("a KB of two builds is ambiguous, and one that moved on is not") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-03-13T12:00:00Z")
        .present("1903-KB4551762", TestImage("10.0.18362.720"))
        .present("1909-KB4551762", TestImage("10.0.18363.720"));
    r.check("windows/nanoserver", "2020-03-13T12:00:00Z").present("1809-KB5999999", k_nano);
  });
  const auto ambiguous = record.refusal("KB4551762");
  CHECK(ambiguous.kind() == base::ErrorKind::usage);
  CHECK_THAT(ambiguous.message(), Contains("2 builds") && Contains("1903-KB4551762 (10.0.18362.720)") &&
                                      Contains("1909-KB4551762 (10.0.18363.720)"));
  CHECK(revision_of(record.answer("1909-KB4551762")) == "10.0.18363.720");
  const auto elsewhere = record.refusal("KB5999999");
  CHECK(elsewhere.kind() == base::ErrorKind::not_found);
  CHECK_THAT(elsewhere.hint(), Contains("windows/nanoserver has 1809-KB5999999"));
  CHECK_THAT(record.refusal("KB4551763").hint(), Contains("did you mean KB4551762?"));
}

TEST_CASE("an index of several Windows versions has no one revision") {
  // dotnet/framework/runtime:4.8 lists four builds, all windows/amd64; here two indexes' entries in one.
  const TestImage old("10.0.14393.4889", "2022-01-12T02:00:00Z");
  const TestImage recent("10.0.17763.2458", "2022-01-12T02:00:00Z");
  const auto entry = [](const TestImage& image) {
    const auto& platform = image.platform();
    return R"({"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":)" +
           std::to_string(platform.manifest.bytes.size()) + R"(,"digest":")" +
           platform.manifest.digest.to_string() +
           R"(","platform":{"architecture":"amd64","os":"windows","os.version":")" + platform.os_version +
           R"("}})";
  };
  const tagdb::test::Blob index(
      R"({"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[)" +
      entry(old) + "," + entry(recent) + "]}");
  const Record record([&](RecordBuilder& r) {
    r.check("dotnet/framework/runtime", "2022-01-19T12:00:00Z")
        .present_bare("4.8-windowsservercore-ltsc2016", old)
        .present_bare("4.8-windowsservercore-ltsc2019", recent);
    tagdb::test::add_manifest(r.writer(), index);
    must(r.writer().observe(r.current_check(), r.repository(),
                            {"4.8", store::SpanState::present, index.digest, "", t("2022-01-19T12")}));
  });
  const auto answer = record.answer("dotnet/framework/runtime:4.8");
  CHECK(revision_of(answer) == "-");
  CHECK(answer.platforms.size() == 2);
  CHECK(aliases_of(answer).empty());
  CHECK(revision_of(record.answer("dotnet/framework/runtime:4.8-windowsservercore-ltsc2019")) ==
        "10.0.17763.2458");
  CHECK(revision_of(record.answer("dotnet/framework/runtime:17763.2458")) == "10.0.17763.2458");
}
