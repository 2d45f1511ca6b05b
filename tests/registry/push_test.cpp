#include "registry_fixture.hpp"
#include "support/catch.hpp"
#include <tagdb/registry/push.hpp>

using namespace tagdb;
using namespace tagdb::registry;

namespace {

const std::string k_bytes = "0123456789abcdefghij";
const oci::Digest k_digest = oci::Digest::of(k_bytes);
const std::string k_query = "digest=sha256%3A" + std::string(k_digest.encoded());
const std::string k_uploads = "POST /v2/windows/servercore/blobs/uploads/";

test::Reply session(const std::string& location, std::vector<std::pair<std::string, std::string>> more = {}) {
  more.emplace_back("Location", location);
  return {.status = 202, .headers = std::move(more)};
}
test::Reply created(const std::string& digest = k_digest.to_string()) {
  return {.status = 201, .headers = {{"Docker-Content-Digest", digest}}};
}
/// How far a session is.
test::Reply at(int status, const std::string& range, const std::string& location) {
  return {.status = status, .headers = {{"Range", range}, {"Location", location}}};
}

struct PushFixture : RegistryFixture {
  PushFixture() : client(http, *Endpoint::parse("https://reg"), {}, clock, log, Access::push) {}

  base::Result<void> push(UploadOptions options = {}) {
    Pusher pusher(client, options);
    Told<void> told;
    pusher.push_blob(repository, k_digest, make_text_source(k_bytes), told.handler());
    return finish(told);
  }
  base::Result<void> put(const std::string& bytes, std::optional<oci::Tag> tag = {},
                         std::string type = std::string(oci::k_docker_list)) {
    Pusher pusher(client);
    Told<void> told;
    pusher.put_manifest(repository, tag, bytes, type, told.handler());
    return finish(told);
  }
  std::string uploaded() const {
    std::string all;
    for (const auto& each : transport.sent)
      all += each.uploaded;
    return all;
  }
  std::string header(std::size_t index, const char* name) const {
    return std::string(transport.sent.at(index).request.headers.find(name).value_or(""));
  }
  RegistryClient client;
};

constexpr UploadOptions k_chunked{.whole_below = 1, .chunk = 8};

} // namespace

TEST_CASE("a small blob goes up in one piece, to wherever the registry says") {
  struct Case {
    const char* name;
    std::string location, put;
  };
  const Case cases[] = {
      {"absolute", "https://reg/v2/u/1", "PUT /v2/u/1?" + k_query},
      {"relative", "/v2/u/1", "PUT /v2/u/1?" + k_query},
      {"with a query", "/v2/u/1?_state=a%2Fb", "PUT /v2/u/1?_state=a%2Fb&" + k_query},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    PushFixture fixture;
    fixture.on(k_uploads, {session(each.location)});
    fixture.on(each.put, {created()});
    REQUIRE(fixture.push());
    CHECK(fixture.sent() == std::vector<std::string>{k_uploads, each.put});
    CHECK(fixture.uploaded() == k_bytes);
    CHECK(fixture.header(1, "Content-Type") == "application/octet-stream");
  }
}

TEST_CASE_METHOD(PushFixture, "a large blob goes up in chunks, in order") {
  on(k_uploads, {session("/u/1")});
  on("PATCH /u/1", {at(202, "0-7", "/u/2")});
  on("PATCH /u/2", {at(202, "0-15", "/u/3?x=1")});
  on("PATCH /u/3?x=1", {at(202, "0-19", "/u/4?x=1")});
  on("PUT /u/4?x=1&" + k_query, {created()});
  REQUIRE(push(k_chunked));
  CHECK(uploaded() == k_bytes);
  CHECK(header(1, "Content-Range") == "0-7");
  CHECK(header(2, "Content-Range") == "8-15");
  CHECK(header(3, "Content-Range") == "16-19");
}

TEST_CASE("the registry's smallest chunk is respected, and one that takes less is asked for the rest") {
  struct Case {
    const char* name;
    test::Reply opened;
    std::vector<test::Reply> patches;
    std::vector<std::string> ranges;
  };
  const Case cases[] = {
      {"chunks of 12 at least",
       session("/u", {{"OCI-Chunk-Min-Length", "12"}}),
       {at(202, "0-11", "/u"), at(202, "0-19", "/u")},
       {"0-11", "12-19"}},
      {"takes 4 of 8",
       session("/u"),
       {at(202, "0-3", "/u"), at(202, "0-11", "/u"), at(202, "0-19", "/u")},
       {"0-7", "4-11", "12-19"}},
      {"does not say what it took",
       session("/u"),
       {{.status = 202}, {.status = 202}, {.status = 202}},
       {"0-7", "8-15", "16-19"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    PushFixture fixture;
    fixture.on(k_uploads, {each.opened});
    fixture.on("PATCH /u", each.patches);
    fixture.on("PUT /u?" + k_query, {created()});
    REQUIRE(fixture.push(k_chunked));
    std::vector<std::string> ranges;
    for (std::size_t i = 0; i < fixture.transport.sent.size(); ++i)
      if (const auto range = fixture.header(i, "Content-Range"); !range.empty())
        ranges.push_back(range);
    CHECK(ranges == each.ranges);
  }
}

TEST_CASE("an upload that broke off goes on where the registry stands") {
  const auto lost = test::failing(net::TransferFault::reset);
  struct Case {
    const char* name;
    UploadOptions options;
    std::vector<test::Reply> patches, states, wholes;
    std::vector<std::string> sent; ///< methods
  };
  const Case cases[] = {
      {"a chunk was lost, half of it had come",
       k_chunked,
       {at(202, "0-7", "/u"), lost, at(202, "0-19", "/u")},
       {at(204, "0-11", "/u")},
       {},
       {"POST", "PATCH", "PATCH", "GET", "PATCH", "PUT"}},
      {"416 asks for another offset",
       k_chunked,
       {refused(416, "BLOB_UPLOAD_INVALID"), at(202, "0-19", "/u")},
       {at(204, "0-11", "/u")},
       {},
       {"POST", "PATCH", "GET", "PATCH", "PUT"}},
      {"the session is gone: a new one",
       k_chunked,
       {lost, at(202, "0-7", "/u"), at(202, "0-15", "/u"), at(202, "0-19", "/u")},
       {refused(404, "BLOB_UPLOAD_UNKNOWN")},
       {},
       {"POST", "PATCH", "GET", "POST", "PATCH", "PATCH", "PATCH", "PUT"}},
      {"one piece, half of it had come",
       {},
       {at(202, "0-19", "/u")},
       {at(204, "0-9", "/u")},
       {lost},
       {"POST", "PUT", "GET", "PATCH", "PUT"}},
      {"one piece, nothing had come", {}, {}, {at(204, "0-0", "/u")}, {lost}, {"POST", "PUT", "GET", "PUT"}},
      {"not in one piece",
       {},
       {at(202, "0-19", "/u")},
       {},
       {refused(413, "SIZE_INVALID")},
       {"POST", "PUT", "POST", "PATCH", "PUT"}},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    PushFixture fixture;
    fixture.on(k_uploads, {session("/u")});
    if (!each.patches.empty())
      fixture.on("PATCH /u", each.patches);
    if (!each.states.empty())
      fixture.on("GET /u", each.states);
    auto puts = each.wholes;
    puts.push_back(created());
    fixture.on("PUT /u?" + k_query, puts);
    const auto result = fixture.push(each.options);
    if (!result)
      FAIL(result.error().to_string());
    std::vector<std::string> methods;
    for (const auto& one : fixture.sent())
      methods.push_back(one.substr(0, one.find(' ')));
    CHECK(methods == each.sent);
  }
}

TEST_CASE_METHOD(PushFixture, "an upload that never gets on is given up and cancelled") {
  on(k_uploads, {session("/u")});
  on("PATCH /u", {test::failing(net::TransferFault::reset)});
  on("GET /u", {at(204, "0-0", "/u")});
  on("DELETE /u", {{.status = 204}});
  const auto result = push(k_chunked);
  REQUIRE_FALSE(result);
  CHECK(result.error().fault().code == "reset");
  CHECK(transport.count("PATCH https://reg/u") == 6);
  CHECK(sent().back() == "DELETE /u");
}

TEST_CASE("what a registry says at the end counts") {
  struct Case {
    const char* name;
    std::vector<test::Reply> puts;
    test::Reply head;
    std::optional<base::ErrorKind> fails;
  };
  const auto other = "sha256:" + std::string(64, 'a');
  const Case cases[] = {
      {"stored under another digest", {created(other)}, {.status = 404}, base::ErrorKind::integrity},
      {"no digest said", {{.status = 201}}, {.status = 404}, std::nullopt},
      {"refused", {refused(400, "DIGEST_INVALID")}, {.status = 404}, base::ErrorKind::integrity},
      {"the answer was lost, and it is there",
       {refused(404, "BLOB_UPLOAD_UNKNOWN")},
       {.status = 200},
       std::nullopt},
      {"the session is gone, and it is not there",
       {refused(404, "BLOB_UPLOAD_UNKNOWN")},
       {.status = 404},
       base::ErrorKind::not_found},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    PushFixture fixture;
    fixture.on(k_uploads, {session("/u")});
    fixture.on("PATCH /u", {at(202, "0-19", "/u")});
    fixture.on("PUT /u?" + k_query, each.puts);
    fixture.on("HEAD /v2/windows/servercore/blobs/" + k_digest.to_string(), {each.head});
    const auto result = fixture.push({.whole_below = 1, .chunk = 100});
    REQUIRE(static_cast<bool>(result) == !each.fails);
    if (each.fails)
      CHECK(result.error().kind() == *each.fails);
  }
}

TEST_CASE("a mount is taken where it is given, and an upload opened instead is cancelled") {
  const auto from = *oci::RepositoryName::parse("windows/nanoserver");
  const auto post =
      k_uploads + "?mount=sha256%3A" + std::string(k_digest.encoded()) + "&from=windows%2Fnanoserver";
  struct Case {
    test::Reply reply;
    bool mounted;
    std::size_t requests;
  };
  for (const auto& each :
       {Case{created(), true, 1}, Case{session("/u/9?a=b"), false, 2}, Case{refused(403, "DENIED"), false, 1},
        Case{refused(405, "UNSUPPORTED"), false, 1}}) {
    INFO(each.reply.status);
    PushFixture fixture;
    fixture.on(post, {each.reply});
    fixture.on("DELETE /u/9?a=b", {{.status = 204}});
    Pusher pusher(fixture.client);
    RegistryFixture::Told<bool> told;
    pusher.mount_blob(fixture.repository, k_digest, from, told.handler());
    const auto mounted = fixture.finish(told);
    REQUIRE(mounted);
    CHECK(*mounted == each.mounted);
    CHECK(fixture.sent().size() == each.requests);
  }
}

TEST_CASE_METHOD(PushFixture, "a manifest goes up byte for byte, by digest and by tag") {
  const std::string bytes = "{\n   \"schemaVersion\": 2 }";
  const auto digest = oci::Digest::of(bytes).to_string();
  on("PUT /v2/windows/servercore/manifests/" + digest, {created(digest)});
  on("PUT /v2/windows/servercore/manifests/ltsc2019", {created(digest)});
  REQUIRE(put(bytes));
  REQUIRE(put(bytes, *oci::Tag::parse("ltsc2019")));
  for (const std::size_t i : {0u, 1u}) {
    CHECK(transport.sent[i].request.body == bytes);
    CHECK(header(i, "Content-Type") == oci::k_docker_list);
  }
}

TEST_CASE("a manifest that is refused or changed") {
  const std::string foreign = R"({"schemaVersion":2,"mediaType":")" + std::string(oci::k_docker_manifest) +
                              R"(","config":{"mediaType":"c","digest":")" + k_digest.to_string() +
                              R"(","size":1},"layers":[{"mediaType":"l","digest":")" + k_digest.to_string() +
                              R"(","size":1,"urls":["https://mcr.microsoft.com/x"]}]})";
  struct Case {
    const char* name;
    test::Reply reply;
    base::ErrorKind kind;
    std::size_t tries;
    bool hint;
  };
  const auto both = R"({"errors":[{"code":"UNKNOWN"},{"code":"MANIFEST_BLOB_UNKNOWN"}]})";
  const Case cases[] = {
      {"docker-registry and urls", json(both, 500), base::ErrorKind::network, 1, true},
      {"the same from another", json(both, 502), base::ErrorKind::network, 1, true},
      {"a passing trouble", json("{}", 500), base::ErrorKind::network, 6, false},
      {"not allowed", refused(403, "DENIED"), base::ErrorKind::unauthorised, 1, false},
      {"converted", created(k_digest.to_string()), base::ErrorKind::integrity, 1, false},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    PushFixture fixture;
    fixture.on("PUT /v2/windows/servercore/manifests/t", {each.reply});
    const auto result = fixture.put(foreign, *oci::Tag::parse("t"), std::string(oci::k_docker_manifest));
    REQUIRE_FALSE(result);
    CHECK(result.error().kind() == each.kind);
    CHECK(fixture.sent().size() == each.tries);
    CHECK((result.error().hint().find("allow:") != std::string::npos) == each.hint);
  }
}

TEST_CASE("who pushes asks for one token, and a smaller grant is no error of its own") {
  PushFixture fixture;
  auto challenge = refused(401, "UNAUTHORIZED");
  challenge.headers.emplace_back(
      "WWW-Authenticate",
      R"(Bearer realm="https://auth/token",service="reg",scope="repository:windows/servercore:pull")");
  fixture.transport.on(
      "GET https://auth/token?service=reg&scope=repository%3Awindows%2Fservercore%3Apull%2Cpush",
      {json(R"({"token":"t"})")});
  fixture.on("HEAD /v2/windows/servercore/blobs/" + k_digest.to_string(), {challenge, {.status = 404}});
  fixture.on(k_uploads, {session("/u")});
  fixture.on("PUT /u?" + k_query, {refused(403, "DENIED")});
  RegistryFixture::Told<std::optional<std::uint64_t>> told;
  fixture.client.find_blob(fixture.repository, k_digest, told.handler());
  REQUIRE(fixture.finish(told));
  const auto result = fixture.push();
  REQUIRE_FALSE(result);
  CHECK(result.error().kind() == base::ErrorKind::unauthorised);
  CHECK(fixture.transport.count(
            "GET https://auth/token?service=reg&scope=repository%3Awindows%2Fservercore%3Apull%2Cpush") == 1);
  CHECK(fixture.authorization(3) == "Bearer t");
}

TEST_CASE_METHOD(PushFixture, "an upload that is sent to another host goes without credentials") {
  on(k_uploads, {session("https://store/put?sig=1")});
  transport.on("PUT https://store/put?sig=1&" + k_query, {created()});
  REQUIRE(push());
  CHECK(authorization(1).empty());
  CHECK(transport.sent.at(1).request.public_only);
}
