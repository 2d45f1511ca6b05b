#include "store_fixture.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace {

using namespace tagdb;
using namespace tagdb::test;

windows::OsVersion version(std::string_view text) {
  return must(windows::OsVersion::parse(text));
}

/// An index of the given manifests or indexes, without platforms.
Blob index_of(std::initializer_list<const Blob*> children, std::string_view type,
              std::string_view salt = "") {
  std::string text =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)";
  for (const auto* child : children)
    text += std::string(text.back() == '[' ? "" : ",") + R"({"mediaType":")" + std::string(type) +
            R"(","size":)" + std::to_string(child->bytes.size()) + R"(,"digest":")" +
            child->digest.to_string() + "\"}";
  return Blob(text + "]}" + std::string(salt));
}

store::ContentId id_of(const store::Reader& reader, const oci::Digest& digest) {
  const auto content = must(reader.find_content(digest));
  if (!content)
    throw std::runtime_error("not in the test database: " + digest.to_string());
  return content->id;
}

std::vector<std::string> versions_of(const std::vector<store::ImageRecord>& images) {
  std::vector<std::string> versions;
  for (const auto& image : images)
    versions.push_back(image.os_version + " " + image.architecture);
  return versions;
}

} // namespace

TEST_CASE("nested indexes lead to their images and back", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage a("10.0.17763.973"), b("10.0.18362.592"), c("10.0.20348.1");
  auto writer = must(store::Writer::open(dir / "t.sqlite", clock));
  for (const auto* image : {&a, &b, &c}) {
    add_manifest(writer, image->index());
    add_manifest(writer, image->platform().manifest);
    add_config(writer, image->platform().config);
  }
  const Blob list_a = a.index(), list_b = b.index(), list_c = c.index();
  const Blob two = index_of({&list_b, &list_a, &list_b}, oci::k_docker_list);
  const Blob three = index_of({&list_c, &two}, oci::k_oci_index);
  const Blob four = index_of({&three}, oci::k_oci_index);
  const Blob five = index_of({&four}, oci::k_oci_index);
  for (const auto* blob : {&two, &three, &four, &five})
    add_manifest(writer, *blob);
  must(writer.close());

  const auto reader = open_reader(dir / "t.sqlite");
  const auto images = [&](const Blob& blob) {
    return versions_of(must(reader.images(id_of(reader, blob.digest))));
  };
  CHECK(images(two) == std::vector<std::string>{"10.0.18362.592 amd64", "10.0.17763.973 amd64"});
  CHECK(images(three) ==
        std::vector<std::string>{"10.0.20348.1 amd64", "10.0.18362.592 amd64", "10.0.17763.973 amd64"});
  CHECK(images(a.platform().manifest) == std::vector<std::string>{"10.0.17763.973 amd64"});
  CHECK(images(a.platform().config).empty());
  // What lies deeper than the crawl goes is not found, and costs nothing.
  CHECK(images(five) == std::vector<std::string>{"10.0.20348.1 amd64"});

  const auto above = [&](const Blob& blob) {
    std::set<store::ContentId> ids;
    for (const auto id : must(reader.ancestors(id_of(reader, blob.digest))))
      CHECK(ids.insert(id).second);
    return ids;
  };
  const std::set<store::ContentId> chain{id_of(reader, a.platform().manifest.digest),
                                         id_of(reader, list_a.digest), id_of(reader, two.digest),
                                         id_of(reader, three.digest), id_of(reader, four.digest)};
  CHECK(above(a.platform().manifest) == chain);
  CHECK(above(a.platform().config) == chain);
  CHECK(above(four) == std::set<store::ContentId>{id_of(reader, four.digest), id_of(reader, five.digest)});
}

TEST_CASE("an index keeps the order of its platforms", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const auto image = TestImage("10.0.17763.973").add("arm").add("arm64");
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", image);
  record.close();
  const auto reader = open_reader(dir / "t.sqlite");
  CHECK(versions_of(must(reader.images(id_of(reader, image.digest())))) ==
        std::vector<std::string>{"10.0.17763.973 amd64", "10.0.17763.973 arm", "10.0.17763.973 arm64"});
}

TEST_CASE("tags, aliases and revisions are found by what they point at", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage january("10.0.17763.973"), february("10.0.17763.1040");
  const auto alias = TestImage("10.0.17763.1040").relisted();
  const auto arm = TestImage("10.0.17763.1040", "2020-02-12T00:00:00Z", "arm").add("arm");
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-20T00:00:00Z")
      .present({"ltsc2019", "1809", "1809-KB4534273", "10.0.17763.973"}, january)
      .present_bare("1809-amd64", january);
  record.check(k_core, "2020-02-20T00:00:00Z")
      .present({"ltsc2019", "1809-KB4546852"}, february)
      .present("1809", alias)
      .present_bare("1809-amd64", february)
      .present_bare("1809-KB4546852-amd64", february);
  record.check("windows/nanoserver", "2020-02-20T00:00:00Z").present({"1809", "1809-KB4546852"}, arm);
  record.close();

  const auto reader = open_reader(dir / "t.sqlite");
  const auto core = repository_of(reader), nano = repository_of(reader, "windows/nanoserver");
  const auto names = [&](store::RepositoryId repository, std::string_view architecture) {
    std::vector<std::string> lines;
    for (const auto& found :
         must(reader.tags_of_version(repository, version("10.0.17763.1040"), architecture)))
      lines.push_back(found.tag.name + " " + base::format_date(found.first_seen));
    return lines;
  };
  CHECK(names(core, "amd64") == std::vector<std::string>{"1809 2020-02-20", "1809-KB4546852 2020-02-20",
                                                         "1809-KB4546852-amd64 2020-02-20",
                                                         "1809-amd64 2020-02-20", "ltsc2019 2020-02-20"});
  CHECK(names(core, "arm").empty());
  CHECK(names(nano, "arm") == std::vector<std::string>{"1809 2020-02-20", "1809-KB4546852 2020-02-20"});

  std::vector<std::string> kb_tags;
  for (const auto& tag : must(reader.tags_of_kb(must(windows::Kb::parse("KB4546852")))))
    kb_tags.push_back((tag.repository == core ? "core " : "nano ") + tag.name);
  CHECK(kb_tags.size() == 3);
  CHECK(kb_tags.back() == "core 1809-KB4546852-amd64"); // plain names come first

  const std::array contents{id_of(reader, february.digest()),
                            id_of(reader, february.platform().manifest.digest)};
  CHECK(must(reader.spans_pointing_at(core, contents)).size() == 4);
  CHECK(must(reader.spans_pointing_at(nano, contents)).empty());

  CHECK(versions_of(must(reader.images_of_version(version("10.0.17763.973")))) ==
        std::vector<std::string>{"10.0.17763.973 amd64"});
  CHECK(must(reader.images_of_version(version("10.0.17763.97"))).empty());
  CHECK(must(reader.images_of_build(core, 17763)).size() == 2);
  CHECK(must(reader.images_of_build(nano, 17763)).size() == 2);
  CHECK(must(reader.images_of_build(core, 1776)).empty());
  CHECK(must(reader.tags(core)).size() == 7);
  CHECK(must(reader.tag_names(nano)) == std::vector<std::string>{"1809", "1809-KB4546852"});

  const auto all = must(reader.spans_of_repository(core));
  CHECK(all.size() == 10);
  CHECK(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.tag, a.first_seen, a.id) < std::tuple(b.tag, b.first_seen, b.id);
  }));
}

TEST_CASE("a tag record says what its name says", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage image("10.0.14393.2906");
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z")
      .present({"10.0.14393.2906-amd64-de-de", "1809_KB4467708_amd64"}, image);
  record.close();
  const auto reader = open_reader(dir / "t.sqlite");
  const auto revision = must(reader.find_tag(repository_of(reader), "10.0.14393.2906-amd64-de-de"));
  REQUIRE(revision);
  CHECK(revision->kind == windows::TagKind::revision);
  CHECK(revision->revision == version("10.0.14393.2906"));
  CHECK(revision->architecture == "amd64");
  CHECK(revision->locale == "de-de");
  const auto kb = must(reader.find_tag(repository_of(reader), "1809_KB4467708_amd64"));
  REQUIRE(kb);
  CHECK(kb->kind == windows::TagKind::kb);
  CHECK(kb->kb == must(windows::Kb::parse("KB4467708")));
  CHECK(must(reader.tag(kb->id))->name == kb->name);
  CHECK_FALSE(must(reader.find_tag(repository_of(reader), "1809_kb4467708_AMD64"))); // never folded
}

TEST_CASE("an image ID is found by its first digits", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage image("10.0.17763.973");
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", image);
  record.close();
  const auto reader = open_reader(dir / "t.sqlite");
  const auto config = image.platform().config.digest;
  const auto found = must(reader.contents_with_prefix(config.encoded().substr(0, 12)));
  REQUIRE(found.size() == 1);
  CHECK(found[0].digest == config);
  CHECK(found[0].media_type == oci::k_docker_config);
  CHECK(must(reader.contents_with_prefix(config.encoded())).size() == 1);
  CHECK(must(reader.contents_with_prefix("", 2)).size() == 2);
  CHECK(must(reader.contents_with_prefix("%")).empty());
}

TEST_CASE("checks are chosen by their outcome and time", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage image("10.0.17763.973");
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z").finish(store::CheckOutcome::failed);
  record.check(k_core, "2020-01-02T00:00:00Z").present("1809", image).abandon();
  record.check(k_core, "2020-01-03T00:00:00Z").present("1809", image).at("2020-01-03T06:00:00Z");
  record.check(k_core, "2020-01-04T00:00:00Z").present("1809", image);
  record.check(k_core, "2020-01-05T00:00:00Z").present("1809", image).finish(store::CheckOutcome::partial);
  record.check("windows/nanoserver", "2020-01-09T00:00:00Z");
  record.close();
  const auto reader = open_reader(dir / "t.sqlite");
  const auto core = repository_of(reader);
  const auto day = [](const std::optional<store::CheckRecord>& check) {
    return check ? base::format_rfc3339(check->started).substr(8, 2) : std::string("none");
  };
  CHECK(day(must(reader.first_check(core))) == "02");
  CHECK(day(must(reader.first_complete_check(core))) == "03");
  CHECK(day(must(reader.last_complete_check(core))) == "04");
  CHECK(day(must(reader.complete_check_before(core, instant("2020-01-03T05:00:00Z")))) == "none");
  CHECK(day(must(reader.complete_check_before(core, instant("2020-01-03T06:00:00Z")))) == "none");
  CHECK(day(must(reader.complete_check_before(core, instant("2020-01-03T06:00:01Z")))) == "03");
  CHECK(day(must(reader.complete_check_before(core, instant("2021-01-01T00:00:00Z")))) == "04");
  // A repository of which nothing was ever seen has no first check.
  CHECK_FALSE(must(reader.first_check(store::RepositoryId{2})));
  CHECK(must(reader.last_complete_check(store::RepositoryId{2})));
}
