#include "store_fixture.hpp"

#include <algorithm>

using namespace tagdb;
using namespace tagdb::store;
using namespace tagdb::test;

namespace {

const TestImage k_january("10.0.17763.973", "2020-01-08T02:00:00Z");
const TestImage k_february("10.0.17763.1040", "2020-02-13T02:00:00.75Z");
const TestImage k_other("10.0.20348.1", "2020-02-13T02:00:00Z");

std::filesystem::path recorded(const TempDir& dir) {
  const auto path = dir / "t.sqlite";
  const ManualClock clock;
  RecordBuilder record(path, clock);
  record.check(k_core, "2020-02-19T12:00:00Z")
      .present({"10.0.17763.973"}, k_january)
      .present({"ltsc2019", "10.0.17763.1040"}, k_february)
      .present_bare("ltsc2022-amd64", k_other);
  record.registry("harbor.corp").check("mcr/core", "2020-02-19T12:00:00Z").present("1", k_february);
  record.check("mcr/core", "2020-02-25T12:00:00Z").absent("1");
  record.close();
  return path;
}

ContentId id_of(const Reader& reader, const oci::Digest& digest) {
  return must(reader.find_content(digest)).value().id;
}

std::string names_of(const std::vector<RepositoryRecord>& repositories) {
  std::string text;
  for (const auto& one : repositories)
    text += (text.empty() ? "" : " ") + one.registry + "/" + one.name;
  return text;
}

} // namespace

TEST_CASE("configs on a base layer") {
  const TempDir dir;
  const auto reader = open_reader(recorded(dir));
  const auto config = id_of(reader, k_february.platform().config.digest);
  const auto diff_ids = must(reader.diff_ids(config));
  REQUIRE(diff_ids.size() == 2);
  const auto found = must(reader.configs_on(diff_ids[0]));
  REQUIRE(found.size() == 2); // both revisions of the build, not the other build's
  const auto own =
      std::find_if(found.begin(), found.end(), [&](const auto& one) { return one.config == config; });
  REQUIRE(own != found.end());
  CHECK(own->diff_ids == diff_ids);
  CHECK(must(reader.configs_on(diff_ids[1])).empty()); // an update layer is nobody's base
  CHECK(must(reader.configs_on(oci::Digest::of("?"))).empty());
}

TEST_CASE("a base layer is found by an index") {
  const TempDir dir;
  const auto path = recorded(dir);
  const auto connection = must(Connection::open(path.string(), SQLITE_OPEN_READONLY, path.string()));
  auto plan = connection->use(
      "EXPLAIN QUERY PLAN SELECT config_id FROM diff_id WHERE position = 0 AND diff_id = 'x'");
  REQUIRE(must(plan.step()));
  CHECK(plan.string(3).find("diff_id_base") != std::string::npos);
}

TEST_CASE("the images of a config, and those made at a second") {
  const TempDir dir;
  const auto reader = open_reader(recorded(dir));
  const auto& platform = k_february.platform();
  const auto of_config = must(reader.images_of_config(id_of(reader, platform.config.digest)));
  REQUIRE(of_config.size() == 1);
  CHECK(of_config[0].manifest.digest == platform.manifest.digest);
  CHECK(of_config[0].os_version == "10.0.17763.1040");
  CHECK(must(reader.images_created_at(instant("2020-02-13T02:00:00Z"))).size() == 2);
  CHECK(must(reader.images_created_at(instant("2020-01-08T02:00:00Z"))).size() == 1);
  CHECK(must(reader.images_created_at(instant("2020-01-08T02:00:01Z"))).empty());
}

TEST_CASE("repositories that lead, or once led, to a content") {
  const TempDir dir;
  const auto reader = open_reader(recorded(dir));
  const std::string both = "harbor.corp/mcr/core mcr.microsoft.com/windows/servercore";
  const auto& platform = k_february.platform();
  CHECK(names_of(must(reader.repositories_leading_to(id_of(reader, platform.config.digest)))) == both);
  CHECK(names_of(must(reader.repositories_leading_to(id_of(reader, platform.manifest.digest)))) == both);
  CHECK(names_of(must(reader.repositories_leading_to(id_of(reader, k_february.digest())))) == both);
  CHECK(names_of(must(reader.repositories_leading_to(id_of(reader, k_other.platform().config.digest)))) ==
        "mcr.microsoft.com/windows/servercore");
}
