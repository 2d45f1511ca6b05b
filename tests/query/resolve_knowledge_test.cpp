// What the reference adds to answers from the record, and where the two disagree.
#include "asking.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

TestImage image(const std::string& revision, const std::string& created = "2020-01-08T02:00:00Z") {
  return TestImage("10.0." + revision, created);
}

/// One tag, seen on these images at these times.
struct Seen {
  std::string at, revision;
};
std::function<void(RecordBuilder&)> looks(const std::string& tag, std::vector<Seen> seen,
                                          const std::string& repository = "windows/servercore") {
  return [=](RecordBuilder& record) {
    for (const auto& look : seen)
      record.check(repository, look.at).present(tag, image(look.revision));
  };
}

} // namespace

TEST_CASE("release, KB and support of what was observed") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1040"}, image("17763.1040"))
        .present("ltsc2016", image("14393.3506"))
        .present("1803", image("17134.1305"));
    r.check("windows/nanoserver", "2018-10-10T12:00:00Z").present("sac2016", image("14393.2551"));
  });
  const auto answer = record.answer("ltsc2019", "2020-02-19T12");
  REQUIRE(answer.release);
  CHECK(answer.release->label.to_string() == "2020-02B");
  CHECK(answer.release->channel == windows::Channel::ltsc);
  CHECK(answer.release->published == windows::Date(std::chrono::year(2020) / 2 / 18));
  CHECK(answer.release->out_of_band);
  CHECK(answer.release->source == ReleaseAnswer::Source::reference);
  CHECK(kb_of(answer) == "KB4546852"); // no tag says it
  CHECK_FALSE(answer.host_release);
  REQUIRE(answer.support);
  CHECK(answer.support->product == "Windows Server 2019");
  CHECK(answer.support->phase == windows::SupportPhase::mainstream);

  struct Case {
    std::string reference, at;
    windows::SupportPhase phase;
    std::string product, warnings;
  };
  using windows::SupportPhase;
  // The phase as of the instant, of the image's product and not of the host that has its number.
  const std::vector<Case> cases = {
      {"ltsc2019", "2021-01-01", SupportPhase::mainstream, "Windows Server 2019", ""},
      {"ltsc2019", "2024-01-09T23:59:59Z", SupportPhase::mainstream, "Windows Server 2019", ""},
      {"ltsc2019", "2024-01-10", SupportPhase::extended, "Windows Server 2019", ""},
      {"10.0.17763.1040", "2029-01-10", SupportPhase::ended, "Windows Server 2019", "endOfSupport"},
      {"1803", "2020-02-19T12", SupportPhase::ended, "Windows Server, version 1803", "endOfSupport"},
      {"ltsc2016", "2022-02-01", SupportPhase::extended, "Windows Server 2016 (version 1607)", ""},
      {"nanoserver:sac2016", "2018-10-10T12", SupportPhase::ended, "Nano Server 2016 (version 1607)",
       "endOfSupport"},
  };
  for (const auto& c : cases) {
    INFO(c.reference << " at " << c.at);
    auto one = record.answer(c.reference, c.at);
    std::erase_if(one.warnings, [](const Warning& warning) { return warning.code == "contradiction"; });
    REQUIRE(one.support);
    CHECK(one.support->product == c.product);
    CHECK(one.support->phase == c.phase);
    CHECK(all_warnings_of(one) == c.warnings);
  }
  CHECK_THAT(message_of(record.answer("1803", "2020-02-19T12"), "endOfSupport"),
             Contains("ended on 2019-11-12"));
}

TEST_CASE("a floating tag against the reference") {
  struct Case {
    std::string name, tag;
    std::vector<Seen> seen;
    std::string at, revision, contradiction; ///< empty: none
  };
  const std::string core = "windows/servercore:";
  const std::vector<Case> cases = {
      {"they agree", "ltsc2019", {{"2020-02-20T12:00:00Z", "17763.1040"}}, "2020-02-20T12", "17763.1040", ""},
      {"in the hours after a release the tag may still stand",
       "ltsc2019",
       {{"2020-02-19T17:59:59Z", "17763.973"}},
       "2020-02-19T17:59:59Z",
       "17763.973",
       ""},
      {"a day later no more",
       "ltsc2019",
       {{"2020-02-19T18:00:00Z", "17763.973"}},
       "2020-02-19T18:00:00Z",
       "17763.973",
       "was seen on 10.0.17763.973 at 2020-02-19T18:00:00Z, where the reference has 10.0.17763.1040, "
       "published "
       "2020-02-18"},
      {"inside a stretch",
       "ltsc2019",
       {{"2020-02-01T12:00:00Z", "17763.973"}, {"2020-03-01T12:00:00Z", "17763.973"}},
       "2020-02-21",
       "17763.973",
       "was seen on 10.0.17763.973 at 2020-02-21T00:00:00Z"},
      {"nobody looked since",
       "ltsc2019",
       {{"2020-02-01T12:00:00Z", "17763.973"}},
       "2020-02-21",
       "17763.973",
       "nobody has looked at windows/servercore:ltsc2019 after 2020-02-01T12:00:00Z, and the reference has "
       "10.0.17763.1040, published 2020-02-18"},
      {"the superseded image, while it was the newest",
       "ltsc2019",
       {{"2020-02-12T12:00:00Z", "17763.1039"}, {"2020-02-14T12:00:00Z", "17763.1039"}},
       "2020-02-13",
       "17763.1039",
       ""},
      {"and after its successor",
       "ltsc2019",
       {{"2020-02-12T12:00:00Z", "17763.1039"}, {"2020-02-25T12:00:00Z", "17763.1039"}},
       "2020-02-20",
       "17763.1039",
       "where the reference has 10.0.17763.1040"},
      {"a revision that the reference does not list",
       "ltsc2019",
       {{"2020-02-20T12:00:00Z", "17763.1050"}},
       "2020-02-20T12",
       "17763.1050",
       "the reference does not list 10.0.17763.1050; as the newest image of 2020-02-20 it has "
       "10.0.17763.1040"},
      {"a revision from after what the reference covers",
       "ltsc2019",
       {{"2026-10-14T12:00:00Z", "17763.9990"}},
       "2026-10-14T12",
       "17763.9990",
       ""},
      {"seen before its day",
       "ltsc2019",
       {{"2020-02-17T23:59:59Z", "17763.1040"}},
       "2020-02-17T23:59:59Z",
       "17763.1040",
       "10.0.17763.1040 was seen at 2020-02-17T23:59:59Z, before the reference dates its publication: "
       "2020-02-18"},
      {"seen on its day, hours too early",
       "ltsc2019",
       {{"2020-02-18T09:00:00Z", "17763.1040"}},
       "2020-02-18T09",
       "17763.1040",
       ""},
      {"also by its own tag",
       "10.0.17763.1040",
       {{"2020-02-14T12:00:00Z", "17763.1040"}},
       "2020-02-14T12",
       "17763.1040",
       "before the reference dates its publication"},
      {"a revision tag does not age",
       "10.0.17763.973",
       {{"2020-02-01T12:00:00Z", "17763.973"}},
       "",
       "17763.973",
       ""},
      {"a known incident is no contradiction",
       "ltsc2019",
       {{"2025-04-10T12:00:00Z", "17763.7009"}, {"2025-04-20T12:00:00Z", "17763.7009"}},
       "2025-04-15",
       "17763.7009",
       ""},
      {"between two looks, and neither tells",
       "ltsc2019",
       {{"2020-02-10T12:00:00Z", "17763.973"}, {"2020-03-12T12:00:00Z", "17763.1098"}},
       "2020-02-25",
       "17763.973",
       "neither look tells of this instant, and the reference has 10.0.17763.1040"},
      {"a tag that no product has",
       "latest",
       {{"2020-02-20T12:00:00Z", "17763.973"}},
       "2020-03-20",
       "17763.973",
       ""},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const Record record(looks(c.tag, c.seen));
    const auto answer = record.answer(c.tag, c.at);
    CHECK(revision_of(answer) == "10.0." + c.revision);
    const auto message = message_of(answer, "contradiction");
    CHECK(message.empty() == c.contradiction.empty());
    CHECK_THAT(message, Contains(c.contradiction));
  }
}

TEST_CASE("a KB tag that names another KB than the reference") {
  struct Case {
    std::string name;
    std::vector<std::string> tags;
    std::string kb, warnings;
  };
  const std::vector<Case> cases = {
      {"the same", {"1809-KB4546852"}, "KB4546852", ""},
      {"none", {}, "KB4546852", ""},
      {"another", {"1809-KB4546850"}, "KB4546850", "contradiction"},
      {"both", {"1809-KB4546850", "1809-KB4546852"}, "KB4546852", ""},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const Record record([&](RecordBuilder& r) {
      r.check("windows/servercore", "2020-02-19T12:00:00Z").present("10.0.17763.1040", image("17763.1040"));
      for (const auto& tag : c.tags)
        r.present(tag, image("17763.1040"));
    });
    const auto answer = record.answer("10.0.17763.1040", "2020-02-20");
    CHECK(kb_of(answer) == c.kb);
    CHECK(all_warnings_of(answer) == c.warnings);
    if (!c.warnings.empty())
      CHECK(message_of(answer, "contradiction") ==
            "the KB tag of 10.0.17763.1040 names KB4546850, the reference "
            "KB4546852; the answer is the tag's");
  }
}

TEST_CASE("between two looks the later one answers where the reference dates it there") {
  const auto fill =
      looks("ltsc2019", {{"2020-02-10T12:00:00Z", "17763.973"}, {"2020-02-20T12:00:00Z", "17763.1040"}});
  const Record record([&](RecordBuilder& r) {
    fill(r);
    r.present({"1809", "10.0.17763.1040", "1809-KB4546852"}, image("17763.1040"));
  });
  struct Case {
    std::string name, at, revision, which;
  };
  const std::vector<Case> cases = {
      {"before the release", "2020-02-18T17:59:59Z", "10.0.17763.973", "the answer is the earlier one"},
      {"from its instant on", "2020-02-18T18:00:00Z", "10.0.17763.1040",
       "the answer is the later one, which was published at 2020-02-18T18:00:00Z"},
      {"until it was seen", "2020-02-20T11:59:59Z", "10.0.17763.1040", "the later one"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const auto answer = record.answer("ltsc2019", c.at);
    CHECK(level_of(answer) == "between");
    CHECK(revision_of(answer) == c.revision);
    CHECK_THAT(message_of(answer, "between"), Contains(c.which));
    REQUIRE(answer.evidence.before);
    REQUIRE(answer.evidence.after);
    CHECK(answer.evidence.before->revision == windows::OsVersion(10, 0, 17763, 973));
    CHECK(answer.evidence.after->revision == windows::OsVersion(10, 0, 17763, 1040));
    CHECK(answer.evidence.seen_before == t("2020-02-10T12"));
    CHECK(answer.evidence.seen_after == t("2020-02-20T12"));
    REQUIRE(answer.next);
    CHECK(answer.next->at == t("2020-02-20T12"));
  }
  const auto later = record.answer("ltsc2019", "2020-02-19");
  CHECK(later.evidence.first_seen == t("2020-02-20T12"));
  CHECK(later.digest == image("17763.1040").digest());
  CHECK(kb_of(later) == "KB4546852");
  CHECK(aliases_of(later) == "1809= 10.0.17763.1040= 1809-KB4546852=");

  // The look before was after the release: that the tag moved later is what was seen.
  const Record late(
      looks("ltsc2019", {{"2020-02-18T19:00:00Z", "17763.973"}, {"2020-02-20T12:00:00Z", "17763.1040"}}));
  CHECK(revision_of(late.answer("ltsc2019", "2020-02-19")) == "10.0.17763.973");
  // Back to an older one: its release lies long before.
  const Record back(
      looks("ltsc2019", {{"2025-04-08T20:00:00Z", "17763.7136"}, {"2025-04-10T12:00:00Z", "17763.7009"}}));
  CHECK(revision_of(back.answer("ltsc2019", "2025-04-09T12")) == "10.0.17763.7136");
}

TEST_CASE("what is not observed inside a known incident says so") {
  const auto april = [](RecordBuilder& r) {
    r.check("windows/servercore", "2025-05-20T12:00:00Z")
        .present("10.0.17763.7009", image("17763.7009"))
        .present("10.0.17763.7136", image("17763.7136"))
        .present("10.0.17763.7249", image("17763.7249"))
        .present({"ltsc2019", "1809", "10.0.17763.7314"}, image("17763.7314"));
  };
  const Record record(april);
  const auto inferred = record.answer("ltsc2019", "2025-04-15");
  CHECK(level_of(inferred) == "inferred");
  CHECK(revision_of(inferred) == "10.0.17763.7136");
  CHECK(all_warnings_of(inferred) == "knownIncident");
  CHECK_THAT(message_of(inferred, "knownIncident"), Contains("rollback, 2025-04-09 to 2025-04-23") &&
                                                        Contains("pointed at 10.0.17763.7009") &&
                                                        Contains("should have been 10.0.17763.7136"));
  CHECK(all_warnings_of(record.answer("ltsc2019", "2025-04-08T23")).empty());
  CHECK(all_warnings_of(record.answer("ltsc2019", "2025-04-24")).empty());
  CHECK(all_warnings_of(record.answer("10.0.17763.7136", "2025-04-15")).empty());

  const Record between(
      looks("ltsc2019", {{"2025-04-08T12:00:00Z", "17763.7009"}, {"2025-05-14T12:00:00Z", "17763.7314"}}));
  CHECK_THAT(all_warnings_of(between.answer("ltsc2019", "2025-04-15")), Contains("knownIncident"));
  const Record observed(
      looks("ltsc2019", {{"2025-04-09T12:00:00Z", "17763.7009"}, {"2025-04-20T12:00:00Z", "17763.7009"}}));
  CHECK(all_warnings_of(observed.answer("ltsc2019", "2025-04-15")).empty());
}

TEST_CASE("as of a release: the first instant at which the tag was seen on it") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-12T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1039"}, image("17763.1039"))
        .present("ltsc2016", image("14393.3443"));
    r.check("windows/servercore", "2020-02-19T02:11:09Z")
        .present({"ltsc2019", "10.0.17763.1040"}, image("17763.1040"))
        .present("10.0.17763.1039", image("17763.1039"));
    r.check("windows/servercore", "2020-02-25T12:00:00Z").present("ltsc2019", image("17763.1040"));
    r.check("windows/servercore", "2020-03-01T12:00:00Z").present("ltsc2019", image("17763.1039"));
    r.check("windows/servercore", "2026-10-12T12:00:00Z").present("ltsc2019", image("17763.9121"));
    r.check("windows/servercore", "2026-10-14T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.9990"}, image("17763.9990", "2026-10-06T02:00:00Z"));
  });
  struct Case {
    std::string name, reference, label, at, revision;
  };
  const std::vector<Case> cases = {
      {"not the superseded one", "ltsc2019", "2020-02B", "2020-02-19T02:11:09Z", "10.0.17763.1040"},
      {"written apart", "ltsc2019", "2020-02 b", "2020-02-19T02:11:09Z", "10.0.17763.1040"},
      {"its other name", "ltsc2019", "2020-02 OOB", "2020-02-19T02:11:09Z", "10.0.17763.1040"},
      {"a release that is derived", "ltsc2019", "2026-10B", "2026-10-14T12:00:00Z", "10.0.17763.9990"},
      {"never seen there: the image's instant", "ltsc2016", "2020-02B", "2020-02-18T18:00:00Z",
       "10.0.14393.3443"},
      {"by a revision", "17763.1040", "2020-02B", "2020-02-19T02:11:09Z", "10.0.17763.1040"},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    ResolveOptions options;
    options.at_release = must(windows::ReleaseLabel::parse(c.label));
    const auto answer = must(resolve(record.reader(), {t("2026-11-20"), std::nullopt, "amd64"},
                                     must(parse_reference_query(c.reference)), options));
    CHECK(base::format_rfc3339(answer.as_of) == c.at);
    CHECK(revision_of(answer) == c.revision);
  }
}
