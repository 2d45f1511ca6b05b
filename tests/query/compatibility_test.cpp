#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/compatibility.hpp>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

windows::PastedImage word(std::string_view name, std::string_view id = "") {
  windows::PastedImage image;
  image.image.name = name;
  image.id = id;
  return image;
}

/// A record with questions about images to it.
struct Images : Record {
  using Record::Record;
  windows::Knowledge knowledge = must(reader().knowledge());

  base::Result<AskedImage> ask_image(const windows::PastedImage& image, EvidenceLevel weakest) const {
    Scope scope{t("2026-11-20"), std::nullopt, architecture};
    ResolveOptions options;
    options.weakest = weakest;
    return find_image(reader(), scope, options, knowledge, image);
  }
  /// "10.0.17763.1040 10.0.14393.3506", "none" for an image without a version; of a refusal "exit kind:
  /// message".
  std::string find(const windows::PastedImage& image) const {
    const auto found = ask_image(image, EvidenceLevel::reference);
    if (!found)
      return std::string(to_string(found.error().kind())) + ": " + found.error().message();
    std::string text;
    for (const auto& version : found->versions)
      text += (text.empty() ? "" : " ") + (version.version ? version.version->to_string() : "none");
    for (const auto& warning : found->warnings)
      text += " !" + warning.code;
    return text;
  }
  std::string candidates(const std::string& repository) const {
    Scope scope{t("2026-11-20"), std::nullopt, architecture};
    const auto found = image_candidates(reader(), scope, EvidenceLevel::reference, knowledge,
                                        must(oci::RepositoryName::parse(repository)));
    if (!found)
      return std::string(to_string(found.error().kind())) + ": " + found.error().message();
    std::string text = found->registry;
    for (const auto& tag : found->tags)
      text += " " + tag.name;
    return text + (found->crawled ? "" : " (reference)");
  }

  std::string architecture = "amd64";
};

const TestImage k_january("10.0.17763.973");
const TestImage k_february("10.0.17763.1040");

Images crawled() {
  return Images([](RecordBuilder& r) {
    TestImage both("10.0.17763.1040", "2020-02-12T02:38:03Z", "both");
    both.add("arm");
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present({"ltsc2019", "10.0.17763.1040", "1809-KB4546852"}, k_february)
        .present({"10.0.17763.973"}, k_january)
        .present_bare("10.0.17763.973-amd64", k_january)
        .present("hostprocess", TestImage("").without_os_version())
        .present("not-fetched", TestImage("10.0.14393.1").without_os_version().without_configs())
        .unpullable("10.0.17763.1039");
    r.check("windows/nanoserver", "2020-02-19T12:00:00Z")
        .present({"1809", "10.0.17763.1040"}, both)
        .present_bare("10.0.17763.1040-arm32v7", both, "arm");
  });
}

} // namespace

TEST_CASE("an image is what its text says, else what its reference means") {
  const auto record = crawled();
  const auto said = [](std::string_view version) {
    auto image = word(version);
    image.image.version = *windows::PartialVersion::parse(version);
    image.resolved = true;
    return image;
  };
  struct Case {
    const char* name;
    windows::PastedImage image;
    std::string found;
  };
  const auto prefix = k_february.platform().config.digest.to_string().substr(7, 12);
  const Case cases[] = {
      {"a version", said("10.0.17763.1040"), "10.0.17763.1040"},
      {"a version without revision", said("10.0.17763"), "10.0.17763"},
      {"next month's", said("10.0.17763.99999"), "10.0.17763.99999"},
      {"a revision that only hosts have", said("10.0.17763.1554"), "10.0.17763.1554 !noSuchImage"},
      {"a tag", word("ltsc2019"), "10.0.17763.1040"},
      {"a KB", word("KB4546852"), "10.0.17763.1040"},
      {"an image ID", word(prefix), "10.0.17763.1040"},
      {"docker images: the ID before the name", word("servercore:10.0.17763.973", prefix), "10.0.17763.1040"},
      {"docker images: a local name with a known ID", word("myapp:build-7", prefix), "10.0.17763.1040"},
      {"docker images: only the name is known", word("servercore:10.0.17763.973", "0123456789ab"),
       "10.0.17763.973 !idNotStored"},
      {"docker images: no name", word("<none>:<none>", prefix), "10.0.17763.1040"},
      {"no os.version anywhere", word("hostprocess"), "none"},
      {"config not fetched", word("not-fetched"),
       "notFound: the database does not know which Windows version not-fetched is"},
      {"another architecture", word("nanoserver:10.0.17763.1040-arm32v7"), "10.0.17763.1040"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(record.find(each.image) == each.found);
  }
  CHECK_THAT(record.find(word("ltsc2091")), Contains("notFound") && Contains("ltsc2091"));
  CHECK_THAT(record.find(word("myapp:build-7", "0123456789ab")), Contains("notFound") && Contains("myapp"));
  CHECK_THAT(record.find(word("", "")), Contains("usage"));
  CHECK_THAT(record.find(word("a b")), Contains("usage"));
}

TEST_CASE("an index counts with the images for the architecture that was asked") {
  auto record = crawled();
  record.architecture = "arm64";
  const auto found = record.ask_image(word("nanoserver:1809"), EvidenceLevel::reference);
  REQUIRE(!found);
  CHECK(found.error().kind() == base::ErrorKind::not_found);
  CHECK_THAT(found.error().message(), Contains("has no image for windows/arm64"));
  CHECK_THAT(found.error().hint(), Contains("windows/amd64, windows/arm"));
  record.architecture = "arm";
  CHECK(record.find(word("nanoserver:1809")) == "10.0.17763.1040");
}

TEST_CASE("advice may name the repository of a base image, and no other") {
  const auto record = crawled();
  const auto repository = [&](const windows::PastedImage& image) {
    return record.ask_image(image, EvidenceLevel::reference)->versions.front().repository;
  };
  CHECK(repository(word("nanoserver:1809")) == "windows/nanoserver");
  auto inspected = word("mcr.microsoft.com/windows/servercore:ltsc2019");
  inspected.image.version = *windows::PartialVersion::parse("10.0.17763.1040");
  inspected.resolved = true;
  CHECK(repository(inspected) == "windows/servercore");
  inspected.image.name = "corp/myapp:7";
  CHECK(repository(inspected) == "");
}

TEST_CASE("of an index of several versions the one counts that fits the host") {
  const auto record = crawled();
  AskedImage image;
  for (const auto* version : {"10.0.20348.169", "10.0.17763.1040", "10.0.17763.973"})
    image.versions.push_back({version, {}, *windows::PartialVersion::parse(version)});
  const auto chosen = [&](std::string_view host) {
    windows::HostSystem system;
    system.version = *windows::PartialVersion::parse(host);
    system.sku = windows::Sku::server;
    const auto judged = judge_image(system, image, windows::Isolation::process, record.knowledge);
    return judged.version.name + " " + std::string(to_string(judged.answer.verdict));
  };
  CHECK(chosen("20348.169") == "10.0.20348.169 yes");
  CHECK(chosen("17763.1554") == "10.0.17763.1040 yes");
  CHECK(chosen("17763.973") == "10.0.17763.973 yes");
  CHECK(chosen("14393.3504") == "10.0.20348.169 no"); // none does: the newest is explained
}

TEST_CASE("what to choose from: tags that are there, else the reference") {
  const auto record = crawled();
  CHECK(record.candidates("windows/servercore") == "mcr.microsoft.com 10.0.17763.973 10.0.17763.1040");
  CHECK(record.candidates("windows/nanoserver") == "mcr.microsoft.com 10.0.17763.1040");
  CHECK_THAT(record.candidates("windows/server"), Contains("mcr.microsoft.com 10.0.20348.") &&
                                                      Contains("(reference)") && !Contains("10.0.17763."));
  CHECK_THAT(record.candidates("corp/myapp"), Contains("notFound: corp/myapp was never crawled"));
  auto arm = crawled();
  arm.architecture = "arm";
  CHECK(arm.candidates("windows/nanoserver") == "mcr.microsoft.com 10.0.17763.1040");
  CHECK_THAT(arm.candidates("windows/servercore"),
             Contains("notFound: windows/servercore has no revision tag"));
  CHECK_THAT(arm.candidates("windows/server"), Contains("notFound") && Contains("amd64 only"));
}

TEST_CASE("the reference as a source of tags: superseded images and those of ended products left out") {
  const Images record([](RecordBuilder&) {});
  const auto core = record.candidates("windows/servercore");
  CHECK_THAT(core, Contains(" 10.0.17763.1040 ") && !Contains(" 10.0.17763.1039 "));
  const auto nano = record.candidates("windows/nanoserver");
  CHECK_THAT(core, Contains(" 10.0.14393.3506"));
  CHECK_THAT(nano, !Contains(" 10.0.14393.3506") && Contains(" 10.0.14393."));
  const auto refused = image_candidates(record.reader(), Scope{t("2026-11-20"), std::nullopt, "amd64"},
                                        EvidenceLevel::inferred, record.knowledge, std::nullopt);
  REQUIRE(!refused);
  CHECK(refused.error().kind() == base::ErrorKind::not_found);
}

TEST_CASE("several registries leave open whose tags are meant") {
  const Images record([](RecordBuilder& r) {
    r.registry("a.example")
        .check("windows/servercore", "2020-02-19T12:00:00Z")
        .present("10.0.17763.973", k_january);
    r.registry("b.example")
        .check("windows/servercore", "2020-02-19T12:00:00Z")
        .present("10.0.17763.973", k_january);
  });
  CHECK_THAT(record.candidates("windows/servercore"), Contains("usage: several registries"));
}
