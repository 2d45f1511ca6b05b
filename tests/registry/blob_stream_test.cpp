#include "registry_fixture.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::registry;

namespace {

const std::string k_bytes = "0123456789abcdefghij";
const oci::Digest k_digest = oci::Digest::of(k_bytes);
const std::string k_path = "GET /v2/windows/servercore/blobs/" + k_digest.to_string();

/// Holds what came, and knows at the end whether it is the blob.
struct Holding final : BlobSink {
  explicit Holding(std::string from_earlier = {}) : bytes(std::move(from_earlier)) {}
  std::uint64_t offset() const override { return bytes.size(); }
  base::Status restart() override {
    ++restarts;
    bytes.clear();
    return {};
  }
  base::Status write(std::string_view piece) override {
    if (full)
      return base::Error(base::ErrorKind::internal, "disk full");
    bytes += piece;
    return {};
  }
  base::Status finish() override {
    if (!k_digest.matches(bytes))
      return base::Error(base::ErrorKind::integrity, "wrong bytes");
    return {};
  }
  std::string bytes;
  int restarts = 0;
  bool full = false;
};

test::Reply whole(std::string body = k_bytes) {
  return {
      .status = 200, .headers = {{"Content-Length", std::to_string(body.size())}}, .body = std::move(body)};
}
test::Reply rest(const std::string& range, std::string body) {
  return {.status = 206, .headers = {{"Content-Range", range}}, .body = std::move(body)};
}
/// Announces everything, sends some of it.
test::Reply dropped(std::string some) {
  return {.status = 200,
          .headers = {{"Content-Length", std::to_string(k_bytes.size())}},
          .body = std::move(some),
          .fault = net::TransferFault::short_body};
}

struct Stream : RegistryFixture {
  std::shared_ptr<Holding> sink = std::make_shared<Holding>();
  base::Result<void> run(std::vector<test::Reply> replies, std::string from_earlier = {}) {
    sink = std::make_shared<Holding>(std::move(from_earlier));
    on(k_path, std::move(replies));
    Told<void> told;
    registry.stream_blob(repository, k_digest, k_bytes.size(), sink, told.handler());
    return finish(told);
  }
};

} // namespace

TEST_CASE("a blob arrives whole, whatever happens on its way") {
  struct Case {
    const char* name;
    std::string from_earlier;
    std::vector<test::Reply> replies;
    std::size_t asked;
    int restarts;
  };
  const std::string wrong(k_bytes.size(), 'x');
  const Case cases[] = {
      {"at once", "", {whole()}, 1, 0},
      {"dropped, then the rest", "", {dropped("01234"), rest("bytes 5-19/20", k_bytes.substr(5))}, 2, 0},
      {"dropped, and the total unknown",
       "",
       {dropped("01234"), rest("bytes 5-19/*", k_bytes.substr(5))},
       2,
       0},
      {"from an earlier run", "0123456789", {rest("bytes 10-19/20", k_bytes.substr(10))}, 1, 0},
      {"a server without ranges starts over", "0123456789", {whole()}, 1, 1},
      {"another range than asked for", "0123456789", {rest("bytes 0-19/20", k_bytes), whole()}, 2, 1},
      {"a range of another blob", "0123456789", {rest("bytes 10-19/99", wrong), whole()}, 2, 1},
      {"no range said", "0123456789", {rest("", wrong), whole()}, 2, 1},
      {"range refused", "0123456789", {refused(416, "RANGE_INVALID"), whole()}, 2, 1},
      {"whole from an earlier run", k_bytes, {whole()}, 0, 0},
      {"more than whole from an earlier run", k_bytes + "x", {whole()}, 1, 1},
      {"damaged in an earlier run", "xxxxx", {rest("bytes 5-19/20", k_bytes.substr(5)), whole()}, 2, 1},
      {"cut off, though the length was right", "", {whole(wrong), whole(wrong), whole()}, 3, 2},
      {"redirected",
       "",
       {test::Reply{.status = 307, .headers = {{"Location", "https://data/blob?sig=s"}}}},
       2,
       0},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    Stream stream;
    stream.transport.on("GET https://data/blob?sig=s", {whole()});
    const auto result = stream.run(each.replies, each.from_earlier);
    REQUIRE(result);
    CHECK(stream.sink->bytes == k_bytes);
    CHECK(stream.sent().size() == each.asked);
    CHECK(stream.sink->restarts == each.restarts);
  }
}

TEST_CASE("a blob that cannot be had says why") {
  struct Case {
    const char* name;
    std::vector<test::Reply> replies;
    base::ErrorKind kind;
    const char* code;
  };
  const std::string wrong(k_bytes.size(), 'x');
  auto page = web_page();
  page.headers.emplace_back("Content-Length", std::to_string(page.body.size()));
  const Case cases[] = {
      {"not there", {refused(404, "BLOB_UNKNOWN")}, base::ErrorKind::not_found, "BLOB_UNKNOWN"},
      {"forbidden", {refused(403, "DENIED")}, base::ErrorKind::unauthorised, "DENIED"},
      {"damaged each time", {whole(wrong)}, base::ErrorKind::integrity, "DIGEST_MISMATCH"},
      {"another size", {whole(k_bytes + "more")}, base::ErrorKind::integrity, "SIZE_INVALID"},
      {"more than its size, unannounced",
       {{.status = 200, .body = k_bytes + "more"}},
       base::ErrorKind::integrity,
       "SIZE_INVALID"},
      {"less than its size, unannounced",
       {{.status = 200, .body = "012"}},
       base::ErrorKind::network,
       "SHORT_BODY"},
      {"a login page", {page}, base::ErrorKind::network, "WEB_PAGE"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    Stream stream;
    const auto result = stream.run(each.replies);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind() == each.kind);
    CHECK(result.error().fault().code == each.code);
  }
}

TEST_CASE_METHOD(Stream, "what the sink says is what is told, and nothing more is asked") {
  sink->full = true;
  on(k_path, {whole()});
  Told<void> told;
  registry.stream_blob(repository, k_digest, k_bytes.size(), sink, told.handler());
  const auto result = finish(told);
  REQUIRE_FALSE(result);
  CHECK(result.error().message() == "disk full");
  CHECK(sent().size() == 1);
}

TEST_CASE("content at a layer's own URL: no credentials, and no way inside from outside") {
  struct Case {
    const char* name;
    std::string registry_at;
    bool public_only;
  };
  for (const auto& each :
       {Case{"a public registry", "20.0.0.1", true}, Case{"a private registry", "10.0.0.1", false}}) {
    INFO(each.name);
    Stream stream;
    test::Reply absent = refused(404, "BLOB_UNKNOWN");
    absent.peer = each.registry_at;
    CHECK_FALSE(stream.run({absent}));
    stream.transport.on("GET https://elsewhere/layer", {whole()});
    RegistryFixture::Told<void> told;
    stream.registry.stream_url(*net::Url::parse("https://elsewhere/layer"), k_digest, k_bytes.size(),
                               stream.sink, told.handler());
    REQUIRE(stream.finish(told));
    CHECK(stream.transport.sent.back().request.public_only == each.public_only);
    CHECK_FALSE(stream.transport.sent.back().request.authorization);
  }
}

TEST_CASE("asking what is there") {
  const auto blob = "HEAD /v2/windows/servercore/blobs/" + k_digest.to_string();
  const auto manifest = "HEAD /v2/windows/servercore/manifests/" + k_digest.to_string();
  struct Case {
    test::Reply reply;
    std::optional<std::uint64_t> size;
    bool fails;
  };
  for (const auto& each :
       {Case{{.status = 200, .headers = {{"Content-Length", "20"}}}, 20, false},
        Case{{.status = 404}, std::nullopt, false}, Case{{.status = 405}, std::nullopt, false},
        Case{{.status = 403}, std::nullopt, true}}) {
    INFO(each.reply.status);
    RegistryFixture fixture;
    fixture.on(blob, {each.reply});
    fixture.on(manifest, {each.reply});
    RegistryFixture::Told<std::optional<std::uint64_t>> told;
    fixture.registry.find_blob(fixture.repository, k_digest, told.handler());
    const auto found = fixture.finish(told);
    REQUIRE(static_cast<bool>(found) != each.fails);
    if (found)
      CHECK(*found == each.size);
    RegistryFixture::Told<bool> there;
    fixture.registry.find_manifest(fixture.repository, k_digest, there.handler());
    const auto answer = fixture.finish(there);
    REQUIRE(static_cast<bool>(answer) != each.fails);
    if (answer)
      CHECK(*answer == each.size.has_value());
  }
}

TEST_CASE_METHOD(RegistryFixture, "a tag that is not there is nothing, not a failure") {
  on("HEAD /v2/windows/servercore/manifests/x", {refused(404, "MANIFEST_UNKNOWN")});
  Told<std::optional<Resolved>> told;
  registry.find_tag(repository, *oci::Tag::parse("x"), told.handler());
  const auto found = finish(told);
  REQUIRE(found);
  CHECK_FALSE(*found);
}
