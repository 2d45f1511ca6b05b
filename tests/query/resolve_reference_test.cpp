// Answers from the built-in knowledge: nothing was crawled, or nothing that tells.
#include "asking.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

class BuiltIn {
 public:
  Scope& scope() { return m_scope; }
  base::Result<Resolution> ask(std::string_view reference, std::string_view at = "",
                               EvidenceLevel weakest = EvidenceLevel::reference) const {
    ResolveOptions options;
    options.weakest = weakest;
    if (const auto label = windows::ReleaseLabel::parse(at))
      options.at_release = *label;
    else if (!at.empty())
      options.at = t(at);
    return resolve(m_reader, m_scope, must(parse_reference_query(reference)), options);
  }
  base::Error refusal(std::string_view reference, std::string_view at = "") const {
    auto answer = ask(reference, at);
    if (answer)
      throw std::runtime_error("answered: " + std::string(reference));
    return std::move(answer).error();
  }

 private:
  store::Reader m_reader = must(store::Reader::built_in());
  Scope m_scope{t("2026-09-20"), std::nullopt, "amd64"};
};

std::string label_of(const Resolution& answer) {
  return answer.release ? answer.release->label.to_string() : "-";
}

} // namespace

TEST_CASE("what the reference answers where nothing was crawled") {
  const BuiltIn built_in;
  struct Case {
    std::string reference, at, repository, tag, revision, kb, label, warnings;
  };
  const std::string core = "windows/servercore", nano = "windows/nanoserver";
  const std::vector<Case> cases = {
      {"ltsc2019", "2020-02-20", core, "ltsc2019", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      {"1809", "2020-02-20", core, "1809", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      {"ltsc2019-amd64", "2020-02-20", core, "ltsc2019-amd64", "10.0.17763.1040", "KB4546852", "2020-02B",
       ""},
      {"mcr.microsoft.com/windows/servercore:ltsc2019", "2020-02-20", core, "ltsc2019", "10.0.17763.1040",
       "KB4546852", "2020-02B", ""},
      {"nanoserver:1809", "2020-02-20", nano, "1809", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      // The image of the 11th was superseded: the tags were not left on it.
      {"ltsc2019", "2020-02-14", core, "ltsc2019", "10.0.17763.973", "KB4534273", "2020-01B", ""},
      {"ltsc2019", "2020-02-18T17:59:59Z", core, "ltsc2019", "10.0.17763.973", "KB4534273", "2020-01B", ""},
      {"ltsc2019", "2020-02-18T18:00:00Z", core, "ltsc2019", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      {"KB4546852", "", core, "", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      {"17763.1040", "", core, "", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      {"10.0.17763.1040", "", core, "10.0.17763.1040", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      {"1809-KB4546852", "", core, "1809-KB4546852", "10.0.17763.1040", "KB4546852", "2020-02B", ""},
      {"1909-KB4546853", "2020-03-01", core, "1909-KB4546853", "10.0.18363.658", "KB4546853", "2020-02B", ""},
      {"1803", "", core, "1803", "10.0.17134.1305", "KB4546851", "2020-02B", "endOfSupport"},
      // Nano Server 2016 ended while its build went on in servercore.
      {"nanoserver:sac2016", "", nano, "sac2016", "10.0.14393.2551", "KB4462917", "2018-10B", "endOfSupport"},
      {"ltsc2019", "2025-04-15", core, "ltsc2019", "10.0.17763.7136", "KB5055519", "2025-04B",
       "knownIncident"},
      {"ltsc2019-amd64", "2025-04-15", core, "ltsc2019-amd64", "10.0.17763.7136", "KB5055519", "2025-04B",
       "knownIncident"},
      {"10.0.17763.7136", "2025-04-15", core, "10.0.17763.7136", "10.0.17763.7136", "KB5055519", "2025-04B",
       ""},
      // Its end is not known: it is taken to end with the next release.
      {"ltsc2025", "2025-04-20", core, "ltsc2025", "10.0.26100.3781", "KB5059087", "2025-04 OOB",
       "knownIncident"},
      {"ltsc2025", "2025-06-01", core, "ltsc2025", "10.0.26100.4061", "KB5058411", "2025-05B", ""},
  };
  for (const auto& c : cases) {
    INFO(c.reference << " at " << c.at);
    const auto answer = must(built_in.ask(c.reference, c.at));
    CHECK(answer.registry == "mcr.microsoft.com");
    CHECK(answer.repository == c.repository);
    CHECK(answer.tag == c.tag);
    CHECK(answer.kind.has_value() == !c.tag.empty());
    CHECK(revision_of(answer) == c.revision);
    CHECK(kb_of(answer) == c.kb);
    CHECK(label_of(answer) == c.label);
    CHECK(all_warnings_of(answer) == c.warnings);
    CHECK(level_of(answer) == "reference");
    CHECK_THAT(answer.evidence.source, Catch::Matchers::StartsWith("reference as of 20"));
    CHECK_FALSE(answer.digest);
    CHECK(answer.platforms.empty());
    CHECK(answer.aliases.empty());
    CHECK(answer.support.has_value());
  }
}

TEST_CASE("what the reference refuses") {
  const BuiltIn built_in;
  struct Case {
    std::string reference, at;
    base::ErrorKind kind;
    std::string message, hint;
  };
  using base::ErrorKind;
  const std::vector<Case> cases = {
      {"KB4546853", "", ErrorKind::usage, "several builds: 10.0.18362.658 (1903), 10.0.18363.658 (1909)",
       "one of these"},
      {"ltsc2018", "", ErrorKind::not_found, "does not know ltsc2018 in windows/servercore", "ltsc2019"},
      {"ltsc2018", "", ErrorKind::not_found, "never crawled", "tagdb sync windows/servercore"},
      {"LTSC2019", "", ErrorKind::not_found, "LTSC2019", "did you mean ltsc2019"},
      {"nanoserver:ltsc2016", "", ErrorKind::not_found, "ltsc2016", "tagdb sync windows/nanoserver"},
      {"nanoserver:14393.5000", "", ErrorKind::not_found, "14393.5000", ""},
      {"17763.1041", "", ErrorKind::not_found, "17763.1041", "tagdb sync"},
      {"KB1234567", "", ErrorKind::not_found, "KB1234567", "tagdb sync"},
      {"1903-KB4546852", "", ErrorKind::not_found, "1903-KB4546852", "tagdb sync"},
      {"1809-KB4580390", "", ErrorKind::not_found, "1809-KB4580390", ""}, // hosts alone have that KB
      {"ltsc2019_de-de", "", ErrorKind::not_found, "ltsc2019_de-de", ""},
      {"nanoserver:1809-arm32v7", "", ErrorKind::not_found, "1809-arm32v7", ""},
      {"windows/servercore/iis:latest", "", ErrorKind::not_found, "no registry was crawled",
       "tagdb sync windows/servercore/iis"},
      {"harbor.corp/windows/servercore:ltsc2019", "", ErrorKind::not_found, "no registry was crawled",
       "--registry harbor.corp"},
      {"ltsc2019", "2018-01-01", ErrorKind::not_found, "no image of Windows Server 2019", ""},
      {"17763.1040", "2020-02-18T17:59:59Z", ErrorKind::not_found, "not out yet", ""},
      {"17763.1554", "2020-10-19", ErrorKind::not_found, "not out yet", ""},
      {"ltsc2019@" + oci::Digest::of("x").to_string(), "", ErrorKind::not_found, "no check saw it",
       "tagdb sync"},
      {oci::Digest::of("x").to_string(), "", ErrorKind::not_found, "no registry was crawled", "tagdb sync"},
      {"ltsc2019", "2017-02B", ErrorKind::usage, "there is no release 2017-02B", ""},
      {"ltsc2019", "2026-10B", ErrorKind::usage, "lies in the future", ""},
  };
  for (const auto& c : cases) {
    INFO(c.reference << " at " << c.at);
    const auto error = built_in.refusal(c.reference, c.at);
    CHECK(error.kind() == c.kind);
    CHECK_THAT(error.message(), Contains(c.message));
    CHECK_THAT(error.hint(), Contains(c.hint));
  }
}

TEST_CASE("the reference is the weakest evidence") {
  const BuiltIn built_in;
  CHECK(built_in.ask("ltsc2019", "2020-02-20", EvidenceLevel::reference));
  for (const auto weakest : {EvidenceLevel::observed, EvidenceLevel::between, EvidenceLevel::inferred}) {
    const auto refused = built_in.ask("ltsc2019", "2020-02-20", weakest);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind() == base::ErrorKind::not_found);
    CHECK_THAT(refused.error().message(), Contains("known only as reference"));
  }
}

TEST_CASE("the reference speaks of amd64 alone") {
  BuiltIn built_in;
  built_in.scope().architecture = "arm64";
  for (const auto* reference : {"ltsc2025", "26100.3781", "KB5059087"}) {
    INFO(reference);
    const auto error = built_in.refusal(reference);
    CHECK(error.kind() == base::ErrorKind::not_found);
    CHECK_THAT(error.message(), Contains("for amd64 alone"));
  }
}

TEST_CASE("a revision of hosts: what it is, and the newest image below it") {
  const BuiltIn built_in;
  const Record record([](RecordBuilder& r) {
    r.registry("127.0.0.1:5055")
        .check("windows/servercore", "2026-09-10T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1040"}, TestImage("10.0.17763.1040"));
  });
  for (const auto* reference : {"17763.1554", "10.0.17763.1554", "KB4580390"}) {
    for (const auto& answer : {must(built_in.ask(reference)), record.answer(reference)}) {
      INFO(reference);
      CHECK(revision_of(answer) == "10.0.17763.1554");
      REQUIRE(answer.host_release);
      CHECK(windows::format_day(answer.host_release->date) == "2020-10-20");
      CHECK(answer.host_release->type == windows::HostReleaseType::preview);
      CHECK(answer.host_release->kb == must(windows::Kb::parse("KB4580390")));
      CHECK(answer.nearest == windows::OsVersion(10, 0, 17763, 1518));
      CHECK_FALSE(answer.release);
      CHECK_FALSE(answer.support);
      CHECK_FALSE(answer.digest);
      CHECK_FALSE(answer.kind);
      CHECK(answer.tag.empty());
      CHECK(level_of(answer) == "reference");
    }
  }
  CHECK(must(built_in.ask("17763.1554")).evidence.last_checked == std::nullopt);
  CHECK(record.answer("17763.1554").evidence.last_checked == t("2026-09-10T12"));
  // A build without images at all.
  const auto annual = must(built_in.ask("25398.531"));
  CHECK_FALSE(annual.nearest);
}

TEST_CASE("a crawled image that the reference does not list can be the nearest") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-10-19T12:00:00Z")
        .present("10.0.17763.1530", TestImage("10.0.17763.1530"));
  });
  CHECK(record.answer("17763.1554").nearest == windows::OsVersion(10, 0, 17763, 1530));
}

TEST_CASE("a superseded image: its successor, and the host release of the same number") {
  const BuiltIn built_in;
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-12T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1039"}, TestImage("10.0.17763.1039", "2020-02-05T02:00:00Z"));
  });
  for (const auto& answer : {must(built_in.ask("17763.1039")), record.answer("17763.1039")}) {
    CHECK(revision_of(answer) == "10.0.17763.1039");
    REQUIRE(answer.release);
    CHECK(answer.release->label.to_string() == "2020-02B");
    CHECK(windows::format_day(answer.release->published.value()) == "2020-02-11");
    CHECK(answer.release->superseded_by == windows::OsVersion(10, 0, 17763, 1040));
    CHECK_FALSE(answer.release->out_of_band);
    REQUIRE(answer.host_release);
    CHECK(answer.host_release->version == windows::OsVersion(10, 0, 17763, 1039));
    CHECK_FALSE(answer.nearest);
  }
  CHECK(level_of(record.answer("17763.1039")) == "observed");
}

TEST_CASE("revisions and KBs that no crawled tag carries") {
  const Record record([](RecordBuilder& r) {
    r.registry("127.0.0.1:5055")
        .check("windows/servercore", "2026-09-10T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1098"}, TestImage("10.0.17763.1098", "2020-03-05T02:00:00Z"));
  });
  const auto by_kb = record.answer("KB4546852");
  CHECK(revision_of(by_kb) == "10.0.17763.1040");
  CHECK(by_kb.registry == "127.0.0.1:5055");
  CHECK(level_of(by_kb) == "reference");
  // The KB leads to a revision that is stored.
  const auto stored = record.answer("KB4538461");
  CHECK(revision_of(stored) == "10.0.17763.1098");
  CHECK(level_of(stored) == "observed");
  // A list that was seen says which tags there are.
  CHECK(record.refusal("1809-KB4546852").kind() == base::ErrorKind::not_found);
  CHECK(record.refusal("1903").kind() == base::ErrorKind::not_found);
  CHECK(record.refusal("17763.1041").kind() == base::ErrorKind::not_found);
}

TEST_CASE("another registry was crawled: the question is about that one") {
  const Record record([](RecordBuilder& r) {
    r.registry("harbor.corp")
        .check("windows/servercore", "2026-09-10T12:00:00Z")
        .present("ltsc2019", TestImage("10.0.17763.1098"));
  });
  CHECK(record.refusal("nanoserver:1809").kind() == base::ErrorKind::not_found);
  const auto named = record.answer("mcr.microsoft.com/windows/nanoserver:1809", "2020-02-20");
  CHECK(level_of(named) == "reference");
  CHECK(revision_of(named) == "10.0.17763.1040");
}

TEST_CASE("as of a release, where nothing was observed") {
  const BuiltIn built_in;
  struct Case {
    std::string reference, label, at, revision;
  };
  const std::vector<Case> cases = {
      {"ltsc2019", "2020-02B", "2020-02-18T18:00:00Z", "10.0.17763.1040"}, // not the superseded one
      {"ltsc2019", "2020-02 B", "2020-02-18T18:00:00Z", "10.0.17763.1040"},
      {"ltsc2019", "2020-02 OOB", "2020-02-18T18:00:00Z", "10.0.17763.1040"},
      {"17763.973", "2020-02B", "2020-02-18T18:00:00Z", "10.0.17763.973"},
      {"KB4534273", "2020-02B", "2020-02-18T18:00:00Z", "10.0.17763.973"},
      {"ltsc2019", "2020-03B", "2020-03-10T17:00:00Z", "10.0.17763.1098"},
      {"1909", "2020-03 OOB", "2020-03-12T17:00:00Z", "10.0.18363.720"},
      // No image of this build: the release is of others, and the tag meant what it meant then.
      {"ltsc2019", "2020-03 OOB", "2020-03-12T17:00:00Z", "10.0.17763.1098"},
  };
  for (const auto& c : cases) {
    INFO(c.reference << " at " << c.label);
    const auto answer = must(built_in.ask(c.reference, c.label));
    CHECK(base::format_rfc3339(answer.as_of) == c.at);
    CHECK(revision_of(answer) == c.revision);
  }
}
