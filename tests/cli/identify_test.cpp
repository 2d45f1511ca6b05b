// `tagdb identify` as people and programs see it, byte for byte.
#include "compat_run.hpp"

#include <fmt/format.h>

using namespace tagdb;
using tagdb::test::contains;
using tagdb::test::February;
using tagdb::test::Fresh;
using tagdb::test::TestImage;

namespace {

const TestImage k_february("10.0.17763.1040", "2020-02-14T02:38:03Z");

/// `docker inspect` of an image built on February's servercore, or on `base` and `update`.
std::string inspected(const std::string& version = "10.0.17763.1040",
                      const std::string& update = "update tar 10.0.17763.1040amd64") {
  const auto layer = [](const std::string& content) { return oci::Digest::of(content).to_string(); };
  return fmt::format(
      R"([{{"Id":"{}","RepoTags":["app:1.0"],"Os":"windows","Architecture":"amd64","OsVersion":"{}",)"
      R"("RootFS":{{"Type":"layers","Layers":["{}","{}","{}"]}}}}])",
      layer("app's config"), version, layer("base tar 10.0.17763amd64"), layer(update), layer("app"));
}

/// With digests by their first digits, so that the expected text can be read.
std::string shortened(std::string text) {
  for (auto at = text.find("sha256:"); at != std::string::npos; at = text.find("sha256:", at + 1))
    text.erase(at + 11, 60);
  return text;
}

std::string digits(const oci::Digest& digest) {
  return std::string(digest.encoded().substr(0, 4));
}

const TestImage k_march("10.0.17763.1098", "2020-03-06T03:00:00Z");

} // namespace

TEST_CASE("identify, for people") {
  February tagdb;
  tagdb.run.input = inspected();
  const auto ran = tagdb({"identify", "-"});
  CHECK(shortened(ran.out) == fmt::format(R"(app:1.0
  base       windows/servercore
  revision   10.0.17763.1040
  KB         KB4546852
  release    2020-02B (out of band), published 2020-02-18
  match      its first 2 of 3 layers are the base's
  reference  mcr.microsoft.com/windows/servercore:10.0.17763.1040@sha256:{}
  behind     1 revision, the newest is 10.0.17763.1098
  newest     mcr.microsoft.com/windows/servercore:10.0.17763.1098@sha256:{}
  support    mainstream until 2024-01-09, extended until 2029-01-09
)",
                                          digits(k_february.digest()), digits(k_march.digest())));
  CHECK(ran.err.empty());
  CHECK(ran.code == 0);
  // Nothing named: standard input.
  CHECK(tagdb({"identify"}).out == ran.out);
}

TEST_CASE("identify, for programs") {
  February tagdb;
  tagdb.run.input = inspected();
  const auto ran = tagdb({"identify", "--format", "json"});
  CHECK(
      shortened(ran.out) ==
      fmt::format(
          R"({{"schema":1,"asOf":"2020-03-12T06:00:00Z","subject":"app:1.0","os":"windows","registry":"mcr.microsoft.com",)"
          R"("repository":"windows/servercore","candidates":[],"revision":"10.0.17763.1040","build":17763,"kb":"KB4546852",)"
          R"("release":{{"label":"2020-02B","channel":"LTSC","published":"2020-02-18","outOfBand":true,"superseded":false,)"
          R"("supersededBy":null,"source":"reference"}},"match":"diffIds","layers":{{"base":2,"image":3,"rebuilt":null}},)"
          R"("behind":1,"newest":"10.0.17763.1098","reference":"mcr.microsoft.com/windows/servercore:10.0.17763.1040@sha256:{}",)"
          R"("newestReference":"mcr.microsoft.com/windows/servercore:10.0.17763.1098@sha256:{}",)"
          R"("support":{{"phase":"mainstream","mainstreamEnd":"2024-01-09","extendedEnd":"2029-01-09"}},"evidence":"observed",)"
          R"("warnings":[]}})"
          "\n",
          digits(k_february.digest()), digits(k_march.digest())));
}

TEST_CASE("several images: one document each, and the first failure's exit code") {
  February tagdb;
  const auto config = k_february.platform().config.digest;
  tagdb.run.input = fmt::format("REPOSITORY   TAG   IMAGE ID   CREATED   SIZE\n"
                                "mcr.microsoft.com/windows/servercore   ltsc2019   {}   4 weeks ago   5GB\n"
                                "alpine   3   0123456789ab   2 days ago   8MB\n"
                                "core   1   {}   4 weeks ago   5GB\n",
                                config.encoded().substr(0, 12), k_february.digest().encoded().substr(0, 12));
  const auto file = tagdb.file("linux.json", R"([{"Os":"linux","RepoTags":["debian:12"]}])");
  const auto ran = tagdb({"identify", "-", file, "ltsc2018", "--format", "json"});
  const auto documents = tagdb::test::documents(ran.out);
  REQUIRE(documents.size() == 3);
  // By the config's digest, and by the index's, which is the image ID under the containerd store.
  for (const auto i : {0, 1}) {
    CHECK(tagdb::test::text_at(documents[i], "match") == "digest");
    CHECK(tagdb::test::text_at(documents[i], "revision") == "10.0.17763.1040");
  }
  CHECK(tagdb::test::text_at(documents[2], "subject") == "debian:12");
  CHECK(tagdb::test::text_at(documents[2], "os") == "linux");
  CHECK(documents[2].root().find("match")->is_null());
  const auto errors = tagdb::test::documents(ran.err);
  REQUIRE(errors.size() == 2);
  CHECK(contains(ran.err, "alpine:3 is no base image in this database, as far as its ID tells"));
  CHECK(contains(ran.err, "ltsc2018"));
  CHECK(ran.code == 3);
}

TEST_CASE("identify says what it does not know, and what would help") {
  February tagdb;
  struct Case {
    const char* name;
    std::string input;
    std::vector<std::string> arguments;
    int code;
    const char* says;
  };
  const Case cases[] = {
      {"an update that is not stored, and no version",
       inspected("", "?"),
       {"identify"},
       3,
       "the base layer of app:1.0 is that of windows/servercore build 17763"},
      {"what would help", inspected("", "?"), {"identify"}, 3, "hint: `tagdb sync` brings in the revisions"},
      {"no such file or reference", "", {"identify", "team/app:1"}, 3, "team/app"},
      {"a folder is no file", "", {"identify", tagdb.folder.path().string()}, 2, "is no reference"},
      {"text that is none", "please tell me", {"identify"}, 2, "(while reading standard input)"},
      {"escape sequences",
       R"([{"RepoTags":["\u001b[31mred"],"Os":"windows","OsVersion":"x"}])",
       {"identify"},
       3,
       "\\x1B[31mred says"},
      {"weaker than accepted",
       inspected("10.0.17763.9121", "?"),
       {"identify", "--evidence", "observed"},
       3,
       "which is weaker than observed"},
      {"standard input twice", inspected(), {"identify", "-", "-"}, 2, "once only"},
      {"both halves", "", {"identify", "app:1", "--online", "--offline"}, 2, "exclude each other"},
      {"too old", inspected(), {"identify", "--max-data-age", "1h"}, 4, "is stale"}};
  for (const auto& each : cases) {
    INFO(each.name);
    tagdb.run.input = each.input;
    const auto ran = tagdb(each.arguments);
    CHECK(ran.code == each.code);
    CHECK_THAT(ran.err, Catch::Matchers::Contains(each.says));
    CHECK_FALSE(contains(ran.err, "\x1b"));
  }
}

TEST_CASE("an update that is not stored: os.version on the base layer that is") {
  February tagdb;
  tagdb.run.input = inspected("10.0.17763.973", "?");
  const auto ran = tagdb({"identify", "--format", "json"});
  const auto document = tagdb::test::documents(ran.out);
  REQUIRE(document.size() == 1);
  CHECK(tagdb::test::text_at(document[0], "match") == "osVersion");
  CHECK(tagdb::test::text_at(document[0], "repository") == "windows/servercore");
  CHECK(document[0].root().integer_at("behind") == 2);
}

TEST_CASE("stale data is said, for how far behind moves on") {
  February tagdb;
  tagdb.run.now = tagdb::test::instant("2020-05-01T00:00:00Z");
  tagdb.run.input = inspected();
  const auto ran = tagdb({"identify"});
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "windows/servercore is stale"));
}

TEST_CASE("with no database the reference answers from os.version") {
  Fresh tagdb;
  tagdb.run.now = tagdb::test::instant("2020-03-12T06:00:00Z");
  tagdb.run.input = inspected();
  const auto ran = tagdb({"identify"});
  CHECK(ran.out == R"(app:1.0
  base       windows/servercore or windows/nanoserver or windows
  revision   10.0.17763.1040
  KB         KB4546852
  release    2020-02B (out of band), published 2020-02-18
  match      os.version, which is what the image says of itself
  behind     1 revision, the newest is 10.0.17763.1098
  support    mainstream until 2024-01-09, extended until 2029-01-09
  evidence   reference
)");
  CHECK(ran.code == 0);
  SECTION("but never for one that was named") {
    CHECK(tagdb({"identify", "--db", (tagdb.folder / "none.sqlite").string()}).code == 3);
  }
}

TEST_CASE("--online is the other program's") {
  Fresh tagdb;
  CHECK(tagdb({"identify", "--online", "app:1"}).started ==
        std::vector<std::string>{"identify", "--online", "app:1"});
  tagdb.run.terminal = true;
  const auto ran = tagdb({"identify"});
  CHECK(ran.code == 2);
  CHECK(contains(ran.err, "which image?"));
}
