#include "client_fixture.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::net;
using test::failing;
using test::Reply;

namespace {
const std::string k_url = "https://h/x";
const std::string k_get = "GET https://h/x";

Reply busy(std::optional<std::string> retry_after = {}, int status = 429) {
  Reply reply{.status = status};
  if (retry_after)
    reply.headers.emplace_back("Retry-After", *retry_after);
  return reply;
}
} // namespace

TEST_CASE_METHOD(ClientFixture, "a host that asks to wait is waited for, as long as it says") {
  struct Case {
    const char* name;
    Reply reply;
    double least, most;
  };
  const Case cases[] = {
      {"seconds", busy("7"), 7, 7.1},
      {"a date", busy("Thu, 20 Feb 2020 00:00:30 GMT"), 29, 30.1},
      {"nothing", busy(), 5, 5.1},
      {"a unit nobody knows", busy("352.859\xc2\xb5s"), 5, 5.1},
      {"unavailable until", busy("3", 503), 3, 3.1},
      {"longer than we wait at once", busy("86400"), 900, 900.1},
      {"HTTP/2's way to say so",
       failing(TransferFault::reset, true, "stream closed: ENHANCE_YOUR_CALM (err 11)"), 5, 5.1},
      {"a date in the past", busy("Wed, 19 Feb 2020 00:00:00 GMT"), 0, 0.1},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    ClientFixture fresh;
    fresh.transport.on(k_get, {each.reply, {.status = 200}});
    const auto answer = fresh.ask(k_url);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    REQUIRE(fresh.transport.sent.size() == 2);
    CHECK(fresh.sent_at(1) >= each.least);
    CHECK(fresh.sent_at(1) <= each.most);
  }
}

TEST_CASE_METHOD(ClientFixture, "the whole host waits, and no other") {
  transport.otherwise = [&](const Request& what) {
    const bool first = transport.sent.size() == 1;
    return first && what.url.host() == "h" ? busy("10")
                                           : Reply{.status = 200, .latency = std::chrono::milliseconds(50)};
  };
  for (int i = 0; i < 40; ++i)
    client.send(request("https://h/" + std::to_string(i)), {});
  client.send(request("https://other/x"), {});
  client.run();
  std::size_t before = 0;
  for (const auto& each : transport.sent)
    if (each.request.url.host() == "h" && each.at - transport.sent.front().at < std::chrono::seconds(10))
      ++before;
  CHECK(before == 8); // those that were under way when the answer came
  CHECK(transport.count("GET https://other/x") == 1);
  CHECK(transport.sent.size() == 42);
}

TEST_CASE_METHOD(ClientFixture, "a refusal does not use up tries") {
  std::vector<Reply> replies(7, busy("1"));
  replies.insert(replies.end(), {{.status = 502}, {.status = 502}, {.status = 200}});
  transport.on(k_get, replies);
  const auto answer = ask(k_url);
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(transport.sent.size() == 10);
}

TEST_CASE_METHOD(ClientFixture, "without a usable Retry-After the wait doubles") {
  transport.on(k_get, {busy(), busy(), busy(), {.status = 200}});
  REQUIRE(ask(k_url));
  CHECK(sent_at(1) == Approx(5).margin(0.1));
  CHECK(sent_at(2) == Approx(15).margin(0.1));
  CHECK(sent_at(3) == Approx(35).margin(0.1));
}

TEST_CASE_METHOD(ClientFixture, "an answer between two refusals begins the doubling anew") {
  transport.on(k_get, {busy(), {.status = 200}});
  transport.on("GET https://h/y", {busy(), {.status = 200}});
  REQUIRE(ask(k_url));
  REQUIRE(ask("https://h/y"));
  CHECK(sent_at(3) == Approx(10).margin(0.2));
}

TEST_CASE_METHOD(ClientFixture, "Retry-After: 0 for ever is no loop without pause") {
  transport.on(k_get, {busy("0")});
  const auto answer = ask(k_url);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind() == base::ErrorKind::network);
  CHECK(answer.error().fault().status == 429);
  CHECK(answer.error().fault().transient);
  CHECK(transport.sent.size() < 100);
}

TEST_CASE_METHOD(ClientFixture, "after an hour of waiting everything for that host fails, once") {
  transport.otherwise = [](const Request& what) {
    return what.url.host() == "h" ? busy("900") : Reply{.status = 200};
  };
  int failed = 0;
  for (int i = 0; i < 30; ++i)
    client.send(request("https://h/" + std::to_string(i)), [&](base::Result<Response> answer) {
      REQUIRE_FALSE(answer);
      CHECK(answer.error().fault().status == 429);
      CHECK(answer.error().fault().transient);
      ++failed;
    });
  client.run();
  CHECK(failed == 30);
  CHECK(transport.sent.size() < 60);
  // The next run begins with new patience.
  transport.otherwise = [](const Request&) { return Reply{.status = 200}; };
  CHECK(ask(k_url));
}

TEST_CASE_METHOD(ClientFixture, "one request that is always refused does not stop the others for an hour") {
  transport.otherwise = [](const Request& what) {
    return what.url.to_string() == k_url ? busy("1") : Reply{.status = 200};
  };
  std::optional<base::Error> failure;
  client.send(request(k_url), [&](base::Result<Response> answer) {
    REQUIRE_FALSE(answer);
    failure = answer.error();
  });
  int answered = 0;
  for (int i = 0; i < 400; ++i)
    client.send(request("https://h/" + std::to_string(i)), [&](base::Result<Response> answer) {
      CHECK(answer);
      ++answered;
    });
  client.run();
  CHECK(answered == 400);
  REQUIRE(failure);
  CHECK(failure->fault().status == 429);
  CHECK(transport.count(k_get) < 12);
}

TEST_CASE_METHOD(ClientFixture, "a wait is said: to who asked, and to all where it is long") {
  transport.on(k_get, {busy("5"), busy("120"), {.status = 200}});
  REQUIRE(ask(k_url));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "https://h asks us to wait (HTTP 429): nothing is sent to it for 5 s");
  CHECK(lines[1] == "https://h asks us to wait (HTTP 429): nothing is sent to it for 120 s");
}

TEST_CASE_METHOD(ClientFixture, "after a refusal fewer are sent at once") {
  transport.otherwise = [](const Request&) { return Reply{.status = 200}; };
  for (int i = 0; i < 100; ++i)
    client.send(request("https://h/" + std::to_string(i)), {});
  client.run();
  REQUIRE(transport.most_in_flight == 16);
  bool refused = false;
  transport.otherwise = [&](const Request&) {
    if (std::exchange(refused, true))
      return Reply{.status = 200};
    return busy("1");
  };
  REQUIRE(ask(k_url));
  transport.most_in_flight = 0;
  for (int i = 0; i < 9; ++i)
    client.send(request("https://h/" + std::to_string(i)), {});
  client.run();
  CHECK(transport.most_in_flight == 8);
}

TEST_CASE_METHOD(ClientFixture, "a client says while a host holds it back") {
  bool refused = false;
  transport.otherwise = [&](const Request&) {
    if (std::exchange(refused, true))
      return Reply{.status = 200};
    return busy("5");
  };
  bool seen = false;
  client.send(request(k_url), {});
  client.run([&] {
    seen = seen || client.holding();
    return false;
  });
  CHECK(seen);
  CHECK_FALSE(client.holding());
}
