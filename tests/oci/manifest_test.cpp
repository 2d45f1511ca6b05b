#include "support/catch.hpp"
#include "support/mcr_data.hpp"
#include <tagdb/oci/manifest.hpp>

using namespace tagdb::oci;
using tagdb::test::mcr_sample;

namespace {

const std::string k_digest = "sha256:" + std::string(64, 'a');

std::string entry(const std::string& size = "1", const std::string& more = "") {
  return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" + k_digest +
         R"(","size":)" + size + more + "}";
}

std::string list_of(const std::string& entries, const std::string& more = "") {
  return R"({"schemaVersion":2,"manifests":[)" + entries + "]" + more + "}";
}

std::string message_of(std::string_view bytes, std::string_view declared = {}, ManifestLimits limits = {}) {
  const auto parsed = parse_manifest(bytes, declared, limits);
  if (parsed)
    return "accepted";
  CHECK(parsed.error().kind() == tagdb::base::ErrorKind::integrity);
  return parsed.error().to_string();
}

} // namespace

TEST_CASE("a real Docker list of 2020, indented") {
  const auto bytes = mcr_sample("list_servercore_10.0.14393.3986");
  CHECK(Digest::of(bytes).abbreviated() == "sha256:7f5b13497afa");
  const auto parsed = parse_manifest(bytes, k_docker_list);
  REQUIRE(parsed);
  CHECK(parsed->type == ManifestType::docker_list);
  CHECK_FALSE(parsed->manifest);
  REQUIRE(parsed->index->manifests.size() == 1);
  const auto& image = parsed->index->manifests[0];
  CHECK(image.media_type == k_docker_manifest);
  CHECK(image.size == 887);
  CHECK(image.digest.to_string() ==
        "sha256:867f9d9ddf09cf356cb3d08c64c21bee5cac11790ea70be6f7aaf85712f5ba8a");
  CHECK(image.platform == Platform{"windows", "amd64", "", "10.0.14393.3986", {}});
  CHECK(image.urls.empty());
}

TEST_CASE("a real compact list with os.features") {
  const auto parsed = parse_manifest(mcr_sample("list_servercore_10.0.20348.887"), "");
  REQUIRE(parsed);
  CHECK(parsed->index->manifests.at(0).platform ==
        Platform{"windows", "amd64", "", "10.0.20348.887", {"win32k"}});
}

TEST_CASE("a real manifest with foreign layers") {
  const auto parsed = parse_manifest(mcr_sample("manifest_servercore_10.0.17763.2061"), k_docker_manifest);
  REQUIRE(parsed);
  CHECK_FALSE(parsed->index);
  const auto& manifest = *parsed->manifest;
  CHECK(manifest.config.media_type == k_docker_config);
  CHECK(manifest.config.size == 563);
  REQUIRE(manifest.layers.size() == 2);
  CHECK(manifest.layers[0].size == 1718332879);
  CHECK(manifest.layers[1].size == 967113907);
  for (const auto& layer : manifest.layers) {
    CHECK(is_foreign_layer(layer.media_type));
    CHECK(layer.urls == std::vector<std::string>{"https://mcr.microsoft.com/v2/windows/servercore/blobs/" +
                                                 layer.digest.to_string()});
  }
}

TEST_CASE("header and body must agree on what it is") {
  const auto docker = mcr_sample("list_servercore_10.0.20348.887");
  const auto silent = list_of(entry());
  struct Case {
    const char* name;
    std::string bytes;
    std::string_view declared;
    std::string_view message; ///< a part of it; "accepted" where it is
  };
  const Case cases[] = {
      {"equal", docker, k_docker_list, "accepted"},
      {"equal but for case and parameters", docker,
       "Application/vnd.docker.distribution.manifest.LIST.v2+json; charset=utf-8", "accepted"},
      {"other list type", docker, k_oci_index, "says itself that it is"},
      {"a manifest's type", docker, k_docker_manifest, "says itself that it is"},
      {"body silent", silent, k_oci_index, "accepted"},
      {"both silent", silent, "", "accepted"},
      {"file server", silent, "application/octet-stream", "accepted"},
      {"plain JSON", docker, "application/json; charset=utf-8", "accepted"},
      {"HTML", docker, "text/html", "says text/html, which is no manifest"},
      {"schema 1 by header", docker, "application/vnd.docker.distribution.manifest.v1+prettyjws", "schema 1"},
      {"schema 1 by body", R"({"schemaVersion":1,"name":"x","tag":"y","fsLayers":[],"history":[]})", "",
       "schema 1"},
      {"schema 1 by mediaType", R"({"mediaType":"application/vnd.docker.distribution.manifest.v1+json"})", "",
       "schema 1"},
      {"schema 3", R"({"schemaVersion":3,"manifests":[]})", "", "schemaVersion is not 2"},
      {"schema as text", R"({"schemaVersion":"2","manifests":[]})", "", "schemaVersion is not 2"},
      {"a config", R"({"mediaType":"application/vnd.oci.image.config.v1+json"})", "", "is no manifest"},
      {"mediaType is a number", R"({"schemaVersion":2,"mediaType":1,"manifests":[]})", "",
       "mediaType is no string"},
      {"list declared as manifest", silent, k_oci_manifest, "config is missing"}};
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(message_of(each.bytes, each.declared).find(each.message) != std::string::npos);
  }
}

TEST_CASE("what could be read two ways is refused") {
  struct Case {
    const char* name;
    std::string bytes;
    std::string_view message;
  };
  const Case cases[] = {
      {"index and manifest at once", list_of(entry(), R"(,"layers":[])"), "both 'manifests' and 'layers'"},
      {"index with a config", list_of(entry(), R"(,"config":{})"), "both 'manifests' and 'layers'"},
      {"two lists", list_of(entry(), R"(,"manifests":[])"), "manifests is there more than once"},
      {"two lists for Go", list_of(entry(), R"(,"Manifests":[])"), "manifests is there more than once"},
      {"two media types",
       R"({"mediaType":"application/vnd.oci.image.index.v1+json","mediaType":"x","manifests":[]})",
       "mediaType is there more than once"},
      {"two digests", list_of(entry("1", R"(,"digest":"x")")), "manifests[0].digest is there more than once"},
      {"two digests for Go", list_of(entry("1", R"(,"Digest":"x")")),
       "manifests[0].digest is there more than once"},
      {"two versions", list_of(entry("1", R"(,"platform":{"os.version":"1","OS.Version":"2"})")),
       "manifests[0].platform.os.version is there more than once"}};
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(message_of(each.bytes).find(each.message) != std::string::npos);
  }
}

TEST_CASE("a wrong member is named") {
  struct Case {
    const char* name;
    std::string bytes;
    std::string_view message;
  };
  const std::string manifest = R"({"schemaVersion":2,"layers":[],"config":)";
  const Case cases[] = {
      {"array", "[]", "no JSON object"},
      {"nothing in it", "{}", "neither 'manifests' nor 'layers'"},
      {"list is an object", R"({"manifests":{}})", "manifests is no array"},
      {"entry is a text", list_of(R"("x")"), "manifests[0] is no object"},
      {"second entry", list_of(entry() + ",7"), "manifests[1] is no object"},
      {"no digest", list_of(R"({"mediaType":"x","size":1})"), "manifests[0].digest is missing"},
      {"bad digest", list_of(R"({"mediaType":"x","size":1,"digest":"sha256:abc"})"),
       "manifests[0].digest is no digest"},
      {"no type", list_of(R"({"digest":")" + k_digest + R"(","size":1})"),
       "manifests[0].mediaType is missing"},
      {"no size", list_of(R"({"mediaType":"x","digest":")" + k_digest + R"("})"),
       "manifests[0].size is missing"},
      {"negative size", list_of(entry("-1")), "manifests[0].size is no number of bytes"},
      {"fraction", list_of(entry("1.5")), "manifests[0].size is no number of bytes"},
      {"exponent", list_of(entry("1e3")), "manifests[0].size is no number of bytes"},
      {"2^63", list_of(entry("9223372036854775808")), "manifests[0].size is no number of bytes"},
      {"far too large", list_of(entry("1" + std::string(200, '0'))),
       "manifests[0].size is no number of bytes"},
      {"larger than any number", list_of(entry("1" + std::string(400, '0'))), "not valid JSON"},
      {"size as text", list_of(entry("\"1\"")), "manifests[0].size is no number of bytes"},
      {"platform is a text", list_of(entry("1", R"(,"platform":"windows/amd64")")),
       "manifests[0].platform is no object"},
      {"os.version is a number", list_of(entry("1", R"(,"platform":{"os.version":10.0})")),
       "manifests[0].platform.os.version is no string"},
      {"os.features is a text", list_of(entry("1", R"(,"platform":{"os.features":"win32k"})")),
       "manifests[0].platform.os.features is no array"},
      {"endless os.version",
       list_of(entry("1", R"(,"platform":{"os.version":")" + std::string(5000, '1') + "\"}")),
       "manifests[0].platform.os.version is too long"},
      {"no config", R"({"schemaVersion":2,"layers":[]})", "config is missing"},
      {"config is a text", manifest + R"("x"})", "config is no object"},
      {"config without digest", manifest + R"({"mediaType":"x","size":1}})", "config.digest is missing"},
      {"no layers", R"({"schemaVersion":2,"config":)" + entry() + "}", "layers is missing"},
      {"HTML", "<html><body>Please log in</body></html>", "not valid JSON at byte 0"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto message = message_of(each.bytes);
    INFO(message);
    CHECK(message.find(each.message) != std::string::npos);
  }
}

TEST_CASE("what Go writes for nothing is nothing") {
  const auto empty = parse_manifest(R"({"schemaVersion":2,"manifests":null})", k_oci_index);
  REQUIRE(empty);
  CHECK(empty->index->manifests.empty());
  const auto parsed = parse_manifest(
      list_of(entry("9223372036854775807",
                    R"(,"platform":{"os":"windows","os.version":null},"urls":null,"data":"eA==")")),
      "");
  REQUIRE(parsed);
  CHECK(parsed->type == ManifestType::oci_index);
  const auto& image = parsed->index->manifests[0];
  CHECK(image.size == 9223372036854775807u);
  CHECK(image.platform == Platform{"windows", "", "", "", {}});
  const auto bare = parse_manifest(list_of(entry("1", R"(,"platform":null)")), "");
  REQUIRE(bare);
  CHECK_FALSE(bare->index->manifests[0].platform);
}

TEST_CASE("claims are bounded") {
  std::string entries = entry();
  for (int i = 1; i < 10; ++i)
    entries += "," + entry();
  CHECK(message_of(list_of(entries), "", {.max_bytes = 1u << 20, .max_entries = 10}) == "accepted");
  CHECK(message_of(list_of(entries), "", {.max_bytes = 1u << 20, .max_entries = 9}).find("10 entries") !=
        std::string::npos);
  CHECK(message_of(list_of(entries), "", {.max_bytes = 100, .max_entries = 10}).find("larger than") !=
        std::string::npos);
  CHECK(message_of(std::string(300'000, '['), "").find("nested") != std::string::npos);
  CHECK(message_of(R"({"schemaVersion":2,"manifests":)" + std::string(300'000, '['), "").find("nested") !=
        std::string::npos);
  std::string urls = R"(,"urls":["x")";
  for (int i = 0; i < 100; ++i)
    urls += R"(,"x")";
  CHECK(message_of(list_of(entry("1", urls + "]"))).find("urls has too many entries") != std::string::npos);
}
