#include "asking.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

const TestImage k_january("10.0.17763.973", "2020-01-08T02:00:00Z");
const TestImage k_early_february("10.0.17763.1039", "2020-02-05T02:00:00Z");
const TestImage k_february("10.0.17763.1040", "2020-02-13T02:00:00Z");
const TestImage k_march("10.0.17763.1098", "2020-03-05T02:00:00Z");
const TestImage k_newest("10.0.17763.8000", "2026-11-05T02:00:00Z");

/// The first crawl ever, in 2026: floating tags stand on the newest image, explicit tags tell of the past.
void first_crawl(RecordBuilder& record) {
  record.check("windows/servercore", "2026-11-12T18:30:00Z")
      .present({"ltsc2019", "10.0.17763.8000"}, k_newest)
      .present("1809", TestImage(k_newest).relisted())
      .present_bare("ltsc2019-amd64", k_newest)
      .present({"10.0.17763.1098"}, k_march)
      .present({"10.0.17763.1040", "1809-KB4546852"}, k_february)
      .present_bare("10.0.17763.1040-amd64", k_february)
      .present({"10.0.17763.1039"}, k_early_february)
      .present({"10.0.17763.973"}, k_january)
      // Another language, another build: newer than what was asked, and never behind ltsc2019.
      .present("10.0.17763.1041_de-de", TestImage("10.0.17763.1041", "2020-02-14T02:00:00Z"))
      .present({"1909", "10.0.18363.658"}, TestImage("10.0.18363.658", "2020-02-13T02:00:00Z"))
      .present("win10-21h1-preview", TestImage("10.0.19043.1", "2019-01-01T02:00:00Z"));
}

} // namespace

TEST_CASE("the first crawl answers for the past from revision tags and release dates") {
  const Record record(first_crawl);
  const auto answer = record.answer("ltsc2019", "2020-02-20");
  CHECK(revision_of(answer) == "10.0.17763.1040");
  CHECK(kb_of(answer) == "KB4546852");
  CHECK(answer.digest == k_february.digest());
  CHECK(answer.is_index);
  CHECK(answer.tag == "ltsc2019");
  CHECK(level_of(answer) == "inferred");
  CHECK(answer.evidence.source == "reference");
  CHECK_FALSE(answer.evidence.first_seen);
  CHECK_FALSE(answer.evidence.last_seen);
  CHECK_FALSE(answer.evidence.check);
  CHECK(answer.evidence.last_checked == t("2026-11-12T18:30:00Z"));
  CHECK(all_warnings_of(answer).empty());
  CHECK_FALSE(answer.next); // what really came next was not seen
  CHECK(aliases_of(answer) == "10.0.17763.1040= 10.0.17763.1040-amd64~ 1809-KB4546852=");
}

TEST_CASE("inference takes the newest revision that was published") {
  const Record record(first_crawl);
  struct Case {
    std::string name, reference, at, revision, level;
  };
  const std::vector<Case> cases = {
      {"the second of its publication", "ltsc2019", "2020-02-18T18:00:00Z", "10.0.17763.1040", "inferred"},
      {"a second earlier", "ltsc2019", "2020-02-18T17:59:59Z", "10.0.17763.973", "inferred"},
      {"the superseded one was out, but not left there", "ltsc2019", "2020-02-14", "10.0.17763.973",
       "inferred"},
      {"the other name of the product", "1809", "2020-01-20", "10.0.17763.973", "inferred"},
      {"with an architecture", "ltsc2019-amd64", "2020-02-20", "10.0.17763.1040", "inferred"},
      {"another build", "1909", "2020-02-20", "10.0.18363.658", "inferred"},
      // On Microsoft's registry a tag cannot have meant an older image than the one that was out.
      {"what came then is not stored", "ltsc2019", "2020-05-01", "10.0.17763.1158", "reference"},
      {"long after the last known change", "ltsc2019", "2025-01-01", "10.0.17763.6659", "reference"},
      {"before anything that is stored", "ltsc2019", "2019-01-10", "10.0.17763.253", "reference"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto answer = record.answer(c.reference, c.at);
    CHECK(revision_of(answer) == c.revision);
    CHECK(level_of(answer) == c.level);
    CHECK(answer.digest.has_value() == (c.level == "inferred"));
    CHECK(all_warnings_of(answer).empty());
  }
  CHECK(level_of(record.answer("ltsc2019", "2026-11-12T18:30:00Z")) == "observed");
}

TEST_CASE("a mirror may not have had what was out: its images answer, and the reference is told") {
  const Record record([](RecordBuilder& r) {
    r.registry("harbor.corp");
    first_crawl(r);
  });
  const auto answer = record.answer("ltsc2019", "2020-05-01");
  CHECK(revision_of(answer) == "10.0.17763.1098");
  CHECK(level_of(answer) == "inferred");
  CHECK(all_warnings_of(answer) == "contradiction");
  CHECK(message_of(answer, "contradiction") == "the newest image that is stored is 10.0.17763.1098, and the "
                                               "reference has 10.0.17763.1158, published 2020-04-14");
  CHECK(level_of(record.answer("ltsc2019", "2019-01-10")) == "reference"); // nothing is stored of then
}

TEST_CASE("a revision that the reference does not list is dated by its creation") {
  const TestImage unlisted("10.0.17763.9990", "2026-10-05T02:00:00Z");
  const Record record([&](RecordBuilder& r) {
    r.check("windows/servercore", "2026-11-12T18:30:00Z").present({"ltsc2019", "10.0.17763.9990"}, unlisted);
  });
  for (const std::string reference : {"ltsc2019", "10.0.17763.9990"}) {
    INFO(reference);
    const auto answer = record.answer(reference, "2026-10-10");
    CHECK(revision_of(answer) == "10.0.17763.9990");
    CHECK(level_of(answer) == "inferred");
    CHECK(answer.evidence.source == "created");
    CHECK(all_warnings_of(answer) == "createdDate");
    CHECK_THAT(message_of(answer, "createdDate"),
               Contains("2026-10-05T02:00:00Z") && Contains("2026-11-12T18:30:00Z"));
    REQUIRE(answer.release);
    CHECK(answer.release->label.to_string() == "2026-10B");
  }
  CHECK_THAT(record.refusal("10.0.17763.9990", "2026-10-04").message(),
             Contains("created 2026-10-05T02:00:00Z"));
}

TEST_CASE("a name with an architecture is inferred as a bare manifest") {
  const Record record(first_crawl);
  const auto by_tag = record.answer("ltsc2019-amd64", "2020-02-20");
  CHECK(by_tag.digest == k_february.platform().manifest.digest);
  CHECK_FALSE(by_tag.is_index);
  const auto without_tag = record.answer("ltsc2019-amd64", "2020-01-20"); // 973 has no -amd64 tag
  CHECK(without_tag.digest == k_january.platform().manifest.digest);
  CHECK_FALSE(without_tag.is_index);
}

TEST_CASE("before anything existed there is no answer") {
  const Record record(first_crawl);
  const auto error = record.refusal("ltsc2019", "2018-01-01");
  CHECK(error.kind() == base::ErrorKind::not_found);
  CHECK_THAT(error.message(), Contains("build 17763") && Contains("2018-01-01T00:00:00Z") &&
                                  Contains("first seen at 2026-11-12T18:30:00Z"));
}

TEST_CASE("revision and KB tags name one build for ever, once it existed") {
  const Record record(first_crawl);
  for (const std::string reference : {"10.0.17763.1040", "17763.1040", "1809-KB4546852", "KB4546852"}) {
    INFO(reference);
    const auto answer = record.answer(reference, "2020-02-20");
    CHECK(answer.digest == k_february.digest());
    CHECK(revision_of(answer) == "10.0.17763.1040");
    CHECK(kb_of(answer) == "KB4546852");
    CHECK(level_of(answer) == "inferred");
    CHECK(all_warnings_of(answer).empty());
    const auto error = record.refusal(reference, "2020-02-18");
    CHECK(error.kind() == base::ErrorKind::not_found);
    CHECK_THAT(error.message(), Contains("published 2020-02-18T18:00:00Z"));
  }
}

TEST_CASE("of other tags nothing is known before the first look") {
  const Record record(first_crawl);
  const auto error = record.refusal("win10-21h1-preview", "2020-02-20");
  CHECK(error.kind() == base::ErrorKind::not_found);
  CHECK_THAT(error.message(), Contains("is not known; it was first seen at 2026-11-12T18:30:00Z"));
}

TEST_CASE("without a creation date nothing is inferred of what the reference does not list") {
  const TestImage dateless("10.0.17763.9990", "");
  const Record record([&](RecordBuilder& r) {
    r.check("windows/servercore", "2026-11-12T18:30:00Z").present({"ltsc2019", "10.0.17763.9990"}, dateless);
  });
  CHECK_THAT(record.refusal("10.0.17763.9990", "2026-11-10").message(), Contains("nothing says whether"));
  CHECK(level_of(record.answer("ltsc2019", "2026-11-10")) == "reference");
  const Record listed([](RecordBuilder& r) {
    r.check("windows/servercore", "2026-11-12T18:30:00Z")
        .present({"ltsc2019", "10.0.17763.1040"}, TestImage("10.0.17763.1040", ""));
  });
  CHECK(level_of(listed.answer("10.0.17763.1040", "2020-02-20")) == "inferred");
}

TEST_CASE("a complete list without the tag is stronger than any inference") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-01T12:00:00Z").present("ltsc2019", k_january);
    r.check("windows/servercore", "2020-02-16T12:00:00Z").present("ltsc2019", k_january);
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present({"ltsc2019", "1809", "10.0.17763.1040"}, k_february);
  });
  const auto early = record.refusal("10.0.17763.1040", "2020-02-15");
  CHECK(early.kind() == base::ErrorKind::not_found);
  CHECK_THAT(early.message(), Contains("the check of 2020-02-16T12:00:00Z did not find it") &&
                                  Contains("first seen at 2020-02-19T12:00:00Z"));
  CHECK_THAT(record.refusal("10.0.17763.1040", "2020-02-17").message(), Contains("published 2020-02-18"));
  CHECK(level_of(record.answer("10.0.17763.1040", "2020-02-19")) == "inferred");
  // A floating tag that was not there is no image of January.
  CHECK_THAT(record.refusal("1809", "2020-02-10").message(), Contains("did not find it"));
  CHECK_THAT(record.refusal("1809", "2020-02-17").message(), Contains("did not find it"));
}

TEST_CASE("a crawl that was killed lists nothing and denies nothing") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-16T12:00:00Z").present("ltsc2019", k_february).abandon();
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1040"}, k_february);
  });
  CHECK(level_of(record.answer("10.0.17763.1040", "2020-02-19")) == "inferred");
}

TEST_CASE("a revision that was published again is, for the time before, its first image") {
  const TestImage again("10.0.17763.1040", "2020-02-14T02:00:00Z", "again");
  const Record record([&](RecordBuilder& r) {
    r.check("windows/servercore", "2020-03-01T12:00:00Z").present("10.0.17763.1040", k_february);
    r.check("windows/servercore", "2020-03-03T12:00:00Z")
        .present("10.0.17763.1040", again)
        .present("ltsc2019", again);
    r.check("windows/servercore", "2020-03-04T12:00:00Z").present("ltsc2019", k_march);
  });
  CHECK(record.answer("10.0.17763.1040", "2020-02-20").digest == k_february.digest());
}
