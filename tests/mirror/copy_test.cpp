#include "mirror_fixture.hpp"
#include <tagdb/base/json.hpp>

#include <algorithm>

using namespace tagdb;
using namespace tagdb::mirror;

TEST_CASE_METHOD(MirrorFixture,
                 "to a layout: every byte as it was, foreign layers too, and two entries for a name") {
  const MadeImage made("10.0.17763.1040", {"amd64", "arm"});
  const auto image = add(made, "ltsc2019");
  const auto source = from_registry();
  {
    const auto report = must_copy(*source, *to_layout(), {image});
    CHECK(report.outcome == CopyOutcome::complete);
    CHECK(report.blobs_sent == 5); // the foreign one is shared
    CHECK(report.manifests_sent == 3);
    CHECK(report.names_written == 1);
  }
  for (const auto& platform : made.platforms)
    for (const auto& bytes : {platform.config, platform.layer, platform.foreign, platform.manifest})
      CHECK(test::slurp(folder / blob_file(bytes)) == bytes);
  CHECK(test::slurp(folder / blob_file(made.index)) == made.index);
  CHECK(test::slurp(folder / "layout/oci-layout") == R"({"imageLayoutVersion":"1.0.0"})");

  const auto bytes = test::slurp(folder / "layout/index.json");
  const auto index = base::JsonDocument::parse(bytes);
  REQUIRE(index);
  const auto entries = *index->root().find("manifests");
  REQUIRE(entries.size() == 2);
  const std::string name = "mcr.microsoft.com/windows/servercore:ltsc2019";
  CHECK(entries.at(0).string_at("mediaType") == oci::k_docker_list);
  CHECK(entries.at(0).string_at("digest") == image.digest.to_string());
  CHECK(entries.at(0).find("annotations")->string_at(k_image_name) == name);
  CHECK_FALSE(entries.at(0).find("annotations")->string_at(k_ref_name));
  CHECK(entries.at(1).string_at("mediaType") == oci::k_oci_index);
  CHECK(entries.at(1).find("annotations")->string_at(k_ref_name) == name);
  const auto wrapper =
      Layout::open(folder / "layout")->bytes(*oci::Digest::parse(*entries.at(1).string_at("digest")));
  const auto parsed = oci::parse_manifest(**wrapper, std::string(oci::k_oci_index));
  REQUIRE(parsed);
  REQUIRE(parsed->index->manifests.size() == 2);
  CHECK(parsed->index->manifests[1].digest == oci::Digest::of(made.platforms[1].manifest));
  CHECK(parsed->index->manifests[1].platform->os_version == "10.0.17763.1040");

  // A second run asks, and fetches no layer.
  const auto again = must_copy(*source, *to_layout(), {image});
  CHECK(again.blobs_sent == 0);
  CHECK(again.images.at(0).unchanged);
  CHECK(test::slurp(folder / "layout/index.json") == bytes);
  for (std::size_t i = sent_before; i < transport.sent.size(); ++i)
    CHECK(transport.sent[i].request.url.to_string().find("/blobs/") == std::string::npos);
}

TEST_CASE_METHOD(MirrorFixture,
                 "to a registry: nothing is named before all below is there; a second run sends nothing") {
  const MadeImage made("10.0.17763.1040", {"amd64", "arm"});
  const auto image = add(made, "ltsc2019");
  const auto source = from_registry();
  const auto report = must_copy(*source, *to_registry(), {image});
  CHECK(report.outcome == CopyOutcome::complete);
  const auto& target = dst.repositories["mcr/windows/servercore"];
  CHECK(target.tags.at("ltsc2019") == image.digest.to_string());
  CHECK(target.blobs.size() == 5);
  CHECK(target.manifests.at(image.digest.to_string()) ==
        std::pair(std::string(oci::k_docker_list), made.index));
  REQUIRE(dst.writes.size() == 8);
  CHECK(dst.writes.back() == "manifest mcr/windows/servercore:ltsc2019");
  CHECK(std::count(dst.writes.begin(), dst.writes.end(), "manifest mcr/windows/servercore") == 2);
  CHECK(std::filesystem::is_empty(folder / "spool"));

  const auto again = must_copy(*source, *to_registry(), {image});
  CHECK(again.outcome == CopyOutcome::complete);
  CHECK(again.images.at(0).unchanged);
  CHECK(changes() == 0);
}

TEST_CASE_METHOD(MirrorFixture, "from a layout to a far registry, the source switched off") {
  const auto image = add(MadeImage("10.0.17763.1040"), "ltsc2019");
  must_copy(*from_registry(), *to_layout(), {image});
  off = true;
  cdn.clear();
  const auto report = must_copy(*from_layout(), *to_registry(), {image});
  CHECK(report.outcome == CopyOutcome::complete);
  CHECK(dst.repositories["mcr/windows/servercore"].tags.at("ltsc2019") == image.digest.to_string());
  CHECK(std::filesystem::is_empty(folder / "spool"));
}

TEST_CASE_METHOD(MirrorFixture, "from one layout into another, verified on the way") {
  const MadeImage made("10.0.17763.1040");
  const auto image = add(made, "ltsc2019");
  must_copy(*from_registry(), *to_layout(), {image});
  off = true;
  CHECK(must_copy(*from_layout(), *to_layout("second"), {image}).outcome == CopyOutcome::complete);
  CHECK(test::slurp(folder / blob_file(made.platforms[0].layer, "second")) == made.platforms[0].layer);

  const auto damaged = std::string(made.platforms[0].layer.size(), 'x');
  folder.write(blob_file(made.platforms[0].layer), damaged);
  const auto report = must_copy(*from_layout(), *to_layout("third"), {image});
  CHECK(report.outcome == CopyOutcome::partial);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].stage == "blob");
  CHECK_FALSE(std::filesystem::exists(folder / blob_file(made.platforms[0].layer, "third")));
  CHECK_FALSE(std::filesystem::exists(folder / "third/index.json"));
}

TEST_CASE("a blob that the target has in another repository is mounted there, if the registry does that") {
  for (const bool mounts : {true, false}) {
    INFO(mounts);
    MirrorFixture fixture;
    fixture.dst.mounts = mounts;
    // Base layers are shared between revisions; here the same image stands in two repositories.
    const MadeImage made("10.0.17763.1040");
    const auto one = fixture.add(made, "ltsc2019");
    const auto two = fixture.add(made, "ltsc2019", "windows/other");
    const auto report = fixture.must_copy(*fixture.from_registry(), *fixture.to_registry(), {one, two});
    CHECK(report.outcome == CopyOutcome::complete);
    CHECK(report.blobs_mounted == (mounts ? 3 : 0));
    CHECK(report.blobs_sent == (mounts ? 3 : 6));
    CHECK(fixture.dst.repositories["mcr/windows/other"].blobs.size() == 3);
  }
}

TEST_CASE_METHOD(MirrorFixture,
                 "what cannot be had is listed blob by blob, keeps its names away, and nothing else") {
  const MadeImage broken("10.0.14393.3504"), whole("10.0.17763.1040");
  const auto first = add(broken, "ltsc2016");
  auto twin = first;
  twin.tag = *oci::Tag::parse("1607");
  const auto second = add(whole, "ltsc2019");
  cdn.erase("https://cdn/" + MadeImage::digest(broken.platforms[0].foreign));
  src.repositories[k_core].blobs.erase(MadeImage::digest(broken.platforms[0].config));
  const auto report = must_copy(*from_registry(), *to_registry(), {first, twin, second});
  CHECK(report.outcome == CopyOutcome::partial);
  CHECK_FALSE(report.images[0].arrived);
  CHECK(report.images[2].arrived);
  const auto& tags = dst.repositories["mcr/windows/servercore"].tags;
  CHECK(tags.size() == 1);
  CHECK(tags.contains("ltsc2019"));
  REQUIRE(report.failures.size() == 4);
  std::vector<std::string> told;
  for (const auto& failure : report.failures)
    told.push_back(failure.reference + " " + failure.stage + " " + std::to_string(failure.status));
  std::sort(told.begin(), told.end());
  CHECK(told == std::vector<std::string>{
                    "windows/servercore:1607 blob 404", "windows/servercore:1607 config 404",
                    "windows/servercore:ltsc2016 blob 404", "windows/servercore:ltsc2016 config 404"});

  // Once it can be had, only the rest is sent.
  add(broken, "ltsc2016");
  const auto again = must_copy(*from_registry(), *to_registry(), {first, twin, second});
  CHECK(again.outcome == CopyOutcome::complete);
  CHECK(again.blobs_sent == 2);
}

TEST_CASE("a foreign layer: the registry first, its urls second, and both verified") {
  const MadeImage made("10.0.17763.1040");
  const auto digest = MadeImage::digest(made.platforms[0].foreign);
  struct Case {
    const char* name;
    std::string at_registry, at_url;
    std::size_t url_asked;
    bool arrives;
  };
  const std::string wrong(made.platforms[0].foreign.size(), 'x');
  for (const auto& each : {Case{"at the registry", made.platforms[0].foreign, "", 0, true},
                           Case{"at its url", "", made.platforms[0].foreign, 1, true},
                           Case{"damaged at the registry", wrong, made.platforms[0].foreign, 1, true},
                           Case{"damaged everywhere", wrong, wrong, 3, false}}) {
    INFO(each.name);
    MirrorFixture fixture;
    const auto image = fixture.add(made, "ltsc2019");
    fixture.cdn["https://cdn/" + digest] = each.at_url;
    if (!each.at_registry.empty())
      fixture.src.repositories[MirrorFixture::k_core].blobs[digest] = each.at_registry;
    const auto report = fixture.must_copy(*fixture.from_registry(), *fixture.to_layout(), {image});
    CHECK(report.images[0].arrived == each.arrives);
    CHECK(fixture.transport.count("GET https://cdn/" + digest) == each.url_asked);
    CHECK(std::filesystem::exists(fixture.folder / fixture.blob_file(made.platforms[0].foreign)) ==
          each.arrives);
  }
}

TEST_CASE_METHOD(MirrorFixture, "metadata only, then everything") {
  const MadeImage made("10.0.17763.1040");
  const auto image = add(made, "ltsc2019");
  const auto source = from_registry();
  const CopyOptions metadata{.metadata_only = true};
  const auto report = must_copy(*source, *to_layout(), {image}, metadata);
  CHECK(report.outcome == CopyOutcome::complete);
  CHECK(report.blobs_sent == 1);
  CHECK(report.images[0].left_out.layers);
  const auto verified = verify_layout(*Layout::open(folder / "layout"));
  REQUIRE(verified);
  CHECK(verified->findings.empty());
  CHECK(verified->left_out == 2);

  CHECK(must_copy(*source, *to_layout(), {image}).blobs_sent == 2);
  const auto full = verify_layout(*Layout::open(folder / "layout"));
  REQUIRE(full);
  CHECK(full->findings.empty());
  CHECK(full->left_out == 0);
  // The other way round nothing is taken back.
  CHECK(must_copy(*source, *to_layout(), {image}, metadata).images[0].unchanged);
  CHECK(verify_layout(*Layout::open(folder / "layout"))->left_out == 0);
}

TEST_CASE_METHOD(MirrorFixture, "only the platforms that were asked for; the index stays as it is") {
  const MadeImage made("10.0.17763.1040", {"amd64", "arm"});
  const auto image = add(made, "1809");
  const auto source = from_registry();
  const CopyOptions amd64{.platforms = {{"windows", "amd64", "", "10.0.17763", {}}}};
  CHECK(must_copy(*source, *to_layout(), {image}, amd64).outcome == CopyOutcome::complete);
  CHECK(test::slurp(folder / blob_file(made.index)) == made.index);
  CHECK_FALSE(std::filesystem::exists(folder / blob_file(made.platforms[1].manifest)));
  CHECK(verify_layout(*Layout::open(folder / "layout"))->sound());

  const CopyOptions none{.platforms = {{"linux", "amd64", "", "", {}}}};
  const auto report = must_copy(*source, *to_layout("other"), {image}, none);
  CHECK(report.outcome == CopyOutcome::failed);
  CHECK(report.failures.at(0).message.find("platform") != std::string::npos);
}

TEST_CASE_METHOD(MirrorFixture, "no room: nothing is fetched") {
  MadeImage made("10.0.17763.1040");
  auto& manifest = made.platforms[0].manifest;
  const auto size = "\"size\":" + std::to_string(made.platforms[0].layer.size()) + ",";
  manifest.replace(manifest.rfind(size), size.size(), "\"size\":900000000000000000,");
  src.repositories[k_core].manifests[MadeImage::digest(manifest)] = {std::string(oci::k_docker_manifest),
                                                                     manifest};
  const auto report = copy(*from_registry(), *to_layout(), {image(manifest, "x")});
  REQUIRE_FALSE(report);
  CHECK(report.error().kind() == base::ErrorKind::internal);
  CHECK(report.error().message().find("room") != std::string::npos);
  CHECK(transport.sent.size() == 1);
}

TEST_CASE_METHOD(MirrorFixture, "an interrupted run keeps what arrived, and the next one goes on") {
  std::vector<Image> images;
  for (int i = 0; i < 8; ++i)
    images.push_back(add(MadeImage("10.0.1776" + std::to_string(i) + ".1"), "t" + std::to_string(i)));
  stop = [this] { return dst.writes.size() >= 10; };
  const auto report = must_copy(*from_registry(), *to_registry(), images);
  CHECK(report.outcome == CopyOutcome::interrupted);
  CHECK(report.failures.empty());
  for (const auto& [tag, digest] : dst.repositories["mcr/windows/servercore"].tags)
    CHECK(dst.repositories["mcr/windows/servercore"].manifests.contains(digest));
  stop = {};
  const auto before = dst.writes.size();
  const auto rest = must_copy(*from_registry(), *to_registry(), images);
  CHECK(rest.outcome == CopyOutcome::complete);
  CHECK(dst.writes.size() - before < 40);
}

TEST_CASE_METHOD(MirrorFixture,
                 "a bare manifest, a digest without a tag, and a name outside of ref.name's grammar") {
  const MadeImage made("10.0.17763.1040");
  add(made, "ltsc2019");
  auto bare = image(made.platforms[0].manifest, "ltsc2019-amd64");
  auto odd = image(made.platforms[0].manifest, "_x");
  auto untagged = image(made.index, "unused");
  untagged.tag.reset();
  CHECK(must_copy(*from_registry(), *to_layout(), {bare, odd, untagged}).outcome == CopyOutcome::complete);
  const auto names = Layout::open(folder / "layout")->names();
  REQUIRE(names);
  REQUIRE(names->size() == 3);
  const auto text = test::slurp(folder / "layout/index.json");
  CHECK(text.find("ref.name\":\"mcr.microsoft.com/windows/servercore:ltsc2019-amd64\"") != std::string::npos);
  CHECK(text.find("ref.name\":\"mcr.microsoft.com/windows/servercore:_x\"") == std::string::npos);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find(":_x is outside") != std::string::npos);
  // The wrapper of a bare manifest says what an index would have said.
  bool said = false;
  for (const auto& file : std::filesystem::directory_iterator(folder / "layout/blobs/sha256"))
    if (const auto bytes = test::slurp(file.path());
        bytes.find(std::string(oci::k_oci_index)) != std::string::npos)
      said = bytes.find(R"("os.version":"10.0.17763.1040")") != std::string::npos;
  CHECK(said);

  CHECK(must_copy(*from_registry(), *to_registry(), {bare, untagged}).outcome == CopyOutcome::complete);
  const auto& target = dst.repositories["mcr/windows/servercore"];
  CHECK(target.tags.size() == 1);
  CHECK(target.manifests.contains(untagged.digest.to_string()));
}

TEST_CASE_METHOD(MirrorFixture, "progress adds up") {
  struct Counting final : CopyProgress {
    void planned(const CopyState& state) override { plan = state; }
    void blob_moved(const oci::Descriptor&, std::uint64_t bytes) override { moved += bytes; }
    void blob_started(const oci::Descriptor&) override { ++started; }
    void blob_finished(const oci::Descriptor&, bool arrived) override { finished += arrived; }
    void update(const CopyState& state) override { last = state; }
    CopyState plan, last;
    std::uint64_t moved = 0, started = 0, finished = 0;
  } counting;
  const MadeImage made("10.0.17763.1040");
  const auto image = add(made, "ltsc2019");
  const auto source = from_registry();
  const auto destination = to_registry();
  const auto report =
      copy_images({&http, log, counting, {}}, *source, *destination, std::vector<Image>{image}, {});
  REQUIRE(report);
  const auto& platform = made.platforms[0];
  const auto bytes = platform.config.size() + platform.layer.size() + platform.foreign.size();
  CHECK(counting.plan.to_move == 2 * bytes);
  CHECK(counting.moved == 2 * bytes);
  CHECK(counting.last.moved == 2 * bytes);
  CHECK(counting.last.blobs_done == 3);
  CHECK(counting.last.images_done == 1);
  CHECK(counting.started == 3);
  CHECK(counting.finished == 3);
  CHECK(report->bytes_sent == bytes);
}
