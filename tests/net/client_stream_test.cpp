#include "client_fixture.hpp"
#include "support/catch.hpp"
#include <tagdb/net/body.hpp>

using namespace tagdb;
using namespace tagdb::net;

namespace {

constexpr const char* k_url = "https://reg/v2/r/blobs/x";

/// Keeps what came, from one try to the next.
struct Keeping final : BodySink {
  std::uint64_t offset() const override { return held; }
  bool begin(int status, const Headers&) override {
    statuses.push_back(status);
    if (status != 206)
      held = 0;
    return true;
  }
  bool write(std::string_view piece) override {
    held += piece.size();
    return true;
  }
  std::uint64_t held = 0;
  std::vector<int> statuses;
};

struct StreamFixture : ClientFixture {
  std::shared_ptr<Keeping> sink = std::make_shared<Keeping>();
  base::Result<Response> stream() {
    auto made = request(k_url);
    made.sink = sink;
    return ask(std::move(made));
  }
  std::string range(std::size_t index) const {
    return std::string(transport.sent.at(index).request.headers.find("Range").value_or(""));
  }
};

test::Reply part(int status, std::size_t bytes) {
  return {.status = status, .body = std::string(bytes, 'x')};
}
test::Reply dropped(int status, std::size_t bytes) {
  auto reply = part(status, bytes);
  reply.fault = TransferFault::short_body;
  return reply;
}

} // namespace

TEST_CASE_METHOD(StreamFixture, "each try asks for what is not there yet") {
  transport.on(std::string("GET ") + k_url, {dropped(200, 5000), dropped(206, 2000), part(206, 100)});
  const auto answer = stream();
  REQUIRE(answer);
  CHECK(answer->status == 206);
  CHECK(answer->body.empty());
  CHECK(sink->held == 7100);
  CHECK(sink->statuses == std::vector<int>{200, 206, 206});
  CHECK(range(0).empty());
  CHECK(range(1) == "bytes=5000-");
  CHECK(range(2) == "bytes=7000-");
  CHECK(client.traffic().bytes == 7100);
}

TEST_CASE_METHOD(StreamFixture, "what was kept from an earlier run is not asked for") {
  sink->held = 4096;
  transport.on(std::string("GET ") + k_url, {part(206, 10)});
  REQUIRE(stream());
  CHECK(range(0) == "bytes=4096-");
}

TEST_CASE_METHOD(StreamFixture, "tries that get on do not count, the others do") {
  struct Case {
    const char* name;
    std::size_t bytes;
    std::size_t drops;
    bool arrives;
  };
  const Case cases[] = {{"1 MiB each time", 1u << 20, 20, true}, {"a little each time", 1000, 20, false}};
  for (const auto& each : cases) {
    INFO(each.name);
    StreamFixture fixture;
    std::vector<test::Reply> script(each.drops, dropped(206, each.bytes));
    script.push_back(part(206, 1));
    fixture.transport.on(std::string("GET ") + k_url, script);
    CHECK(static_cast<bool>(fixture.stream()) == each.arrives);
    CHECK(fixture.transport.sent.size() == (each.arrives ? 21 : 6));
  }
}

TEST_CASE_METHOD(StreamFixture, "a server without ranges starts over, and not for ever") {
  transport.on(std::string("GET ") + k_url, {dropped(200, 2u << 20)});
  const auto answer = stream();
  REQUIRE_FALSE(answer);
  CHECK(answer.error().fault().code == "shortBody");
  CHECK(sink->held == 2u << 20);
  CHECK(transport.sent.size() == 6);
}

TEST_CASE_METHOD(StreamFixture,
                 "the range goes along with a redirect, and each try begins at the first server") {
  auto away = test::Reply{.status = 307, .headers = {{"Location", "https://data/x?sig=1"}}};
  auto away_again = test::Reply{.status = 307, .headers = {{"Location", "https://data/x?sig=2"}}};
  transport.on(std::string("GET ") + k_url, {away, away_again});
  transport.on("GET https://data/x?sig=1", {dropped(200, 3u << 20)});
  transport.on("GET https://data/x?sig=2", {part(206, 5)});
  REQUIRE(stream());
  REQUIRE(transport.sent.size() == 4);
  CHECK(range(2) == "bytes=3145728-");
  CHECK(range(3) == "bytes=3145728-");
  CHECK(sink->held == (3u << 20) + 5);
}

TEST_CASE_METHOD(StreamFixture, "an upload is read again for a redirect and for a retry") {
  struct Giving final : BodySource {
    std::uint64_t size() const override { return 3; }
    std::optional<std::size_t> read(std::uint64_t offset, char* into, std::size_t room) override {
      return std::string_view("abc").copy(into, room, static_cast<std::size_t>(offset));
    }
  };
  transport.on("PUT https://reg/u", {test::Reply{.status = 307, .headers = {{"Location", "/v"}}}});
  transport.on("PUT https://reg/v", {test::Reply{.status = 502}, test::Reply{.status = 201}});
  auto made = request("https://reg/u", Method::put);
  made.upload = std::make_shared<Giving>();
  made.repeatable = true;
  const auto answer = ask(std::move(made));
  REQUIRE(answer);
  CHECK(answer->status == 201);
  REQUIRE(transport.sent.size() == 4);
  for (const auto& each : transport.sent)
    CHECK(each.uploaded == "abc");
}
