#include "registry_fixture.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::registry;
using test::Reply;
using Names = std::vector<std::string>;

namespace {

const std::string k_head = "HEAD /v2/windows/servercore/manifests/ltsc2019";
const std::string k_scope = "scope=repository%3Awindows%2Fservercore%3Apull";
const std::string k_token = "GET https://auth/token?service=reg&" + k_scope;

Reply challenge(const std::string& value) {
  auto reply = refused(401, "UNAUTHORIZED");
  reply.headers.emplace_back("WWW-Authenticate", value);
  return reply;
}
Reply bearer() {
  return challenge(
      R"(Bearer realm="https://auth/token",service="reg",scope="repository:windows/servercore:pull")");
}
Reply found() {
  return {.status = 200,
          .headers = {{"Docker-Content-Digest", "sha256:" + std::string(64, 'a')},
                      {"Content-Type", std::string(oci::k_oci_index)}}};
}

CredentialStore store(const std::string& entry) {
  return *CredentialStore::parse(R"({"auths":{"reg":)" + entry + "}}");
}
CredentialStore password() {
  return store(R"({"username":"user","password":"hunter2"})");
}
const std::string k_basic = "Basic dXNlcjpodW50ZXIy";

/// Answers like a registry that wants this token.
void want_token(RegistryFixture& fixture, const std::string& token) {
  fixture.transport.otherwise = [token](const net::Request& request) {
    return request.authorization && request.authorization->reveal() == "Bearer " + token ? found() : bearer();
  };
}

} // namespace

TEST_CASE_METHOD(RegistryFixture, "no challenge, no credentials, no ping") {
  on(k_head, {found()});
  REQUIRE(resolve());
  CHECK(sent() == Names{k_head});
  CHECK(authorization(0).empty());
}

TEST_CASE_METHOD(RegistryFixture, "an anonymous token, used for all that follows") {
  want_token(*this, "t1");
  transport.on(k_token, {json(R"({"token":"t1","expires_in":300})")});
  REQUIRE(resolve());
  CHECK(sent() == Names{k_head, k_token, k_head});
  CHECK(authorization(1).empty());
  CHECK(authorization(2) == "Bearer t1");
  REQUIRE(resolve());
  CHECK(sent().size() == 4);
  CHECK(authorization(3) == "Bearer t1");
}

TEST_CASE_METHOD(RegistryFixture, "many requests that meet the challenge wait for one token") {
  want_token(*this, "t1");
  transport.on(k_token, {json(R"({"access_token":"t1"})")});
  int good = 0;
  for (int i = 0; i < 40; ++i)
    registry.resolve(repository, *oci::Tag::parse("t" + std::to_string(i)), [&](base::Result<Resolved> told) {
      CHECK(told);
      ++good;
    });
  http.run();
  CHECK(good == 40);
  CHECK(transport.count(k_token) == 1);
}

TEST_CASE_METHOD(RegistryFixture, "a token is renewed at four fifths of its life, before it is refused") {
  struct Case {
    const char* name;
    const char* answer;
    std::chrono::seconds still_good, renewed;
  };
  for (const auto& each :
       {Case{"said", R"({"token":"t1","expires_in":300})", std::chrono::seconds(239),
             std::chrono::seconds(241)},
        Case{"not said", R"({"token":"t1"})", std::chrono::seconds(47), std::chrono::seconds(49)}}) {
    INFO(each.name);
    RegistryFixture fresh;
    want_token(fresh, "t1");
    fresh.transport.on(k_token, {json(each.answer)});
    REQUIRE(fresh.resolve());
    fresh.clock.advance(each.still_good - std::chrono::milliseconds(30));
    REQUIRE(fresh.resolve());
    CHECK(fresh.transport.count(k_token) == 1);
    fresh.clock.advance(each.renewed - each.still_good);
    const auto before = fresh.transport.sent.size();
    REQUIRE(fresh.resolve());
    CHECK(fresh.transport.count(k_token) == 2);
    CHECK(fresh.transport.sent.size() == before + 2); // no 401 in between
  }
}

TEST_CASE_METHOD(RegistryFixture, "a token that is refused early is replaced, once") {
  want_token(*this, "t1");
  transport.on(k_token,
               {json(R"({"token":"t1","expires_in":3600})"), json(R"({"token":"t2","expires_in":3600})")});
  REQUIRE(resolve());
  want_token(*this, "t2");
  REQUIRE(resolve());
  want_token(*this, "never");
  transport.sent.clear();
  const auto refusal = resolve();
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().kind() == base::ErrorKind::unauthorised);
  CHECK(refusal.error().fault().status == 401);
  CHECK(transport.count(k_token) == 1);
  CHECK(transport.sent.size() == 3);
}

TEST_CASE("credentials go to the token server, not to the registry") {
  RegistryFixture fixture(password());
  want_token(fixture, "t1");
  fixture.transport.on(k_token, {json(R"({"token":"t1"})")});
  REQUIRE(fixture.resolve());
  CHECK(fixture.authorization(0).empty());
  CHECK(fixture.authorization(1) == k_basic);
  CHECK(fixture.authorization(2) == "Bearer t1");
}

TEST_CASE("basic authentication") {
  RegistryFixture fixture(password());
  fixture.transport.otherwise = [](const net::Request& request) {
    return request.authorization && request.authorization->reveal() == k_basic
               ? found()
               : challenge(R"(Basic realm="Registry")");
  };
  REQUIRE(fixture.resolve());
  CHECK(fixture.sent() == Names{k_head, k_head});
  REQUIRE(fixture.resolve());
  CHECK(fixture.sent().size() == 3); // known from now on

  fixture.transport.sent.clear();
  fixture.transport.otherwise = [](const net::Request&) { return challenge(R"(Basic realm="Registry")"); };
  const auto refusal = fixture.resolve();
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().kind() == base::ErrorKind::unauthorised);
  CHECK(refusal.error().to_string().find("hunter2") == std::string::npos);
  CHECK(fixture.transport.sent.size() <= 2);
}

TEST_CASE_METHOD(RegistryFixture, "a password that is wanted and not known is said so") {
  on(k_head, {challenge(R"(Basic realm="Registry")")});
  const auto refusal = resolve();
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().kind() == base::ErrorKind::unauthorised);
  CHECK(refusal.error().hint().find("--authfile") != std::string::npos);
  CHECK(transport.sent.size() == 1);
}

TEST_CASE("an identity token is exchanged by POST, and by GET where that is not known") {
  for (const int status : {200, 404, 405}) {
    INFO(status);
    RegistryFixture fixture(store(R"({"auth":"dXNlcjo=","identitytoken":"re&fresh"})"));
    want_token(fixture, "t1");
    fixture.transport.on("POST https://auth/token",
                         {json(status == 200 ? R"({"access_token":"t1"})" : "{}", status)});
    fixture.transport.on(k_token, {json(R"({"token":"t1"})")});
    REQUIRE(fixture.resolve());
    const auto& post = fixture.transport.sent.at(1).request;
    CHECK(post.body.find("grant_type=refresh_token") != std::string::npos);
    CHECK(post.body.find("refresh_token=re%26fresh") != std::string::npos);
    CHECK(post.body.find("client_id=tagdb") != std::string::npos);
    CHECK(post.body.find("service=reg") != std::string::npos);
    CHECK(post.headers.find("Content-Type") == "application/x-www-form-urlencoded");
    CHECK(post.url.to_string().find("fresh") == std::string::npos);
    if (status != 200)
      CHECK(fixture.authorization(2) == "Basic dXNlcjpyZSZmcmVzaA=="); // user:re&fresh
  }
}

TEST_CASE_METHOD(RegistryFixture,
                 "a challenge's own scopes are asked for, and the usual one where it names none") {
  transport.otherwise = [](const net::Request& request) {
    return request.authorization
               ? found()
               : challenge(R"(Bearer realm="https://auth/token?x=1",service="a b",scope="one two,three")");
  };
  transport.on("GET https://auth/token?x=1&service=a%20b&scope=one&scope=two%2Cthree",
               {json(R"({"token":"t"})")});
  REQUIRE(resolve());

  RegistryFixture plain;
  plain.transport.otherwise = [](const net::Request& request) {
    return request.authorization ? found() : challenge(R"(Bearer realm="https://auth/token",service="reg")");
  };
  plain.transport.on(k_token, {json(R"({"token":"t"})")});
  REQUIRE(plain.resolve());
}

TEST_CASE_METHOD(RegistryFixture, "token servers that do not play along") {
  struct Case {
    const char* name;
    Reply reply;
    base::ErrorKind kind;
  };
  const Case cases[] = {
      {"refuses", refused(401, "UNAUTHORIZED"), base::ErrorKind::unauthorised},
      {"forbids", refused(403, "DENIED"), base::ErrorKind::unauthorised},
      {"in trouble", {.status = 500}, base::ErrorKind::network},
      {"not there", {.status = 404}, base::ErrorKind::not_found},
      {"a web page", web_page(), base::ErrorKind::network},
      {"no token", json("{}"), base::ErrorKind::network},
      {"an empty token", json(R"({"token":""})"), base::ErrorKind::network},
      {"no JSON", json("t1"), base::ErrorKind::network},
      {"a token with a line break", json(R"({"token":"t1\r\nX-Evil: 1"})"), base::ErrorKind::network},
      {"lost", test::failing(net::TransferFault::reset), base::ErrorKind::network},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    RegistryFixture fresh;
    fresh.on(k_head, {bearer()});
    fresh.transport.on(k_token, {each.reply});
    const auto refusal = fresh.resolve();
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().kind() == each.kind);
    // One who asked is told, and so is the next one: nothing hangs.
    REQUIRE_FALSE(fresh.resolve());
  }
}

TEST_CASE_METHOD(RegistryFixture, "realms that are not followed, and those that must be public") {
  for (const char* realm : {"http://auth/token", "ftp://auth/", ""}) {
    INFO(realm);
    transport.sent.clear();
    on(k_head, {challenge(std::string("Bearer realm=\"") + realm + "\"")});
    REQUIRE_FALSE(resolve());
    CHECK(transport.count(k_token) == 0);
  }
  RegistryFixture fresh;
  want_token(fresh, "t1");
  fresh.transport.on(k_token, {json(R"({"token":"t1"})")});
  REQUIRE(fresh.resolve());
  CHECK(fresh.transport.sent.at(1).request.public_only);
  CHECK(fresh.transport.sent.at(1).request.max_body == 1u << 20);
}

TEST_CASE_METHOD(RegistryFixture, "a challenge of a scheme nobody knows") {
  for (const char* value : {"Negotiate", "Digest realm=\"x\"", "", "rubbish=\"\""}) {
    INFO(value);
    on(k_head, {challenge(value)});
    const auto refusal = resolve();
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().kind() == base::ErrorKind::unauthorised);
  }
}

TEST_CASE_METHOD(RegistryFixture, "a 401 of the host that a redirect led to is not answered") {
  on(k_head, {{.status = 307, .headers = {{"Location", "https://data/x"}}}});
  transport.on("HEAD https://data/x", {challenge(R"(Bearer realm="https://evil/token")")});
  const auto refusal = resolve();
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().fault().status == 401);
  CHECK(transport.sent.size() == 2);
}

TEST_CASE("a helper that fails is asked once and named") {
  RegistryFixture fixture(*CredentialStore::parse(R"({"credHelpers":{"reg":"tagdb-test-absent"}})"));
  fixture.transport.otherwise = [](const net::Request&) { return challenge(R"(Basic realm="x")"); };
  int failed = 0;
  for (int i = 0; i < 5; ++i)
    fixture.registry.resolve(
        fixture.repository, *oci::Tag::parse("t" + std::to_string(i)), [&](base::Result<Resolved> told) {
          REQUIRE_FALSE(told);
          CHECK(told.error().message().find("docker-credential-tagdb-test-absent") != std::string::npos);
          ++failed;
        });
  fixture.http.run();
  CHECK(failed == 5);
}

TEST_CASE_METHOD(RegistryFixture, "a stop is told as such") {
  transport.otherwise = [](const net::Request&) {
    return Reply{.status = 200, .latency = std::chrono::hours(1)};
  };
  Told<Resolved> told;
  registry.resolve(repository, *oci::Tag::parse("x"), told.handler());
  http.run([] { return true; });
  REQUIRE(told.result);
  REQUIRE_FALSE(*told.result);
  CHECK(told.result->error().kind() == base::ErrorKind::interrupted);
}
