#include "registry_fixture.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::registry;
using test::failing;
using test::Reply;
using Names = std::vector<std::string>;

namespace {

const std::string k_path = " /v2/windows/servercore/manifests/ltsc2019";
const std::string k_bytes = R"({"schemaVersion":2,"manifests":[]})";
const std::string k_digest = oci::Digest::of(k_bytes).to_string();
const std::string k_other = oci::Digest::of("other").to_string();

Reply manifest(const std::string& digest, std::string body = k_bytes,
               std::string_view type = oci::k_docker_list) {
  Reply reply{.status = 200, .headers = {{"Content-Type", std::string(type)}}, .body = std::move(body)};
  if (!digest.empty())
    reply.headers.emplace_back("docker-content-digest", digest);
  return reply;
}

} // namespace

TEST_CASE_METHOD(RegistryFixture, "a tag is one HEAD that accepts all four types") {
  on("HEAD" + k_path, {manifest(k_digest)});
  const auto resolved = resolve();
  REQUIRE(resolved);
  CHECK(resolved->digest.to_string() == k_digest);
  CHECK(resolved->media_type == oci::k_docker_list);
  CHECK_FALSE(resolved->bytes);
  REQUIRE(sent() == Names{"HEAD" + k_path});
  const auto accept = transport.sent[0].request.headers.find("Accept");
  REQUIRE(accept);
  for (const auto type : {oci::k_docker_manifest, oci::k_docker_list, oci::k_oci_manifest, oci::k_oci_index})
    CHECK(accept->find(type) != std::string_view::npos);
}

TEST_CASE_METHOD(RegistryFixture, "where HEAD does not tell, GET does") {
  struct Case {
    const char* name;
    Reply head;
  };
  const Case cases[] = {{"no digest", manifest("")},
                        {"no valid digest", manifest("sha256:abc")},
                        {"a digest that cannot be checked", manifest("sha512:" + std::string(128, 'a'))},
                        {"forbidden", {.status = 403}},
                        {"not allowed", {.status = 405}},
                        {"bad request", {.status = 400}},
                        {"not implemented", {.status = 501}}};
  for (const auto& each : cases) {
    INFO(each.name);
    RegistryFixture fresh;
    fresh.on("HEAD" + k_path, {each.head});
    fresh.on("GET" + k_path, {manifest(k_digest)});
    const auto resolved = fresh.resolve();
    REQUIRE(resolved);
    CHECK(resolved->digest.to_string() == k_digest);
    CHECK(resolved->bytes == k_bytes);
    CHECK(fresh.sent() == Names{"HEAD" + k_path, "GET" + k_path});
  }
}

TEST_CASE_METHOD(RegistryFixture, "a registry that never answers HEAD is not asked for ever") {
  on("HEAD" + k_path, {{.status = 405}});
  on("GET" + k_path, {manifest(k_digest)});
  for (int i = 0; i < 10; ++i)
    REQUIRE(resolve());
  CHECK(transport.count("HEAD https://reg/v2/windows/servercore/manifests/ltsc2019") == 3);
  CHECK(transport.count("GET https://reg/v2/windows/servercore/manifests/ltsc2019") == 10);
}

TEST_CASE_METHOD(RegistryFixture, "one refused HEAD does not make all others GETs") {
  on("HEAD" + k_path,
     {{.status = 403}, manifest(k_digest), {.status = 403}, {.status = 403}, manifest(k_digest)});
  on("GET" + k_path, {manifest(k_digest)});
  for (int i = 0; i < 10; ++i)
    REQUIRE(resolve());
  CHECK(transport.count("GET https://reg/v2/windows/servercore/manifests/ltsc2019") == 3);
}

TEST_CASE_METHOD(RegistryFixture, "a tag that is not there, and other refusals") {
  struct Case {
    const char* name;
    std::vector<Reply> head, get;
    base::ErrorKind kind;
    int status;
    const char* code;
    bool transient;
  };
  const Case cases[] = {
      {"absent by HEAD is final",
       {{.status = 404}},
       {manifest(k_digest)},
       base::ErrorKind::not_found,
       404,
       "",
       false},
      {"absent by GET",
       {{.status = 405}},
       {refused(404, "MANIFEST_UNKNOWN")},
       base::ErrorKind::not_found,
       404,
       "MANIFEST_UNKNOWN",
       false},
      {"no such repository",
       {{.status = 405}},
       {refused(404, "NAME_UNKNOWN")},
       base::ErrorKind::not_found,
       404,
       "NAME_UNKNOWN",
       false},
      {"forbidden both ways",
       {{.status = 403}},
       {refused(403, "DENIED")},
       base::ErrorKind::unauthorised,
       403,
       "DENIED",
       false},
      {"in trouble", {{.status = 503}}, {manifest(k_digest)}, base::ErrorKind::network, 503, "", true},
      {"a login page", {web_page()}, {web_page()}, base::ErrorKind::network, 200, "WEB_PAGE", true},
      {"lost",
       {failing(net::TransferFault::reset)},
       {manifest(k_digest)},
       base::ErrorKind::network,
       0,
       "reset",
       true},
      {"a body that is not its digest",
       {manifest("")},
       {manifest(k_other)},
       base::ErrorKind::integrity,
       200,
       "DIGEST_MISMATCH",
       false},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    RegistryFixture fresh;
    fresh.on("HEAD" + k_path, each.head);
    fresh.on("GET" + k_path, each.get);
    const auto resolved = fresh.resolve();
    REQUIRE_FALSE(resolved);
    CHECK(resolved.error().kind() == each.kind);
    CHECK(resolved.error().fault().status == each.status);
    CHECK(resolved.error().fault().code == each.code);
    CHECK(resolved.error().fault().transient == each.transient);
    CHECK(resolved.error().message().find("reg") != std::string::npos);
    CHECK(resolved.error().message().find("ltsc2019") != std::string::npos);
  }
}

TEST_CASE_METHOD(RegistryFixture, "a transfer that was garbled once is asked again") {
  on("HEAD" + k_path, {manifest("")});
  on("GET" + k_path, {manifest(k_digest, "garbled"), manifest(k_digest)});
  const auto resolved = resolve();
  REQUIRE(resolved);
  CHECK(resolved->bytes == k_bytes);
}

TEST_CASE_METHOD(RegistryFixture, "a digest header that cannot be checked is no contradiction") {
  on("HEAD" + k_path, {{.status = 405}});
  for (const std::string& claimed :
       {std::string("sha512:") + std::string(128, 'a'), std::string("W/\"abc\""), std::string()}) {
    INFO(claimed);
    on("GET" + k_path, {manifest(claimed)});
    const auto resolved = resolve();
    REQUIRE(resolved);
    CHECK(resolved->digest.to_string() == k_digest);
  }
}

TEST_CASE_METHOD(RegistryFixture, "types that any file may have leave the decision to the body") {
  for (const char* type : {"application/json", "application/octet-stream", "text/plain; charset=utf-8"}) {
    INFO(type);
    on("HEAD" + k_path, {manifest(k_digest, k_bytes, type)});
    const auto resolved = resolve();
    REQUIRE(resolved);
    CHECK(resolved->media_type.empty());
  }
}

TEST_CASE_METHOD(RegistryFixture,
                 "content by digest is hashed, twice more where it is wrong, and then refused") {
  const auto digest = oci::Digest::of(k_bytes);
  const auto path = " /v2/windows/servercore/manifests/" + k_digest;
  on("GET" + path, {manifest(k_digest)});
  auto fetched = manifest_of(digest);
  REQUIRE(fetched);
  CHECK(fetched->bytes == k_bytes);
  CHECK(fetched->media_type == oci::k_docker_list);

  on("GET" + path, {manifest(k_digest, "garbled"), manifest(k_digest, ""), manifest(k_other)});
  fetched = manifest_of(digest);
  REQUIRE(fetched); // whatever the header claims, the bytes count

  transport.sent.clear();
  on("GET" + path, {manifest(k_digest, "other")});
  fetched = manifest_of(digest);
  REQUIRE_FALSE(fetched);
  CHECK(transport.sent.size() == 3);
  CHECK(fetched.error().kind() == base::ErrorKind::integrity);
  CHECK_FALSE(fetched.error().fault().transient);
  CHECK(fetched.error().fault().tries == 3);
  CHECK(fetched.error().message().find(k_digest) != std::string::npos);
  CHECK(fetched.error().message().find(k_other) != std::string::npos);

  on("GET" + path, {web_page()});
  fetched = manifest_of(digest);
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().fault().code == "WEB_PAGE");

  on("GET" + path, {{.status = 404,
                     .headers = {{"Content-Type", "application/xml"}},
                     .body = "<Error>BlobNotFound</Error>"}});
  fetched = manifest_of(digest);
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().kind() == base::ErrorKind::not_found);
  CHECK(fetched.error().fault().code.empty());
}

TEST_CASE_METHOD(RegistryFixture,
                 "a blob comes by way of its data host, without credentials and to a public address") {
  const auto digest = oci::Digest::of("config");
  on("GET /v2/windows/servercore/blobs/" + digest.to_string(),
     {{.status = 307, .headers = {{"Location", "https://eastus.data/x?sig=hunter2"}}}});
  transport.on("GET https://eastus.data/x?sig=hunter2", {{.status = 200, .body = "config"}});
  auto fetched = blob(digest);
  REQUIRE(fetched);
  CHECK(fetched->bytes == "config");
  CHECK(fetched->media_type.empty());
  CHECK(transport.sent.at(1).request.public_only);
  CHECK(transport.sent.at(0).request.max_body == 1000);

  transport.on("GET https://eastus.data/x?sig=hunter2", {{.status = 403}});
  fetched = blob(digest);
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().to_string().find("hunter2") == std::string::npos);
}

TEST_CASE_METHOD(RegistryFixture, "content whose digest cannot be computed here is not asked for") {
  const auto fetched = manifest_of(*oci::Digest::parse("sha512:" + std::string(128, 'a')));
  REQUIRE_FALSE(fetched);
  CHECK(fetched.error().kind() == base::ErrorKind::integrity);
  CHECK(fetched.error().message().find("sha512") != std::string::npos);
  CHECK(transport.sent.empty());
}

TEST_CASE_METHOD(RegistryFixture, "a registry's warning is said once, whoever hears it") {
  auto warned = manifest(k_digest);
  warned.headers.emplace_back("Warning", "299 - \"moving soon\"");
  on("HEAD" + k_path, {warned});
  REQUIRE(resolve());
  REQUIRE(resolve());
  CHECK(lines == Names{"reg says: moving soon"});
}
