#include "loopback_server.hpp"
#include "rate_limiter.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/net/body.hpp>
#include <tagdb/net/transport.hpp>

#include <fcntl.h>

using namespace tagdb;
using namespace tagdb::net;
using test::LoopbackServer;
using Then = LoopbackServer::Then;
using Outcome = std::variant<Response, TransferFailure>;

namespace {

std::unique_ptr<Transport> make(std::optional<std::uint64_t> limit_rate = std::nullopt,
                                std::chrono::seconds stall = std::chrono::seconds(60)) {
  CurlOptions options;
  options.environment = [](const char*) { return std::nullopt; };
  options.limit_rate = limit_rate;
  options.stall_timeout = stall;
  auto transport = make_curl_transport(std::move(options));
  REQUIRE(transport);
  return *std::move(transport);
}

Completion ask(Transport& transport, const Request& request) {
  transport.submit(7, request);
  for (int patience = 0; patience < 300; ++patience)
    for (auto& each : transport.wait(std::chrono::milliseconds(100)))
      return std::move(each);
  throw std::runtime_error("nobody answered");
}

std::string answer(int status, const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Taking final : BodySink {
  bool begin(int with, const Headers& headers) override {
    ++begun;
    status = with;
    range = headers.find("Content-Range").value_or("");
    return willing;
  }
  bool write(std::string_view piece) override {
    bytes += piece;
    return bytes.size() <= most;
  }
  int begun = 0, status = 0;
  std::string range, bytes;
  bool willing = true;
  std::size_t most = std::string::npos;
};

struct Giving final : BodySource {
  explicit Giving(std::string what) : bytes(std::move(what)) {}
  std::uint64_t size() const override { return bytes.size(); }
  std::optional<std::size_t> read(std::uint64_t offset, char* into, std::size_t room) override {
    if (offset >= breaks_at)
      return std::nullopt;
    return bytes.copy(into, room, static_cast<std::size_t>(offset));
  }
  std::string bytes;
  std::uint64_t breaks_at = ~0ull;
};

std::string patterned(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>((i * 2654435761u) >> 13);
  return bytes;
}

} // namespace

TEST_CASE("a sink gets the body of a success only") {
  const auto layer = patterned(3u << 20);
  struct Case {
    const char* name;
    std::string answer;
    int begun;
    std::string streamed, held;
  };
  const Case cases[] = {
      {"200", answer(200, layer), 1, layer, ""},
      {"206", answer(206, "tail", "Content-Range: bytes 4-7/8\r\n"), 1, "tail", ""},
      {"an empty one", answer(200, ""), 1, "", ""},
      {"404", answer(404, "gone"), 0, "", "gone"},
      {"a redirect", answer(307, "moved", "Location: /x\r\n"), 0, "", "moved"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    LoopbackServer server([&](const std::string&) { return LoopbackServer::Action{each.answer}; });
    const auto transport = make();
    const auto sink = std::make_shared<Taking>();
    const auto ended = ask(*transport, {.url = *Url::parse(server.url()), .sink = sink});
    REQUIRE(std::holds_alternative<Response>(ended.outcome));
    CHECK(sink->begun == each.begun);
    CHECK((sink->bytes == each.streamed));
    CHECK(std::get<Response>(ended.outcome).body == each.held);
    CHECK(ended.streamed == each.streamed.size());
  }
}

TEST_CASE("a sink may refuse, and what came before a drop has been handed over") {
  struct Case {
    const char* name;
    std::function<void(Taking&)> change;
    LoopbackServer::Action action;
    TransferFault fault;
  };
  const Case cases[] = {
      {"at the head",
       [](Taking& sink) { sink.willing = false; },
       {answer(200, "abc")},
       TransferFault::refused},
      {"an empty body",
       [](Taking& sink) { sink.willing = false; },
       {answer(200, "")},
       TransferFault::refused},
      {"in the middle", [](Taking& sink) { sink.most = 2; }, {answer(200, "abc")}, TransferFault::refused},
      {"cut off",
       [](Taking&) {},
       {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::close},
       TransferFault::short_body},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    LoopbackServer server([&](const std::string&) { return each.action; });
    const auto transport = make();
    const auto sink = std::make_shared<Taking>();
    each.change(*sink);
    const auto ended = ask(*transport, {.url = *Url::parse(server.url()), .sink = sink});
    REQUIRE(std::holds_alternative<TransferFailure>(ended.outcome));
    CHECK(std::get<TransferFailure>(ended.outcome).fault == each.fault);
    if (each.fault == TransferFault::short_body)
      CHECK(sink->bytes == "abc");
  }
}

TEST_CASE("an upload is sent with its length, and leaves nothing for the next request") {
  const auto layer = patterned(1u << 20);
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{answer(201, "")}; });
  const auto transport = make();
  for (const auto method : {Method::put, Method::patch, Method::post}) {
    INFO(to_string(method));
    Request request{.method = method, .url = *Url::parse(server.url())};
    request.upload = std::make_shared<Giving>(layer);
    ask(*transport, request);
    const auto seen = server.requests().back();
    CHECK(seen.substr(0, seen.find(' ')) == to_string(method));
    CHECK(seen.find("\r\nContent-Length: 1048576\r\n") != std::string::npos);
    CHECK(seen.find("Expect:") == std::string::npos);
    CHECK((seen.substr(seen.find("\r\n\r\n") + 4) == layer));
  }
  struct Case {
    Method method;
    std::string body, start;
  };
  for (const auto& each :
       {Case{Method::get, "", "GET / "}, Case{Method::head, "", "HEAD / "}, Case{Method::put, "{}", "PUT / "},
        Case{Method::post, "a=b", "POST / "}, Case{Method::del, "", "DELETE / "}}) {
    INFO(each.start);
    Request upload{.method = Method::put, .url = *Url::parse(server.url())};
    upload.upload = std::make_shared<Giving>("x");
    ask(*transport, upload);
    Request request{.method = each.method, .url = *Url::parse(server.url())};
    request.body = each.body;
    ask(*transport, request);
    const auto seen = server.requests().back();
    CHECK(seen.substr(0, each.start.size()) == each.start);
    CHECK(seen.substr(seen.find("\r\n\r\n") + 4) == each.body);
  }
}

TEST_CASE("a source that breaks ends the upload") {
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{answer(201, "")}; });
  const auto transport = make();
  const auto source = std::make_shared<Giving>(patterned(1u << 20));
  source->breaks_at = 100'000;
  Request request{.method = Method::put, .url = *Url::parse(server.url())};
  request.upload = source;
  const auto ended = ask(*transport, request);
  REQUIRE(std::holds_alternative<TransferFailure>(ended.outcome));
  CHECK(std::get<TransferFailure>(ended.outcome).fault == TransferFault::refused);
}

TEST_CASE("a region of a file, read as often as one likes") {
  test::TempDir folder;
  const auto path = folder.write("layer", "0123456789");
  const auto file = std::make_shared<base::Fd>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const auto source = make_file_source(file, 2, 6);
  std::string into(10, '.');
  CHECK(source->size() == 6);
  for (int twice = 0; twice < 2; ++twice) {
    CHECK(source->read(0, into.data(), 10) == 6);
    CHECK(into == "234567....");
  }
  CHECK(source->read(4, into.data(), 10) == 2);
  CHECK(source->read(6, into.data(), 10) == 0);
  folder.write("layer", "012");
  CHECK_FALSE(source->read(4, into.data(), 10));
}

TEST_CASE("one limit holds for all transfers, and is no stall") {
  const auto layer = patterned(160'000);
  LoopbackServer server([&](const std::string&) { return LoopbackServer::Action{answer(200, layer)}; });
  // Two layers at 100 kB a second: about three seconds, in which each transfer is silent for longer than the
  // second after which a server would be given up.
  const auto transport = make(100'000, std::chrono::seconds(1));
  const auto one = std::make_shared<Taking>(), two = std::make_shared<Taking>();
  const Request first{.url = *Url::parse(server.url()), .sink = one};
  const Request second{.url = *Url::parse(server.url()), .sink = two};
  const auto begun = std::chrono::steady_clock::now();
  transport->submit(1, first);
  transport->submit(2, second);
  std::size_t ended = 0;
  for (int patience = 0; patience < 300 && ended < 2; ++patience)
    for (const auto& each : transport->wait(std::chrono::milliseconds(100))) {
      ++ended;
      CHECK(std::holds_alternative<Response>(each.outcome));
    }
  REQUIRE(ended == 2);
  CHECK((one->bytes == layer));
  CHECK((two->bytes == layer));
  CHECK(std::chrono::steady_clock::now() - begun > std::chrono::seconds(2));
}

TEST_CASE("the limit holds for uploads too") {
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{answer(201, "")}; });
  const auto transport = make(200'000);
  Request request{.method = Method::put, .url = *Url::parse(server.url())};
  request.upload = std::make_shared<Giving>(patterned(200'000));
  const auto begun = std::chrono::steady_clock::now();
  const auto ended = ask(*transport, request);
  CHECK(std::holds_alternative<Response>(ended.outcome));
  CHECK(std::chrono::steady_clock::now() - begun > std::chrono::milliseconds(500));
}

TEST_CASE("the bucket: tokens, debt, and when to go on") {
  using namespace std::chrono_literals;
  const RateLimiter::Time start{};
  RateLimiter limiter(8000, start);
  CHECK(limiter.may_move(start));
  limiter.moved(9000); // 1,000 at hand: 8,000 of debt
  CHECK_FALSE(limiter.may_move(start));
  CHECK_FALSE(limiter.may_move(start + 1s));
  CHECK(limiter.may_move(start + 1001ms));
  limiter.moved(1008);
  CHECK(limiter.resume_at(start + 1001ms) - start > 1180ms); // 1,000 of debt, 500 to begin with
  CHECK(limiter.resume_at(start + 1001ms) - start < 1195ms);
  // A long pause does not save up for a burst.
  CHECK(limiter.may_move(start + 1h));
  limiter.moved(1001);
  CHECK_FALSE(limiter.may_move(start + 1h));
}
