#include "store_fixture.hpp"

#include <algorithm>

namespace {

using namespace tagdb;
using namespace tagdb::test;

/// "windows/amd64 10.0.17763.973 created bytes": what is known of each image behind a content.
std::vector<std::string> images_behind(const store::Reader& reader, const oci::Digest& digest) {
  const auto content = must(reader.find_content(digest));
  std::vector<std::string> lines;
  if (content)
    for (const auto& image : must(reader.images(content->id)))
      lines.push_back(image.os + "/" + image.architecture + image.variant + " " + image.os_version +
                      (image.version ? "" : " (no version)") + (image.created ? " created" : "") +
                      (image.layer_bytes ? " sized" : "") +
                      (image.config && image.config->held ? " configured" : ""));
  return lines;
}

} // namespace

TEST_CASE("whatever arrives first, an image means the same", "[store]") {
  const TestImage image("10.0.17763.973");
  std::vector<int> order{0, 1, 2};
  do {
    INFO(order[0] << order[1] << order[2]);
    const TempDir dir;
    const ManualClock clock;
    auto writer = must(store::Writer::open(dir / "t.sqlite", clock));
    for (const int what : order) {
      if (what == 0)
        add_manifest(writer, image.index());
      else if (what == 1)
        add_manifest(writer, image.platform().manifest);
      else
        add_config(writer, image.platform().config);
    }
    must(writer.close());
    const auto reader = open_reader(dir / "t.sqlite");
    const std::vector<std::string> expected{"windows/amd64 10.0.17763.973 created sized configured"};
    CHECK(images_behind(reader, image.digest()) == expected);
    CHECK(images_behind(reader, image.platform().manifest.digest) == expected);
    const auto config = must(reader.find_content(image.platform().config.digest));
    REQUIRE(config);
    CHECK(must(reader.bytes(config->id)) == image.platform().config.bytes);
    CHECK(must(reader.diff_ids(config->id)).size() == 2);
    const auto manifest = must(reader.find_content(image.platform().manifest.digest));
    REQUIRE(manifest);
    const auto layers = must(reader.layers(manifest->id));
    REQUIRE(layers.size() == 2);
    CHECK(layers[0].size == 1718332879);
    CHECK(layers[1].size == 967113907);
    CHECK(damages_of(dir / "t.sqlite").empty());
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("storing again changes nothing", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const TestImage image("10.0.17763.973");
  RecordBuilder record(dir / "t.sqlite", clock);
  record.check(k_core, "2020-01-01T00:00:00Z").present("1809", image).present("ltsc2019", image);
  record.close();
  {
    RecordBuilder again(dir / "t.sqlite", clock);
    again.check(k_core, "2020-01-02T00:00:00Z").present("1809", image);
    must(again.writer().add_refusal(image.digest(), "404 too late"));
    again.close();
  }
  const auto reader = open_reader(dir / "t.sqlite");
  CHECK(images_behind(reader, image.digest()).size() == 1);
  const auto index = must(reader.find_content(image.digest()));
  REQUIRE(index);
  CHECK(index->held);
  CHECK(index->refused.empty());
  CHECK(must(store::verify_database(dir / "t.sqlite")).contents == 3);
}

TEST_CASE("a missing child does not lose what its index said", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  RecordBuilder record(dir / "t.sqlite", clock);
  const auto lost = TestImage("10.0.17763.973").without_manifests();
  const auto bare = TestImage("10.0.17763.1040").without_os_version().without_configs();
  const auto told = TestImage("10.0.17763.1098").without_os_version();
  record.check(k_core, "2020-01-01T00:00:00Z")
      .present("lost", lost)
      .present("bare", bare)
      .present("told", told);
  auto& writer = record.writer();
  const auto refusal = must(writer.find_content(lost.platform().manifest.digest));
  REQUIRE(refusal);
  CHECK_FALSE(refusal->held);
  CHECK(refusal->refused == "404 MANIFEST_UNKNOWN");
  record.flush();
  {
    const auto reader = open_reader(dir / "t.sqlite");
    CHECK(images_behind(reader, lost.digest()) == std::vector<std::string>{"windows/amd64 10.0.17763.973"});
    CHECK(images_behind(reader, bare.digest()) ==
          std::vector<std::string>{"windows/amd64  (no version) sized"});
    CHECK(images_behind(reader, told.digest()) ==
          std::vector<std::string>{"windows/amd64 10.0.17763.1098 created sized configured"});
  }
  // The registry gives it after all.
  add_manifest(writer, lost.platform().manifest);
  record.close();
  const auto reader = open_reader(dir / "t.sqlite");
  CHECK(images_behind(reader, lost.digest()) ==
        std::vector<std::string>{"windows/amd64 10.0.17763.973 sized"});
  CHECK(must(reader.find_content(lost.platform().manifest.digest))->refused.empty());
}

TEST_CASE("a config overrules its index where it says something", "[store]") {
  const TempDir dir;
  const ManualClock clock;
  const Blob silent(R"({"architecture":"","os":"","rootfs":{"type":"layers","diff_ids":[]}})");
  const Blob loud(
      R"({"architecture":"amd64","os":"windows","os.version":"10.0.17763.2","rootfs":{"type":"layers","diff_ids":[]}})");
  const auto manifest_of = [](const Blob& config) {
    return Blob(
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":)"
        R"("application/vnd.oci.image.config.v1+json","digest":")" +
        config.digest.to_string() + R"(","size":)" + std::to_string(config.bytes.size()) +
        R"(},"layers":[]})");
  };
  auto writer = must(store::Writer::open(dir / "t.sqlite", clock));
  for (const auto* config : {&silent, &loud}) {
    const Blob manifest = manifest_of(*config);
    const Blob index(
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":)"
        R"("application/vnd.oci.image.manifest.v1+json","size":1,"digest":")" +
        manifest.digest.to_string() +
        R"(","platform":{"os":"windows","architecture":"arm","variant":"v7","os.version":"10.0.17763.1"}}]})");
    for (const auto* blob : {&index, &manifest})
      add_manifest(writer, *blob);
    add_config(writer, *config);
    must(writer.checkpoint());
    const auto reader = open_reader(dir / "t.sqlite");
    CHECK(images_behind(reader, index.digest) ==
          std::vector<std::string>{config == &silent ? "windows/armv7 10.0.17763.1 sized configured"
                                                     : "windows/amd64v7 10.0.17763.2 sized configured"});
  }
}

TEST_CASE("real manifests and configs are kept verbatim", "[store]") {
  const auto folder = std::filesystem::path(TAGDB_SHARED_DIR) / "data/mcr/manifests";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: the real manifests are not here");
    return;
  }
  const TempDir dir;
  const ManualClock clock;
  auto writer = must(store::Writer::open(dir / "t.sqlite", clock));
  std::size_t stored = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const Blob blob(slurp(entry.path()));
    // The name holds the first twelve digits of the published digest.
    if (entry.path().filename().string().find(blob.digest.encoded().substr(0, 12)) == std::string::npos)
      continue;
    if (const auto parsed = oci::parse_manifest(blob.bytes, ""); parsed)
      add_manifest(writer, blob);
    else
      add_config(writer, blob);
    ++stored;
  }
  must(writer.close());
  CHECK(stored > 100);
  const auto report = must(store::verify_database(dir / "t.sqlite"));
  CHECK(report.damages.empty());
  CHECK(report.contents == stored);
}
