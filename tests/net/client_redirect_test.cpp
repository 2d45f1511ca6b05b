#include "client_fixture.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::net;
using test::failing;
using test::Reply;

namespace {

Reply to(const std::string& location, int status = 307) {
  return {.status = status, .headers = {{"Location", location}}};
}

Request with_credentials(ClientFixture& fixture, const std::string& url, Method method = Method::get) {
  auto request = fixture.request(url, method);
  request.authorization = base::Secret("Bearer hunter2");
  request.headers.add("Accept", "x/y");
  return request;
}

} // namespace

TEST_CASE_METHOD(ClientFixture, "credentials stay with their origin") {
  struct Case {
    const char* name;
    const char* location;
    bool kept;
  };
  for (const auto& each :
       {Case{"a path", "/y", true}, Case{"the same origin", "https://a:443/y", true},
        Case{"another host", "https://b/y", false}, Case{"another port", "https://a:444/y", false},
        Case{"a subdomain", "https://x.a/y", false}}) {
    INFO(each.name);
    transport.sent.clear();
    transport.on("GET https://a/x", {to(each.location)});
    transport.otherwise = [](const Request&) { return Reply{.status = 200}; };
    const auto answer = ask(with_credentials(*this, "https://a/x"));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    REQUIRE(transport.sent.size() == 2);
    const auto& second = transport.sent[1].request;
    CHECK(second.authorization.has_value() == each.kept);
    CHECK(second.headers.find("accept") == "x/y");
    CHECK(answer->url == second.url);
  }
}

TEST_CASE_METHOD(ClientFixture, "credentials do not come back on the way home") {
  transport.on("GET https://a/x", {to("https://b/y")});
  transport.on("GET https://b/y", {to("https://a/z")});
  transport.on("GET https://a/z", {{.status = 200}});
  REQUIRE(ask(with_credentials(*this, "https://a/x")));
  CHECK_FALSE(transport.sent.at(2).request.authorization);
}

TEST_CASE_METHOD(ClientFixture, "HEAD stays HEAD, and each kind of redirect is followed") {
  for (const int status : {301, 302, 303, 307, 308}) {
    INFO(status);
    transport.sent.clear();
    transport.on("HEAD https://a/x", {to("https://b/y", status)});
    transport.on("HEAD https://b/y", {{.status = 200}});
    const auto answer = ask(request("https://a/x", Method::head));
    REQUIRE(answer);
    CHECK(answer->status == 200);
  }
}

TEST_CASE_METHOD(ClientFixture, "a POST is not turned into a GET") {
  transport.on("POST https://a/x", {to("https://b/y", 302)});
  const auto answer = ask(request("https://a/x", Method::post));
  REQUIRE(answer);
  CHECK(answer->status == 302);
  CHECK(transport.sent.size() == 1);
}

TEST_CASE_METHOD(ClientFixture, "a public server cannot send us inside; a private one may send us anywhere") {
  transport.on("GET https://a/x", {to("https://b/y")});
  transport.on("GET https://b/y", {to("/z")});
  transport.on("GET https://b/z", {{.status = 200}});
  REQUIRE(ask("https://a/x"));
  CHECK_FALSE(transport.sent.at(0).request.public_only);
  CHECK(transport.sent.at(1).request.public_only);
  CHECK(transport.sent.at(2).request.public_only); // for the rest of the way

  transport.sent.clear();
  auto inside = to("https://b/y");
  inside.peer = "10.0.0.1";
  transport.on("GET https://a/x", {inside});
  REQUIRE(ask("https://a/x"));
  CHECK_FALSE(transport.sent.at(1).request.public_only);
}

TEST_CASE_METHOD(ClientFixture, "redirects that are refused say why") {
  struct Case {
    const char* name;
    const char* location;
    const char* said;
  };
  for (const auto& each : {Case{"down to http", "http://a/x", "plain http"},
                           Case{"no URL", "ftp://a/x", "unusable"}, Case{"to itself", "/x", "in a circle"}}) {
    INFO(each.name);
    transport.sent.clear();
    transport.on("GET https://a/x", {to(each.location)});
    const auto answer = ask("https://a/x");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind() == base::ErrorKind::network);
    CHECK(answer.error().message().find(each.said) != std::string::npos);
    CHECK(answer.error().message().find("GET https://a/x") != std::string::npos);
    CHECK_FALSE(answer.error().fault().transient);
    CHECK(transport.sent.size() == 1);
  }
}

TEST_CASE_METHOD(ClientFixture, "circles and endless chains end") {
  transport.on("GET https://a/1", {to("/2")});
  transport.on("GET https://a/2", {to("/1")});
  const auto circle = ask("https://a/1");
  REQUIRE_FALSE(circle);
  CHECK(circle.error().message().find("in a circle") != std::string::npos);
  CHECK(transport.sent.size() == 2);

  transport.sent.clear();
  transport.otherwise = [](const Request& what) { return to(what.url.to_string() + "a"); };
  const auto endless = ask("https://b/");
  REQUIRE_FALSE(endless);
  CHECK(endless.error().message().find("more than 5 redirects") != std::string::npos);
  CHECK(transport.sent.size() == 6);
}

TEST_CASE_METHOD(ClientFixture, "where the target fails, the first server is asked again") {
  transport.on("GET https://a/x", {to("https://bad/y"), to("https://good/y")});
  transport.on("GET https://bad/y", {failing(TransferFault::connect)});
  transport.on("GET https://good/y", {{.status = 200, .body = "ok"}});
  const auto answer = ask(with_credentials(*this, "https://a/x"));
  REQUIRE(answer);
  CHECK(answer->body == "ok");
  CHECK(answer->tries == 2);
  CHECK(transport.sent.at(2).request.authorization);
}

TEST_CASE_METHOD(ClientFixture, "a target that asks to wait is waited for, not gone round") {
  transport.on("GET https://a/x", {to("https://b/y")});
  transport.on("GET https://b/y", {{.status = 429, .headers = {{"Retry-After", "4"}}}, {.status = 200}});
  const auto answer = ask("https://a/x");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(transport.count("GET https://a/x") == 1);
  CHECK(sent_at(2) == Approx(4).margin(0.1));
}

TEST_CASE_METHOD(ClientFixture, "a redirect without a target is handed over") {
  transport.on("GET https://a/x", {{.status = 307}});
  const auto answer = ask("https://a/x");
  REQUIRE(answer);
  CHECK(answer->status == 307);
}
