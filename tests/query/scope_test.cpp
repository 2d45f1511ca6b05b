#include "asking.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

const TestImage k_real("10.0.17763.973");
const TestImage k_test("10.0.17763.1040");

void look(RecordBuilder& record, std::string_view registry, std::string_view repository,
          const TestImage& image, std::string_view tag = "ltsc2019") {
  record.registry(registry).check(repository, "2020-02-19T12:00:00Z").present(tag, image);
}

} // namespace

TEST_CASE("without a registry: Microsoft's, where it was crawled") {
  Record record([](RecordBuilder& r) {
    look(r, "127.0.0.1:5055", "windows/servercore", k_test);
    look(r, "127.0.0.1:5055", "windows/nanoserver", k_test);
    look(r, "mcr.microsoft.com", "windows/servercore", k_real);
  });
  CHECK(revision_of(record.answer("ltsc2019")) == "10.0.17763.973");
  CHECK(revision_of(record.answer("127.0.0.1:5055/windows/servercore:ltsc2019")) == "10.0.17763.1040");
  const auto iis = record.refusal("windows/servercore/iis:latest");
  CHECK(iis.kind() == base::ErrorKind::not_found);
  CHECK_THAT(iis.message(), Contains("windows/servercore/iis on mcr.microsoft.com was never crawled"));
  CHECK_THAT(iis.hint(),
             Contains("tagdb sync windows/servercore/iis") && Contains("127.0.0.1:5055/windows/nanoserver"));
  // Of a base repository on Microsoft's registry the reference knows.
  CHECK(level_of(record.answer("nanoserver:ltsc2019")) == "reference");

  record.scope().registry = must(oci::RegistryName::parse("127.0.0.1:5055"));
  CHECK(revision_of(record.answer("ltsc2019")) == "10.0.17763.1040");
  CHECK(record.answer("ltsc2019").registry == "127.0.0.1:5055");
  CHECK(revision_of(record.answer("mcr.microsoft.com/windows/servercore:ltsc2019")) == "10.0.17763.973");
}

TEST_CASE("without Microsoft's: the only one, else an error with the candidates") {
  const Record one([](RecordBuilder& r) { look(r, "harbor.corp", "windows/servercore", k_test); });
  CHECK(one.answer("ltsc2019").registry == "harbor.corp");
  const auto unknown = one.refusal("nanoserver:1809");
  CHECK(unknown.kind() == base::ErrorKind::not_found);
  CHECK_THAT(unknown.hint(), Contains("tagdb sync windows/nanoserver --registry harbor.corp"));

  const Record two([](RecordBuilder& r) {
    look(r, "harbor.corp", "windows/servercore", k_test);
    look(r, "127.0.0.1:5055", "windows/servercore", k_real);
    look(r, "127.0.0.1:5055", "windows/nanoserver", k_real);
  });
  const auto ambiguous = two.refusal("ltsc2019");
  CHECK(ambiguous.kind() == base::ErrorKind::usage);
  CHECK_THAT(ambiguous.message(), Contains("127.0.0.1:5055, harbor.corp"));
  CHECK(two.answer("nanoserver:ltsc2019").registry == "127.0.0.1:5055");
  CHECK(two.refusal(k_real.digest().to_string()).kind() == base::ErrorKind::usage);
}

TEST_CASE("a database without any crawl") {
  const Record record([](RecordBuilder&) {});
  const auto error = record.refusal("windows/servercore/iis:latest");
  CHECK(error.kind() == base::ErrorKind::not_found);
  CHECK_THAT(error.message(), Contains("no registry was crawled"));
  CHECK_THAT(error.hint(), Contains("tagdb sync windows/servercore/iis"));
  CHECK(level_of(record.answer("nanoserver:1809")) == "reference");
  CHECK_THAT(record.refusal(k_real.digest().to_string()).message(), Contains("no registry was crawled"));
}

TEST_CASE("a name that is not there suggests the nearest ones, also elsewhere") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-19T12:00:00Z")
        .present({"ltsc2019", "ltsc2016", "20H2", "1809"}, k_real);
    r.check("windows/nanoserver", "2020-02-19T12:00:00Z")
        .present("1809", k_test)
        .present_bare("1809-arm32v7", k_test);
  });
  struct Case {
    std::string reference, message, hint;
  };
  const Case cases[] = {
      {"ltsc2091", "windows/servercore has no tag ltsc2091", "did you mean ltsc2019"},
      {"20h2", "windows/servercore has no tag 20h2", "did you mean 20H2"},
      {"1809-arm32v7", "windows/servercore has no tag 1809-arm32v7", "windows/nanoserver has 1809-arm32v7"},
      {"nanoserver:ltsc2019", "windows/nanoserver has no tag ltsc2019", "windows/servercore has ltsc2019"},
      {"something-else-entirely", "has no tag something-else-entirely",
       "tagdb list --repo windows/servercore"},
  };
  for (const auto& c : cases) {
    INFO(c.reference);
    const auto error = record.refusal(c.reference);
    CHECK(error.kind() == base::ErrorKind::not_found);
    CHECK_THAT(error.message(), Contains(c.message));
    CHECK_THAT(error.hint(), Contains(c.hint));
  }
}

TEST_CASE("a repository whose crawl never got as far as a tag was not crawled") {
  const Record record([](RecordBuilder& r) {
    r.check("windows/servercore", "2020-02-19T12:00:00Z").finish(store::CheckOutcome::failed);
  });
  CHECK(level_of(record.answer("ltsc2019")) == "reference");
  CHECK_THAT(record.refusal("ltsc2018").hint(), Contains("run `tagdb sync windows/servercore`"));
}

TEST_CASE("a registry that was only tried does not make a name ambiguous") {
  const Record record([](RecordBuilder& r) {
    look(r, "127.0.0.1:5055", "windows/servercore", k_test);
    r.registry("down.example")
        .check("windows/servercore", "2020-02-20T12:00:00Z")
        .finish(store::CheckOutcome::failed);
  });
  CHECK(record.answer("ltsc2019").registry == "127.0.0.1:5055");
}
