#include "client_fixture.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::net;
using test::failing;
using test::Reply;

namespace {
const std::string k_url = "https://h/x";
const std::string k_get = "GET https://h/x";
} // namespace

TEST_CASE_METHOD(ClientFixture, "an answer of any status is an answer") {
  transport.on(k_get, {{.status = 404, .body = "no"}});
  const auto answer = ask(k_url);
  REQUIRE(answer);
  CHECK(answer->status == 404);
  CHECK(answer->body == "no");
  CHECK(answer->tries == 1);
  CHECK(client.pending() == 0);
  CHECK(client.traffic().requests == 1);
  CHECK(client.traffic().bytes == 2);
}

TEST_CASE_METHOD(ClientFixture, "5xx is tried six times, with pauses, and then handed over") {
  transport.on(k_get, {{.status = 502}});
  const auto answer = ask(k_url);
  REQUIRE(answer);
  CHECK(answer->status == 502);
  CHECK(answer->tries == 6);
  CHECK(transport.sent.size() == 6);
  CHECK(client.traffic().retries == 5);
  CHECK(sent_at(5) > 0.1);
  CHECK(sent_at(5) < 0.5 + 1 + 2 + 4 + 8 + 1);
}

TEST_CASE_METHOD(ClientFixture, "a fault that passes is not seen") {
  transport.on(k_get, {failing(TransferFault::short_body),
                       failing(TransferFault::stalled),
                       {.status = 503},
                       {.status = 200, .body = "ok"}});
  const auto answer = ask(k_url);
  REQUIRE(answer);
  CHECK(answer->body == "ok");
  CHECK(answer->tries == 4);
}

TEST_CASE_METHOD(ClientFixture, "a connection that had served others is replaced at once") {
  transport.on(k_get, {failing(TransferFault::reset, true), {.status = 200}});
  REQUIRE(ask(k_url));
  REQUIRE(transport.sent.size() == 2);
  CHECK(sent_at(1) < 0.02); // the latency of the reset, and no pause
}

TEST_CASE_METHOD(ClientFixture, "a connection that breaks again is given time") {
  transport.on(k_get,
               {failing(TransferFault::reset, true), failing(TransferFault::reset, true), {.status = 200}});
  REQUIRE(ask(k_url));
  CHECK(sent_at(2) > 0.03);
}

TEST_CASE_METHOD(ClientFixture, "a host that never answered gets three tries, one that did gets six") {
  transport.on(k_get, {failing(TransferFault::connect, false, "Connection refused")});
  const auto refused = ask(k_url);
  REQUIRE_FALSE(refused);
  CHECK(transport.sent.size() == 3);
  CHECK(refused.error().kind() == base::ErrorKind::network);
  CHECK(refused.error().fault().code == "connect");
  CHECK(refused.error().fault().tries == 3);
  CHECK(refused.error().fault().transient);
  CHECK(refused.error().message() == "cannot reach h: Connection refused (GET https://h/x, 3 tries)");
  CHECK_FALSE(refused.error().hint().empty());

  transport.on("GET https://h/y", {{.status = 200}});
  REQUIRE(ask("https://h/y"));
  transport.sent.clear();
  REQUIRE_FALSE(ask(k_url));
  CHECK(transport.sent.size() == 6);
}

TEST_CASE_METHOD(ClientFixture, "faults that stay are told at once, by kind") {
  struct Case {
    TransferFault fault;
    base::ErrorKind kind;
  };
  for (const auto& each : {Case{TransferFault::tls, base::ErrorKind::network},
                           Case{TransferFault::too_large, base::ErrorKind::network},
                           Case{TransferFault::forbidden_peer, base::ErrorKind::network},
                           Case{TransferFault::offline, base::ErrorKind::network},
                           Case{TransferFault::protocol, base::ErrorKind::network}}) {
    INFO(to_string(each.fault));
    transport.sent.clear();
    transport.on(k_get, {failing(each.fault)});
    const auto answer = ask(k_url);
    REQUIRE_FALSE(answer);
    CHECK(transport.sent.size() == 1);
    CHECK(answer.error().kind() == each.kind);
    CHECK(answer.error().fault().code == to_string(each.fault));
    CHECK_FALSE(answer.error().fault().transient);
    CHECK_FALSE(answer.error().hint().empty());
  }
}

TEST_CASE_METHOD(ClientFixture, "a query is never repeated in an error") {
  transport.on("GET https://h/x?sig=hunter2", {failing(TransferFault::tls)});
  const auto answer = ask("https://h/x?sig=hunter2");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().to_string().find("hunter2") == std::string::npos);
}

TEST_CASE_METHOD(ClientFixture, "a POST is repeated only where that cannot hurt") {
  auto post = request(k_url, Method::post);
  transport.on("POST https://h/x", {failing(TransferFault::reset), {.status = 200}});
  CHECK_FALSE(ask(post));
  CHECK(transport.sent.size() == 1);

  transport.on("POST https://h/x", {failing(TransferFault::connect), {.status = 200}});
  CHECK(ask(post));

  post.repeatable = true;
  transport.on("POST https://h/x", {failing(TransferFault::reset), {.status = 502}, {.status = 200}});
  const auto answer = ask(post);
  REQUIRE(answer);
  CHECK(answer->status == 200);
}

TEST_CASE_METHOD(ClientFixture, "what is sent stays in order, the urgent goes first") {
  std::vector<std::string> told;
  const auto send = [&](const std::string& path, Client::Priority priority) {
    client.send(
        request("https://h/" + path),
        [&told, path](base::Result<Response> answer) {
          REQUIRE(answer);
          told.push_back(path);
        },
        priority);
  };
  for (int i = 0; i < 10; ++i)
    send("n" + std::to_string(i), Client::Priority::normal);
  send("u0", Client::Priority::urgent);
  send("u1", Client::Priority::urgent);
  client.run();
  CHECK(told.size() == 12);
  std::vector<std::string> asked;
  for (const auto& each : transport.sent)
    asked.push_back(each.request.url.to_string().substr(10));
  CHECK(asked ==
        std::vector<std::string>{"u0", "u1", "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"});
}

TEST_CASE_METHOD(ClientFixture, "a handler may send more, and run works until nothing is left") {
  int depth = 0;
  std::function<void(base::Result<Response>)> again = [&](base::Result<Response>) {
    if (++depth < 50)
      client.send(request(k_url), again, Client::Priority::urgent);
  };
  client.send(request(k_url), again);
  client.run();
  CHECK(depth == 50);
  CHECK(client.pending() == 0);
}

TEST_CASE_METHOD(ClientFixture, "in flight: eight, then more, up to what the connection carries") {
  transport.otherwise = [&](const Request&) { return Reply{.status = 200}; };
  const auto many = [&](int count) {
    for (int i = 0; i < count; ++i)
      client.send(request("https://h/" + std::to_string(i)), {});
    client.run();
  };
  many(8);
  CHECK(transport.most_in_flight == 8);
  many(1000);
  CHECK(transport.most_in_flight == 16);
  transport.http2 = true;
  transport.otherwise = [&](const Request&) { return Reply{.status = 200, .http_version = 20}; };
  many(3000);
  CHECK(transport.most_in_flight == 128);
}

TEST_CASE("--jobs is a ceiling") {
  ClientFixture fixture({.jobs = 3});
  fixture.transport.otherwise = [](const Request&) { return Reply{.status = 200}; };
  for (int i = 0; i < 100; ++i)
    fixture.client.send(fixture.request("https://h/" + std::to_string(i)), {});
  fixture.client.run();
  CHECK(fixture.transport.most_in_flight == 3);
}

TEST_CASE_METHOD(ClientFixture, "a stop is noticed within 100 ms, and everyone is told") {
  transport.otherwise = [](const Request&) { return Reply{.status = 200, .latency = std::chrono::hours(1)}; };
  std::vector<base::ErrorKind> kinds;
  for (int i = 0; i < 20; ++i)
    client.send(request("https://h/" + std::to_string(i)), [&](base::Result<Response> answer) {
      REQUIRE_FALSE(answer);
      kinds.push_back(answer.error().kind());
      if (kinds.size() == 20) // a late one, from a handler
        client.send(request(k_url),
                    [&](base::Result<Response> late) { kinds.push_back(late.error().kind()); });
    });
  const auto begun = clock.monotonic();
  client.run([&] { return clock.monotonic() - begun >= std::chrono::milliseconds(250); });
  CHECK(clock.monotonic() - begun < std::chrono::milliseconds(400));
  CHECK(kinds == std::vector<base::ErrorKind>(21, base::ErrorKind::interrupted));
  CHECK(transport.in_flight() == 0);
  CHECK(client.pending() == 0);
}

TEST_CASE_METHOD(ClientFixture, "a stop ends a wait for a host and for a repetition too") {
  transport.on(k_get, {{.status = 429, .headers = {{"Retry-After", "600"}}}});
  transport.on("GET https://other/x", {{.status = 502}});
  int told = 0;
  const auto count = [&](base::Result<Response> answer) {
    CHECK(answer.error().kind() == base::ErrorKind::interrupted);
    ++told;
  };
  client.send(request(k_url), count);
  client.send(request("https://other/x"), count);
  const auto begun = clock.monotonic();
  client.run([&] { return clock.monotonic() - begun >= std::chrono::milliseconds(20); });
  CHECK(told == 2);
  // The client can be used again.
  transport.on(k_get, {{.status = 200}});
  CHECK(ask(k_url));
}

TEST_CASE_METHOD(ClientFixture, "a registry's warning is said once") {
  transport.otherwise = [](const Request&) {
    return Reply{.status = 200, .headers = {{"Warning", "299 - \"ltsc2016 is retired\""}}};
  };
  REQUIRE(ask("https://h/1"));
  REQUIRE(ask("https://h/2"));
  CHECK(lines == std::vector<std::string>{"h says: ltsc2016 is retired"});
}
