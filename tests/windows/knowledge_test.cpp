#include "reference_files.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/knowledge.hpp>

using namespace tagdb::windows;
using tagdb::base::parse_rfc3339;
using test_reference::knowledge;

namespace {

OsVersion version(std::string_view text) {
  return *OsVersion::parse_lenient(text);
}
std::string revision_of(const Release* release) {
  return release ? release->version.to_string() : "none";
}

} // namespace

TEST_CASE("the images of February 2020: one label, two revisions of each build") {
  const auto* first = knowledge().release(version("17763.1039"));
  REQUIRE(first);
  CHECK(first->superseded_by == version("17763.1040"));
  CHECK(first->label.to_string() == "2020-02B");
  CHECK(!first->out_of_band);
  CHECK(first->kb == *Kb::parse("KB4532691"));
  const auto* second = knowledge().release(version("17763.1040"));
  REQUIRE(second);
  CHECK(!second->superseded_by);
  CHECK(second->out_of_band);
  CHECK(second->label == first->label);
  const auto label = *ReleaseLabel::parse("2020-02B");
  for (const auto build : {14393u, 17134u, 17763u, 18362u, 18363u}) {
    INFO(build);
    const auto* meant = knowledge().release_of(build, label);
    REQUIRE(meant);
    CHECK(meant->version.revision() == knowledge().baseline(build)->container_2b.revision);
    CHECK(meant->kb == knowledge().baseline(build)->container_2b.kb);
  }
  CHECK(knowledge().releases_of(label).size() == 10);
  CHECK(!knowledge().release_of(26100, label));
}

TEST_CASE("a KB may be that of two builds") {
  const auto releases = knowledge().releases_of(*Kb::parse("KB4546853"));
  REQUIRE(releases.size() == 2);
  CHECK(releases[0]->version == version("18362.658"));
  CHECK(releases[1]->version == version("18363.658"));
  CHECK(knowledge().releases_of(*Kb::parse("KB9999999")).empty());
  CHECK(!knowledge().release(version("19041.264"))->kb);
}

TEST_CASE("revisions without an image") {
  const auto* host = knowledge().host_release(version("17763.1554"));
  REQUIRE(host);
  CHECK(host->type == HostReleaseType::preview);
  CHECK(host->kb == *Kb::parse("KB4580390"));
  CHECK(!knowledge().release(version("17763.1554")));
  CHECK(revision_of(knowledge().newest_at_or_below(version("17763.1554"))) == "10.0.17763.1518");
  CHECK(revision_of(knowledge().newest_at_or_below(version("17763.1040"))) == "10.0.17763.1040");
  CHECK(revision_of(knowledge().newest_at_or_below(version("17763.1039"))) == "10.0.17763.973");
  CHECK(revision_of(knowledge().newest_at_or_below(version("17763.1"))) == "none");
  CHECK(revision_of(knowledge().newest_at_or_below(version("99999.1"))) == "none");
  // A host release and an image share the number 1039; none shares 1040.
  CHECK(knowledge().host_release(version("17763.1039")));
  CHECK(!knowledge().host_release(version("17763.1040")));
}

TEST_CASE("what a floating tag should have meant at a moment") {
  struct Case {
    const char* name;
    std::string_view repository, tag, at, revision;
  };
  const Case cases[] = {
      {"two days after", "windows/servercore", "ltsc2019", "2020-02-20T00:00:00Z", "10.0.17763.1040"},
      {"by its other name", "windows/nanoserver", "1809", "2020-02-20T00:00:00Z", "10.0.17763.1040"},
      {"while only the superseded one was out", "windows/servercore", "ltsc2019", "2020-02-13T00:00:00Z",
       "10.0.17763.973"},
      {"a second before", "windows/servercore", "ltsc2019", "2020-03-10T16:59:59Z", "10.0.17763.1040"},
      {"at the instant", "windows/servercore", "ltsc2019", "2020-03-10T17:00:00Z", "10.0.17763.1098"},
      {"an out-of-band image", "windows/servercore", "ltsc2022", "2025-04-17T00:00:00Z", "10.0.20348.3566"},
      {"before the first", "windows/servercore", "ltsc2022", "2021-01-01T00:00:00Z", "none"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto* product = knowledge().version_of_tag(each.repository, each.tag);
    REQUIRE(product);
    CHECK(revision_of(knowledge().newest_release(product->build, *parse_rfc3339(each.at))) == each.revision);
  }
  CHECK(revision_of(knowledge().newest_release(26100)) == "10.0.26100.33438");
}

TEST_CASE("products by tag, by image and by host") {
  CHECK(!knowledge().version_of_tag("windows/nanoserver", "ltsc2016"));
  CHECK(!knowledge().version_of_tag("", "LTSC2019"));
  REQUIRE(knowledge().version_of_tag("", "1809"));
  CHECK(knowledge().version_of_tag("", "1809")->name == "Windows Server 2019");
  CHECK(knowledge().version_of_image("windows/nanoserver", 14393)->name == "Nano Server 2016 (version 1607)");
  CHECK(knowledge().version_of_image("windows/servercore", 14393)->name ==
        "Windows Server 2016 (version 1607)");
  CHECK(!knowledge().version_of_image("windows/servercore", 25398));
  CHECK(knowledge().versions_of_host(17763).size() == 2);
  CHECK(knowledge().versions_of_host(14393).size() == 1);
  CHECK(knowledge().versions_of_host(25398).size() == 1);
  CHECK(knowledge().versions_of_host(22631).empty());
  CHECK(knowledge().ltsc_builds() == std::vector<std::uint32_t>{14393, 17763, 20348, 26100});
}

TEST_CASE("release instants around a moment") {
  struct Case {
    const char* name;
    std::string_view at, after, after_b, before_b;
  };
  const Case cases[] = {
      {"created before the 2B images of 2020", "2020-02-14T00:00:00Z", "2020-02-18T18:00:00Z",
       "2020-02-18T18:00:00Z", "2020-02-11T18:00:00Z"},
      {"the B that never came", "2017-02-10T00:00:00Z", "2017-03-14T17:00:00Z", "2017-03-14T17:00:00Z",
       "2017-01-10T18:00:00Z"},
      {"before an out-of-band day", "2025-04-10T00:00:00Z", "2025-04-16T17:00:00Z", "2025-05-13T17:00:00Z",
       "2025-04-08T17:00:00Z"},
      {"today, beyond the reference", "2026-11-24T00:00:00Z", "2026-12-08T18:00:00Z", "2026-12-08T18:00:00Z",
       "2026-11-10T18:00:00Z"},
  };
  const auto text = [](const ReleaseInstant* row) {
    return row ? tagdb::base::format_rfc3339(row->instant) : "none";
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto at = *parse_rfc3339(each.at);
    CHECK(text(knowledge().first_at_or_after(at)) == each.after);
    CHECK(text(knowledge().first_at_or_after(at, Knowledge::Which::b)) == each.after_b);
    CHECK(text(knowledge().last_at_or_before(at, Knowledge::Which::b)) == each.before_b);
  }
  CHECK(!knowledge().first_at_or_after(*parse_rfc3339("2030-01-01T00:00:00Z")));
  CHECK(!knowledge().last_at_or_before(*parse_rfc3339("2015-01-01T00:00:00Z")));
  CHECK(!knowledge().instant_of(*ReleaseLabel::parse("2017-02B")));
  CHECK(text(knowledge().instant_of(*ReleaseLabel::parse("2020-02B"))) == "2020-02-11T18:00:00Z");
  CHECK(text(knowledge().instant_of(*ReleaseLabel::parse("2018-10D"))) == "2018-11-13T18:00:00Z");
}

TEST_CASE("every release has its instant, and the instants of a label come in order") {
  for (const auto& release : knowledge().tables().releases) {
    INFO(release.version.to_string());
    CHECK(knowledge().published(release));
    CHECK(knowledge().release(release.version) == &release);
  }
  for (const auto& row : knowledge().tables().host_releases)
    CHECK(knowledge().host_release(row.version) == &row);
}

TEST_CASE("what a short label can mean") {
  const auto labels = knowledge().labels_of({std::chrono::February, ReleaseLetter::b});
  REQUIRE(labels.size() >= 8);
  CHECK(labels.front().to_string() == "2026-02B");
  CHECK(std::is_sorted(labels.rbegin(), labels.rend()));
  CHECK(std::find(labels.begin(), labels.end(), *ReleaseLabel::parse("2020-02B")) != labels.end());
  CHECK(std::find(labels.begin(), labels.end(), *ReleaseLabel::parse("2017-02B")) == labels.end());
}

TEST_CASE("a tag inside a known incident") {
  struct Case {
    const char* name;
    std::string_view repository, tag, at, kind;
  };
  const Case cases[] = {
      {"the day before", "windows/servercore", "ltsc2019", "2025-04-08T23:59:59Z", ""},
      {"its first day", "windows/servercore", "ltsc2019", "2025-04-09T00:00:00Z", "rollback"},
      {"its last day", "windows/servercore", "1809", "2025-04-23T23:59:59Z", "rollback"},
      {"nanoserver's was shorter", "windows/nanoserver", "1809", "2025-04-18T00:00:00Z", ""},
      {"without a known end", "windows/server", "ltsc2025", "2025-06-01T00:00:00Z", "lag"},
      {"another tag", "windows/servercore", "ltsc2022", "2025-04-10T00:00:00Z", ""},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto* incident = knowledge().incident(each.repository, each.tag, *parse_rfc3339(each.at));
    CHECK((incident ? incident->kind : "") == each.kind);
  }
}
