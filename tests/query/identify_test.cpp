#include "identify_record.hpp"
#include "support/catch.hpp"
#include "support/mcr_data.hpp"

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

TEST_CASE("the base under an image, by what is known of it") {
  Record record(fill);
  const auto with = [](ImageFacts facts, auto change) {
    change(facts);
    return facts;
  };
  const auto history_of = [](const MadeImage& image) {
    return must(oci::parse_image_config(image.config().bytes)).history;
  };
  struct Case {
    const char* name;
    ImageFacts facts;
    std::string_view expected, warnings = "";
  };
  const Case cases[] = {
      {"layers", built_on(k_february), "windows/servercore 10.0.17763.5458 diffIds 2"},
      {"layers of the other repository", built_on(k_nano), "windows/nanoserver 10.0.17763.5458 diffIds 0"},
      {"layers and nothing else",
       with(ImageFacts{}, [](auto& f) { f.diff_ids = built_on(k_january).diff_ids; }),
       "windows/servercore 10.0.17763.5329 diffIds 3"},
      {"the first revision on a new base layer, which has it alone", built_on(k_rebased),
       "windows/servercore 10.0.17763.5576 diffIds 1"},
      {"a later revision on it: not the first, although that begins the same", built_on(k_april),
       "windows/servercore 10.0.17763.5696 diffIds 0"},
      {"built on what was built on a base and crawled too", built_on(k_iis),
       "windows/servercore 10.0.17763.5458 diffIds 2"},
      {"that itself, by its ID", named_by(k_iis.config().digest),
       "windows/servercore 10.0.17763.5458 diffIds 2"},
      {"the base by its layers alone", with(built_on(k_february), [](auto& f) { f.diff_ids.pop_back(); }),
       "windows/servercore 10.0.17763.5458 diffIds 2"},
      {"the base by its ID", named_by(k_february.config().digest),
       "windows/servercore 10.0.17763.5458 digest 2"},
      {"the base by its manifest", named_by(k_february.manifest().digest),
       "windows/servercore 10.0.17763.5458 digest 2"},
      {"the base by the first digits of its ID",
       with(ImageFacts{},
            [](auto& f) { f.short_id = std::string(k_nano.config().digest.encoded().substr(0, 12)); }),
       "windows/nanoserver 10.0.17763.5458 digest 0"},
      {"an unknown digest beside a known one",
       with(named_by(digest_of("mine")), [](auto& f) { f.digests.push_back(k_nano.config().digest); }),
       "windows/nanoserver 10.0.17763.5458 digest 0"},
      {"history, where layers are unknown",
       with(ImageFacts{}, [&](auto& f) { f.history = history_of(k_iis); }),
       "windows/servercore 10.0.17763.5458 history 2"},
      {"history of a later revision on a new base layer",
       with(ImageFacts{}, [&](auto& f) { f.history = history_of(k_april); }),
       "windows/servercore 10.0.17763.5696 history 0"},
      {"history with other times that names a revision of the record",
       with(ImageFacts{},
            [](auto& f) {
              f.history = {{"Apply image 10.0.17763.5576", {}}};
            }),
       "windows/servercore 10.0.17763.5576 history 1"},
      {"history that names the update's revision, not the image's",
       with(ImageFacts{},
            [](auto& f) {
              f.history = {{"Apply image 10.0.17763.1", {}}, {"Install update 10.0.17763.5329", {}}};
            }),
       "windows/servercore 10.0.17763.5329 history 3"},
      {"old history says no revision, os.version does",
       with(ImageFacts{},
            [](auto& f) {
              f.history = {{"Apply image 1809-RTM-amd64", {}}, {"Install update 1809-amd64", {}}};
              f.os_version = "10.0.17763.5696";
            }),
       "windows/servercore 10.0.17763.5696 osVersion 0"},
      {"os.version that two repositories have",
       with(ImageFacts{}, [](auto& f) { f.os_version = "10.0.17763.5458"; }),
       "windows/nanoserver|windows/servercore 10.0.17763.5458 osVersion 2"},
      {"os.version on a known base layer with an unknown update",
       with(built_on(k_february), [](auto& f) { f.diff_ids[1] = digest_of("core update rebuilt"); }),
       "windows/servercore 10.0.17763.5458 osVersion 2"},
      {"layers win over os.version, and it is said",
       with(built_on(k_january), [](auto& f) { f.os_version = "10.0.20348.2322"; }),
       "windows/servercore 10.0.17763.5329 diffIds 3", "contradiction"},
      {"layers win over an ID that is another image's",
       with(built_on(k_january), [](auto& f) { f.digests.push_back(k_nano.config().digest); }),
       "windows/servercore 10.0.17763.5329 diffIds 3", "contradiction"},
      {"an OS in capitals", with(built_on(k_january), [](auto& f) { f.os = "Windows"; }),
       "windows/servercore 10.0.17763.5329 diffIds 3"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto answer = asked(record, each.facts);
    CHECK(words_of(answer) == each.expected);
    CHECK(codes_of(answer) == each.warnings);
    CHECK(to_string(answer.evidence) == "observed");
  }
}

TEST_CASE("what goes with the base") {
  Record record(fill);
  const auto answer = asked(record, built_on(k_february));
  CHECK(answer.subject == "app:1");
  CHECK(answer.as_of == record.scope().now);
  CHECK(answer.registry == "mcr.microsoft.com");
  CHECK(answer.kb == windows::Kb::parse("KB5034768").value());
  REQUIRE(answer.release);
  CHECK(answer.release->label.to_string() == "2024-02B");
  CHECK(answer.base_layers == 2);
  CHECK(answer.layers == 3);
  CHECK_FALSE(answer.layers_rebuilt.has_value());
  CHECK(answer.reference ==
        "mcr.microsoft.com/windows/servercore:10.0.17763.5458@" + k_february.manifest().digest.to_string());
  CHECK(answer.newest == windows::OsVersion(10, 0, 17763, 5696));
  CHECK(answer.newest_reference ==
        "mcr.microsoft.com/windows/servercore:10.0.17763.5696@" + k_april.manifest().digest.to_string());
  REQUIRE(answer.support);
  CHECK(answer.support->product == "Windows Server 2019");
}

TEST_CASE("layers that were compressed anew have other digests and the same contents") {
  Record record(fill);
  auto facts = built_on(k_february);
  facts.layers = k_february.layers();
  facts.layers.push_back(digest_of("app gzip"));
  CHECK(asked(record, facts).layers_rebuilt == false);
  facts.layers[1] = digest_of("recompressed");
  const auto answer = asked(record, facts);
  CHECK(words_of(answer) == "windows/servercore 10.0.17763.5458 diffIds 2");
  CHECK(answer.layers_rebuilt == true);
}

TEST_CASE("an image of another operating system is none of ours, and no failure") {
  Record record(fill);
  ImageFacts facts;
  facts.name = "alpine:3";
  facts.os = "Linux";
  facts.diff_ids = digests_of({"alpine"});
  const auto answer = asked(record, facts);
  CHECK(answer.os == "linux");
  CHECK_FALSE(answer.match);
  CHECK(words_of(answer) == " - - -");
}

TEST_CASE("what cannot be identified says what is known, and what would help") {
  Record record(fill);
  struct Case {
    const char* name;
    ImageFacts facts;
    const char* message;
  };
  auto unknown_update = built_on(k_february);
  unknown_update.diff_ids[1] = digest_of("core update rebuilt");
  unknown_update.os_version.clear();
  auto newer = unknown_update;
  newer.os_version = "10.0.17763.99999";
  auto foreign = unknown_update;
  foreign.diff_ids[0] = digest_of("somebody's");
  auto future = ImageFacts{};
  future.os_version = "10.0.17763.99999";
  auto odd = ImageFacts{};
  odd.os_version = "eleven\x1b[31m";
  const Case cases[] = {
      {"known base layer", unknown_update,
       "the base layer of app:1 is that of windows/servercore build 17763"},
      {"known base layer, unknown version", newer,
       "no update in this database, and it says that it is 10.0.17763.99999, which neither"},
      {"unknown layers", foreign, "the layers of app:1 are those of no base image"},
      {"unknown version", future, "a revision that neither the record nor the reference knows"},
      {"no version", odd, "eleven\\x1B[31m, which is no Windows version"},
      {"an ID", named_by(digest_of("mine")), "is no base image in this database, as far as its ID tells"},
      {"nothing", ImageFacts{}, "says neither layers nor a version"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto error = refused(record, each.facts);
    CHECK(error.kind() == base::ErrorKind::not_found);
    CHECK_THAT(error.message(), Contains(each.message));
    CHECK_THAT(error.hint(), Contains("tagdb sync"));
  }
}

TEST_CASE("an update that the record lacks and the reference knows, on a known base layer") {
  Record record(fill);
  auto facts = built_on(k_february);
  facts.diff_ids[1] = digest_of("another update");
  facts.os_version = "10.0.17763.1040";
  const auto answer = asked(record, facts);
  CHECK(words_of(answer) == "windows/servercore 10.0.17763.1040 osVersion 4");
  CHECK(to_string(answer.evidence) == "reference");
  CHECK(answer.reference == "mcr.microsoft.com/windows/servercore:10.0.17763.1040");
}

TEST_CASE("without a record the reference answers from os.version") {
  const auto reader = must(store::Reader::built_in());
  const Scope scope{t("2026-11-20"), std::nullopt, "amd64"};
  ImageFacts facts;
  facts.os_version = "10.0.17763.1040";
  facts.diff_ids = digests_of({"base", "app"});
  const auto answer = must(identify(reader, scope, {facts, {}}));
  CHECK(answer.match == MatchKind::os_version);
  CHECK(to_string(answer.evidence) == "reference");
  CHECK(answer.repository.empty());
  CHECK(answer.candidates.size() >= 2);
  CHECK(answer.kb == windows::Kb::parse("KB4546852").value());
  CHECK(answer.behind > 50u);
  CHECK(answer.newest->build() == 17763);
  CHECK(answer.newest_reference.empty());
  SECTION("which may be weaker than what is accepted") {
    const auto weak = identify(reader, scope, {facts, {}}, EvidenceLevel::observed);
    REQUIRE_FALSE(weak);
    CHECK(weak.error().kind() == base::ErrorKind::not_found);
  }
  SECTION("withdrawn images are no step ahead") {
    facts.os_version = "10.0.17763.973"; // 1039 was replaced by 1040
    const auto january = must(identify(reader, scope, {facts, {}}));
    CHECK(*january.behind == *answer.behind + 1);
  }
}

TEST_CASE("references are looked up in the record") {
  Record record(fill);
  const auto ask = [&](std::string_view text) {
    IdentifySubject subject;
    subject.facts.name = text;
    subject.reference = must(parse_reference_query(text));
    return identify(record.reader(), record.scope(), subject);
  };
  CHECK(words_of(must(ask("ltsc2019"))) == "windows/servercore 10.0.17763.5696 digest 0");
  CHECK(words_of(must(ask("KB5034768"))) == "windows/servercore 10.0.17763.5458 digest 2");
  CHECK(words_of(must(ask("nanoserver:17763.5458"))) == "windows/nanoserver 10.0.17763.5458 digest 0");
  CHECK(words_of(must(ask("windows/servercore/iis:windowsservercore-ltsc2019"))) ==
        "windows/servercore 10.0.17763.5458 diffIds 2");
  // The digest is what docker pulls; the tag has moved on.
  CHECK(words_of(must(ask("ltsc2019@" + k_january.manifest().digest.to_string()))) ==
        "windows/servercore 10.0.17763.5329 digest 3");
  const auto unknown = ask("team/app:1");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind() == base::ErrorKind::not_found);
}

TEST_CASE("the real configs under an image built on them") {
  const auto bytes = tagdb::test::mcr_sample("config_nanoserver_10.0.17763.3650");
  const auto config = must(oci::parse_image_config(bytes));
  const auto reader = must(store::Reader::built_in());
  ImageFacts facts;
  facts.history = config.history;
  const auto answer = must(identify(reader, {t("2026-11-20"), std::nullopt, "amd64"}, {facts, {}}));
  CHECK(answer.match == MatchKind::history); // "Apply image 10.0.17763.3650"
  CHECK(answer.revision == windows::OsVersion(10, 0, 17763, 3650));
  CHECK(answer.release->label.to_string() == "2022-11B");
}
