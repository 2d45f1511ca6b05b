#include "support/catch.hpp"
#include <tagdb/net/retry.hpp>

using namespace tagdb::net;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

Response answer(int status, std::string body = {}, std::optional<std::string> retry_after = {}) {
  Response response{.status = status, .url = *Url::parse("https://h/")};
  response.body = std::move(body);
  if (retry_after)
    response.headers.add("retry-after", *retry_after);
  return response;
}

} // namespace

TEST_CASE("which answers are worth another try") {
  struct Case {
    const char* name;
    Response response;
    Verdict verdict;
  };
  const Case cases[] = {
      {"success", answer(200), Verdict::final},
      {"not found", answer(404), Verdict::final},
      {"unauthorised", answer(401), Verdict::final},
      {"forbidden", answer(403), Verdict::final},
      {"redirect", answer(307), Verdict::final},
      {"request timeout", answer(408), Verdict::retry},
      {"client closed, as proxies say", answer(499), Verdict::retry},
      {"internal error", answer(500), Verdict::retry},
      {"internal error, a refused manifest",
       answer(500, R"({"errors":[{"code":"UNKNOWN"},{"code":"MANIFEST_BLOB_UNKNOWN"}]})"), Verdict::final},
      {"internal error, another code", answer(500, R"({"errors":[{"code":"UNKNOWN"}]})"), Verdict::retry},
      {"not implemented", answer(501), Verdict::final},
      {"bad gateway", answer(502), Verdict::retry},
      {"unavailable", answer(503), Verdict::retry},
      {"unavailable until", answer(503, "", "5"), Verdict::hold_host},
      {"gateway timeout", answer(504), Verdict::retry},
      {"cloudflare timeout", answer(522), Verdict::retry},
      {"too many requests", answer(429), Verdict::hold_host},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(judge(each.response) == each.verdict);
  }
}

TEST_CASE("which failures are worth another try") {
  struct Case {
    TransferFault fault;
    const char* message;
    Verdict verdict;
  };
  const Case cases[] = {
      {TransferFault::resolve, "", Verdict::retry},
      {TransferFault::connect, "", Verdict::retry},
      {TransferFault::reset, "Connection reset by peer", Verdict::retry},
      {TransferFault::reset, "HTTP/2 stream 5 was not closed cleanly: ENHANCE_YOUR_CALM (err 11)",
       Verdict::hold_host},
      {TransferFault::short_body, "", Verdict::retry},
      {TransferFault::stalled, "", Verdict::retry},
      {TransferFault::tls, "", Verdict::final},
      {TransferFault::too_large, "", Verdict::final},
      {TransferFault::forbidden_peer, "", Verdict::final},
      {TransferFault::offline, "", Verdict::final},
      {TransferFault::cancelled, "", Verdict::final},
      {TransferFault::protocol, "", Verdict::final},
  };
  for (const auto& each : cases) {
    INFO(to_string(each.fault) << " " << each.message);
    CHECK(judge(TransferFailure{each.fault, each.message, {}, false}) == each.verdict);
  }
}

TEST_CASE("Retry-After in seconds, as a date, and as servers get it wrong") {
  const auto now = *tagdb::base::parse_http_date("Thu, 20 Feb 2020 00:00:00 GMT");
  struct Case {
    const char* name;
    std::optional<std::string_view> value;
    std::optional<seconds> wait;
  };
  const Case cases[] = {
      {"absent", std::nullopt, std::nullopt},
      {"seconds", "120", seconds(120)},
      {"zero", "0", seconds(0)},
      {"spaces", "  7 ", seconds(7)},
      {"date ahead", "Thu, 20 Feb 2020 00:02:30 GMT", seconds(150)},
      {"date past", "Wed, 19 Feb 2020 00:00:00 GMT", seconds(0)},
      {"obsolete date", "Thursday, 20-Feb-20 00:00:10 GMT", seconds(10)},
      {"negative", "-1", std::nullopt},
      {"fraction", "1.5", std::nullopt},
      {"microseconds as text", "352.859\xc2\xb5s", std::nullopt},
      {"empty", "", std::nullopt},
      {"words", "soon", std::nullopt},
      {"absurd", "18446744073709551615", seconds(365 * 24 * 3600)},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(parse_retry_after(each.value, now) == each.wait);
  }
}

TEST_CASE("delays double, are jittered in full and have a ceiling") {
  const RetryPolicy policy;
  struct Case {
    int next_try;
    double random;
    milliseconds delay;
  };
  const Case cases[] = {{2, 0.0, milliseconds(0)},        {2, 0.5, milliseconds(250)},
                        {3, 0.5, milliseconds(500)},      {4, 0.5, milliseconds(1000)},
                        {6, 0.25, milliseconds(2000)},    {9, 0.5, milliseconds(30'000)},
                        {1000, 0.5, milliseconds(30'000)}};
  for (const auto& each : cases) {
    INFO("try " << each.next_try << " random " << each.random);
    CHECK(retry_delay(policy, each.next_try, each.random) == each.delay);
  }
}
