#include "support/catch.hpp"
#include "support/mcr_data.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/oci/image_config.hpp>

using namespace tagdb::oci;
using tagdb::base::format_rfc3339;
using tagdb::test::mcr_sample;

TEST_CASE("a real old config, with rootfS and seven decimals") {
  const auto bytes = mcr_sample("config_nanoserver_10.0.18363.1556");
  CHECK(Digest::of(bytes).abbreviated() == "sha256:8ad8cde68ea6");
  const auto config = parse_image_config(bytes);
  REQUIRE(config);
  CHECK(config->os == "windows");
  CHECK(config->architecture == "amd64");
  CHECK(config->os_version == "10.0.18363.1556");
  CHECK(format_rfc3339(config->created.value()) == "2021-05-04T21:22:59Z");
  REQUIRE(config->diff_ids.size() == 1);
  CHECK(config->diff_ids[0].to_string() ==
        "sha256:a855a0b30834b3ba20b3c87350b4ab2b2750ed99aa7da0e14599aeb7f29557e5");
  REQUIRE(config->history.size() == 1);
  CHECK(config->history[0].created_by == "Apply image 1909-amd64");
  CHECK(config->history[0].created == config->created); // 2021-05-04T21:22:59.0761106+00:00
}

TEST_CASE("a real newer config") {
  const auto config = parse_image_config(mcr_sample("config_nanoserver_10.0.17763.3650"));
  REQUIRE(config);
  CHECK(config->os_version == "10.0.17763.3650");
  CHECK(format_rfc3339(config->created.value()) == "2022-11-05T18:06:28Z");
  CHECK(config->diff_ids.size() == 1);
  REQUIRE(config->history.size() == 1);
  CHECK(config->history[0].created_by == "Apply image 10.0.17763.3650");
  CHECK(config->history[0].created == config->created);
}

TEST_CASE("everything may be absent, or be something else") {
  for (const auto* text :
       {"{}", R"({"os":null,"os.version":null,"created":null,"rootfs":null,"history":null})",
        R"({"os":1,"os.version":10.0,"created":0,"rootfs":[],"history":{},"os.features":"x"})",
        R"({"created":"yesterday","rootfs":{"diff_ids":null},"history":[]})",
        R"({"rootfs":{"diff_ids":{}},"architecture":["amd64"]})"}) {
    INFO(text);
    const auto config = parse_image_config(text);
    REQUIRE(config);
    CHECK(config->os.empty());
    CHECK(config->architecture.empty());
    CHECK(config->os_version.empty());
    CHECK_FALSE(config->created);
    CHECK(config->diff_ids.empty());
    CHECK(config->history.empty());
    CHECK(config->os_features.empty());
  }
}

TEST_CASE("names match as Go matches them") {
  const auto config = parse_image_config(
      R"({"OS":"windows","Os.Version":"10.0.1.2","variant":"v8","os.features":["win32k",1],"History":[{"Created_By":"x","CREATED":"x"},{"created":"2020-02-12T02:38:03.5Z"},7]})");
  REQUIRE(config);
  CHECK(config->os == "windows");
  CHECK(config->os_version == "10.0.1.2");
  CHECK(config->variant == "v8");
  CHECK(config->os_features == std::vector<std::string>{"win32k"});
  CHECK(config->history ==
        std::vector<HistoryEntry>{
            {"x", {}}, {"", *tagdb::base::parse_rfc3339("2020-02-12T02:38:03Z")}, {"", {}}});
}

TEST_CASE("what is damaged is refused, with its place") {
  struct Case {
    const char* name;
    std::string bytes;
    std::string_view message;
  };
  const Case cases[] = {
      {"empty", "", "not valid JSON"},
      {"array", "[]", "no JSON object"},
      {"diff_id is no digest", R"({"rootfs":{"diff_ids":["sha256:abc"]}})",
       "rootfs.diff_ids[0] is no digest"},
      {"diff_id is a number", R"({"rootfs":{"diff_ids":[1]}})", "rootfs.diff_ids[0] is no digest"},
      {"twice", R"({"os.version":"10.0.1.1","os.version":"10.0.1.2"})", "os.version is there more than once"},
      {"twice for Go", R"({"rootfs":{},"rootfS":{}})", "rootfs is there more than once"},
      {"depth", std::string(300'000, '['), "nested"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto config = parse_image_config(each.bytes);
    REQUIRE_FALSE(config);
    CHECK(config.error().kind() == tagdb::base::ErrorKind::integrity);
    CHECK(config.error().to_string().find(each.message) != std::string::npos);
  }
}

TEST_CASE("long history is cut at a character") {
  const auto config =
      parse_image_config(R"({"os":")" + std::string(300, 'x') + R"(","history":[{"created_by":"x)" + [] {
        std::string text;
        for (int i = 0; i < 1000; ++i)
          text += "\xc3\xa4";
        return text;
      }() + "\"}]}");
  REQUIRE(config);
  CHECK(config->os.empty());
  REQUIRE(config->history.size() == 1);
  CHECK(config->history[0].created_by.size() == 1023);
  CHECK(tagdb::base::is_valid_utf8(config->history[0].created_by));
}
