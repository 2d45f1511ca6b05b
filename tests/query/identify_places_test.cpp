// Which repository and registry the base is named in.
#include "identify_record.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

TEST_CASE("several versions or architectures behind one name") {
  TestImage many("10.0.17763.5458");
  many.add("arm64");
  Record record(
      [&](RecordBuilder& builder) { builder.check("windows/nanoserver", k_day).present("1809", many); });
  // The index is the image ID under the containerd store.
  auto facts = named_by(many.digest());
  CHECK(words_of(asked(record, facts)) == "windows/nanoserver 10.0.17763.5458 digest 0");
  facts.architecture = "arm64";
  CHECK(asked(record, facts).reference ==
        "mcr.microsoft.com/windows/nanoserver:1809@" + many.digest().to_string());
}

TEST_CASE("a mirror's repository is known by its name or by its images' history") {
  struct Case {
    const char* name;
    std::string_view registry, repository;
    std::string_view expected;
  };
  const Case cases[] = {{"a prefix", "harbor.corp", "mcr/windows/servercore",
                         "mcr/windows/servercore 10.0.17763.5458 diffIds 0"},
                        {"another name", "harbor.corp", "base/core", "base/core 10.0.17763.5458 diffIds 0"}};
  for (const auto& each : cases) {
    INFO(each.name);
    Record record([&](RecordBuilder& builder) {
      builder.registry(each.registry);
      builder.check(each.repository, k_day);
      present(builder, "10.0.17763.5458", k_february, k_day);
      builder.check("team/iis", k_day);
      present(builder, "1", k_iis, k_day);
    });
    CHECK(words_of(asked(record, built_on(k_iis))) == each.expected);
  }
}

TEST_CASE("Microsoft's registry comes before a mirror, and the one asked for before both") {
  Record record([&](RecordBuilder& builder) {
    for (const auto* registry : {"harbor.corp", "mcr.microsoft.com"}) {
      builder.registry(registry).check("windows/servercore", k_day);
      present(builder, "10.0.17763.5458", k_february, k_day);
    }
  });
  CHECK(asked(record, built_on(k_february)).registry == "mcr.microsoft.com");
  record.scope().registry = must(oci::RegistryName::parse("harbor.corp"));
  CHECK(asked(record, built_on(k_february)).registry == "harbor.corp");
}

TEST_CASE("only what was built on a base was crawled: its layers are no base's") {
  Record record([&](RecordBuilder& builder) {
    builder.check("windows/servercore/iis", k_day);
    present(builder, "1", k_iis, k_day);
  });
  const auto answer = asked(record, built_on(k_iis));
  CHECK(answer.match == MatchKind::os_version);
  CHECK(answer.repository.empty());
  CHECK(answer.revision == windows::OsVersion(10, 0, 17763, 5458));
}
