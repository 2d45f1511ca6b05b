#include "loopback_server.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/net/transport.hpp>

#include <map>

using namespace tagdb;
using namespace tagdb::net;
using test::LoopbackServer;
using Then = LoopbackServer::Then;

namespace {

CurlOptions direct() {
  CurlOptions options;
  options.environment = [](const char*) { return std::nullopt; };
  options.user_agent = "tagdb/test";
  return options;
}

std::unique_ptr<Transport> make(CurlOptions options = direct()) {
  auto transport = make_curl_transport(std::move(options));
  REQUIRE(transport);
  return *std::move(transport);
}

using Outcome = std::variant<Response, TransferFailure>;

/// All outcomes by id; gives up after a while, so that a fault of ours does not hang the tests.
std::map<std::uint64_t, Outcome> collect(Transport& transport, std::size_t count) {
  std::map<std::uint64_t, Outcome> outcomes;
  for (int patience = 0; patience < 200 && outcomes.size() < count; ++patience)
    for (auto& each : transport.wait(std::chrono::milliseconds(100)))
      outcomes.emplace(each.id, std::move(each.outcome));
  REQUIRE(outcomes.size() == count);
  return outcomes;
}

Outcome ask(Transport& transport, const Request& request) {
  transport.submit(7, request);
  return collect(transport, 1).at(7);
}

Request get(const std::string& url) {
  return {.url = *Url::parse(url)};
}

std::string ok(const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

const Response& response(const Outcome& outcome) {
  if (const auto* failure = std::get_if<TransferFailure>(&outcome))
    FAIL(to_string(failure->fault) << ": " << failure->message);
  return std::get<Response>(outcome);
}

TransferFault fault(const Outcome& outcome) {
  REQUIRE(std::holds_alternative<TransferFailure>(outcome));
  return std::get<TransferFailure>(outcome).fault;
}

} // namespace

TEST_CASE("a request and its answer, field by field") {
  LoopbackServer server([](const std::string&) {
    return LoopbackServer::Action{
        ok("hello", "CONTENT-type:  a/b ; c=d \r\nLink: <x>\r\nEmpty:\r\nlink: <y>\r\n")};
  });
  const auto transport = make();
  auto request = get(server.url("/v2/?n=1"));
  request.headers.add("Accept", "a/b, c/d");
  request.authorization = base::Secret("Bearer hunter2");
  const auto outcome = ask(*transport, request);
  const auto& answer = response(outcome);
  CHECK(answer.status == 200);
  CHECK(answer.body == "hello");
  CHECK(answer.url == request.url);
  CHECK(answer.peer_address == "127.0.0.1");
  CHECK(answer.http_version == 11);
  CHECK(answer.headers.find("content-TYPE") == "a/b ; c=d");
  CHECK(answer.headers.find("empty") == "");
  CHECK_FALSE(answer.headers.find("absent"));
  CHECK(answer.headers.find_all("Link") == std::vector<std::string_view>{"<x>", "<y>"});

  const auto seen = server.requests().at(0);
  CHECK(seen.substr(0, 22) == "GET /v2/?n=1 HTTP/1.1\r");
  for (const char* line : {"\r\nAccept: a/b, c/d\r\n", "\r\nAuthorization: Bearer hunter2\r\n",
                           "\r\nAccept-Encoding: identity\r\n", "\r\nUser-Agent: tagdb/test\r\n"}) {
    INFO(line);
    CHECK(seen.find(line) != std::string::npos);
  }
  CHECK(seen.find("Cookie") == std::string::npos);
}

TEST_CASE("credentials and fields of one request are not left for the next") {
  LoopbackServer server(
      [](const std::string&) { return LoopbackServer::Action{ok("", "Set-Cookie: session=1\r\n")}; });
  const auto transport = make();
  auto first = get(server.url());
  first.authorization = base::Secret("Bearer hunter2");
  first.headers.add("X-First", "1");
  ask(*transport, first);
  ask(*transport, get(server.url()));
  const auto seen = server.requests().at(1);
  CHECK(seen.find("hunter2") == std::string::npos);
  CHECK(seen.find("X-First") == std::string::npos);
  CHECK(seen.find("Cookie") == std::string::npos);
}

TEST_CASE("a field cannot bring in another one") {
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{ok("")}; });
  const auto transport = make();
  auto request = get(server.url());
  request.authorization = base::Secret("Bearer a\r\nX-Evil: 1");
  ask(*transport, request);
  CHECK(server.requests().at(0).find("X-Evil") == std::string::npos);
}

TEST_CASE("methods and bodies, in any order on the same handle") {
  LoopbackServer server([](const std::string& request) {
    // The answer to HEAD has a length and no body.
    if (request.substr(0, 4) == "HEAD")
      return LoopbackServer::Action{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"};
    return LoopbackServer::Action{ok(request.substr(0, request.find(' ')))};
  });
  const auto transport = make();
  struct Case {
    Method method;
    const char* name;
    const char* body;
  };
  for (const auto& each :
       {Case{Method::get, "GET", ""}, Case{Method::post, "POST", "grant=x"}, Case{Method::head, "HEAD", ""},
        Case{Method::put, "PUT", "{}"}, Case{Method::get, "GET", ""}, Case{Method::del, "DELETE", ""},
        Case{Method::head, "HEAD", ""}, Case{Method::patch, "PATCH", "part"}, Case{Method::post, "POST", ""},
        Case{Method::get, "GET", ""}}) {
    INFO(each.name);
    auto request = get(server.url());
    request.method = each.method;
    request.body = each.body;
    const auto outcome = ask(*transport, request);
    CHECK(response(outcome).status == 200);
    CHECK(response(outcome).body == (each.method == Method::head ? "" : each.name));
    const auto seen = server.requests().back();
    CHECK(seen.substr(0, seen.find(' ')) == each.name);
    CHECK(seen.substr(seen.find("\r\n\r\n") + 4) == each.body);
    CHECK(seen.find("Expect:") == std::string::npos);
    CHECK(seen.find("x-www-form-urlencoded") == std::string::npos);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("connections are kept, and no more are opened than allowed") {
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{ok("x")}; });
  auto options = direct();
  options.max_connections = 4;
  const auto transport = make(options);
  CHECK(transport->parallelism(get(server.url()).url.origin()) == 4);
  std::vector<Request> requests(200, get(server.url()));
  for (std::size_t i = 0; i < requests.size(); ++i)
    transport->submit(i, requests[i]);
  const auto outcomes = collect(*transport, requests.size());
  for (const auto& [id, outcome] : outcomes)
    CHECK(response(outcome).body == "x");
  CHECK(server.connections() <= 4);
  CHECK(server.requests().size() == 200);
}

TEST_CASE("what goes wrong on the wire has its name") {
  struct Case {
    const char* name;
    LoopbackServer::Action action;
    TransferFault fault;
  };
  const Case cases[] = {
      {"reset before the answer", {"", Then::reset}, TransferFault::reset},
      {"closed before the answer", {"", Then::close}, TransferFault::reset},
      {"reset in the header", {"HTTP/1.1 200 OK\r\nContent-", Then::reset}, TransferFault::reset},
      {"short body",
       {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", Then::close},
       TransferFault::short_body},
      {"short chunk",
       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", Then::close},
       TransferFault::short_body},
      {"no HTTP", {"SSH-2.0-OpenSSH_9.2\r\n", Then::close}, TransferFault::protocol},
      {"nonsense length",
       {"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n", Then::close},
       TransferFault::protocol},
      {"announced too large", {ok(std::string(2000, 'x')), Then::keep}, TransferFault::too_large},
      {"too large without saying so",
       {"HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'x'), Then::close},
       TransferFault::too_large},
      {"a header without end",
       {"HTTP/1.1 200 OK\r\n" +
            [] {
              std::string fields;
              for (int i = 0; i < 5000; ++i)
                fields += "X-Field-" + std::to_string(i) + ": " + std::string(60, 'x') + "\r\n";
              return fields;
            }(),
        Then::close},
       TransferFault::protocol},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    LoopbackServer server([&](const std::string&) { return each.action; });
    const auto transport = make();
    auto request = get(server.url());
    request.max_body = 1000;
    const auto outcome = ask(*transport, request);
    CHECK(fault(outcome) == each.fault);
    CHECK_FALSE(std::get<TransferFailure>(outcome).message.empty());
    CHECK_FALSE(std::get<TransferFailure>(outcome).reused_connection);
  }
}

TEST_CASE("a body of exactly the limit is taken") {
  LoopbackServer server(
      [](const std::string&) { return LoopbackServer::Action{ok(std::string(100'000, 'x'))}; });
  const auto transport = make();
  auto request = get(server.url());
  request.max_body = 100'000;
  CHECK(response(ask(*transport, request)).body.size() == 100'000);
  request.max_body = 99'999;
  CHECK(fault(ask(*transport, request)) == TransferFault::too_large);
  request.max_body = 100'000; // and the handle is as good as before
  CHECK(response(ask(*transport, request)).body.size() == 100'000);
}

TEST_CASE("the end of a connection that had served is told apart") {
  int served = 0;
  LoopbackServer server([&](const std::string&) {
    return ++served == 2
               ? LoopbackServer::Action{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::reset}
               : LoopbackServer::Action{ok("x")};
  });
  const auto transport = make();
  CHECK(response(ask(*transport, get(server.url()))).body == "x");
  const auto outcome = ask(*transport, get(server.url()));
  CHECK(fault(outcome) == TransferFault::reset);
  CHECK(std::get<TransferFailure>(outcome).reused_connection);
  CHECK(response(ask(*transport, get(server.url()))).body == "x");
}

TEST_CASE("nobody listens, no such name") {
  const auto transport = make();
  std::string gone;
  {
    LoopbackServer server([](const std::string&) { return LoopbackServer::Action{}; });
    gone = server.url();
  }
  CHECK(fault(ask(*transport, get(gone))) == TransferFault::connect);
  CHECK(fault(ask(*transport, get("http://tagdb-test.invalid/"))) == TransferFault::resolve);
}

TEST_CASE("interim answers and encodings") {
  LoopbackServer server([](const std::string& request) {
    if (request.find("/interim") != std::string::npos)
      return LoopbackServer::Action{"HTTP/1.1 103 Early Hints\r\nLink: <early>\r\n\r\n" +
                                    ok("x", "Real: 1\r\n")};
    // "hello" as gzip, although nobody asked for it.
    const unsigned char zipped[] = {0x1f, 0x8b, 8,    0,    0,    0,    0,    0,    2, 3, 0xcb, 0x48, 0xcd,
                                    0xc9, 0xc9, 0x07, 0x00, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0,    0};
    return LoopbackServer::Action{
        ok(std::string(reinterpret_cast<const char*>(zipped), sizeof zipped), "Content-Encoding: gzip\r\n")};
  });
  const auto transport = make();
  const auto outcome = ask(*transport, get(server.url("/interim")));
  CHECK(response(outcome).headers.find("Real") == "1");
  CHECK_FALSE(response(outcome).headers.find("Link"));
  CHECK(response(ask(*transport, get(server.url("/gzip")))).body == "hello");
}

TEST_CASE("public only: loopback is refused, also over a connection that is there already") {
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{ok("secret")}; });
  const auto transport = make();
  CHECK(response(ask(*transport, get(server.url()))).body == "secret");
  auto request = get(server.url());
  request.public_only = true;
  CHECK(fault(ask(*transport, request)) == TransferFault::forbidden_peer);
  // By a name, so that only the resolved address tells; with and without a connection that could be used
  // again.
  auto by_name = get("http://localhost:" + server.url().substr(17));
  by_name.public_only = true;
  CHECK(fault(ask(*transport, by_name)) == TransferFault::forbidden_peer);
  by_name.public_only = false;
  CHECK(response(ask(*transport, by_name)).body == "secret");
  by_name.public_only = true;
  CHECK(fault(ask(*transport, by_name)) == TransferFault::forbidden_peer);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a server that says nothing, or too little, is given up") {
  LoopbackServer server([](const std::string& request) {
    if (request.find("/silent") != std::string::npos)
      return LoopbackServer::Action{};
    return LoopbackServer::Action{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"};
  });
  auto options = direct();
  options.stall_timeout = std::chrono::seconds(1);
  const auto transport = make(options);
  const std::vector<Request> requests{get(server.url("/silent")), get(server.url("/part"))};
  for (std::size_t i = 0; i < requests.size(); ++i)
    transport->submit(i, requests[i]);
  const auto outcomes = collect(*transport, 2);
  CHECK(fault(outcomes.at(0)) == TransferFault::stalled);
  CHECK(fault(outcomes.at(1)) == TransferFault::stalled);
}

TEST_CASE("a cancelled request completes as such, and the others go on") {
  LoopbackServer server([](const std::string& request) {
    return request.find("/silent") != std::string::npos ? LoopbackServer::Action{}
                                                        : LoopbackServer::Action{ok("x")};
  });
  const auto transport = make();
  const auto silent = get(server.url("/silent"));
  const auto quick = get(server.url("/quick"));
  transport->submit(1, silent);
  CHECK(transport->wait(std::chrono::milliseconds(0)).empty());
  transport->cancel(1);
  transport->cancel(99); // nobody: nothing
  transport->submit(2, quick);
  const auto outcomes = collect(*transport, 2);
  CHECK(fault(outcomes.at(1)) == TransferFault::cancelled);
  CHECK(response(outcomes.at(2)).body == "x");
}

TEST_CASE("a transport may go with requests under way") {
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{}; });
  const auto request = get(server.url());
  auto transport = make();
  transport->submit(1, request);
  CHECK(transport->wait(std::chrono::milliseconds(1)).empty());
  transport.reset();
}

TEST_CASE("a proxy carries, and the peer is then not known") {
  LoopbackServer proxy([](const std::string&) { return LoopbackServer::Action{ok("by proxy")}; });
  auto options = direct();
  options.environment = [&](const char* name) {
    return std::string_view(name) == "http_proxy" ? std::optional(proxy.url()) : std::nullopt;
  };
  const auto transport = make(options);
  auto request = get("http://registry.invalid/v2/");
  request.public_only = true; // the proxy itself may be private
  const auto outcome = ask(*transport, request);
  CHECK(response(outcome).body == "by proxy");
  CHECK(response(outcome).peer_address.empty());
  CHECK(proxy.requests().at(0).substr(0, 36) == "GET http://registry.invalid/v2/ HTTP");
  auto inside = get("http://10.0.0.1/");
  inside.public_only = true;
  CHECK(fault(ask(*transport, inside)) == TransferFault::forbidden_peer);
}

TEST_CASE("files that cannot be used are named") {
  const test::TempDir folder;
  auto options = direct();
  options.tls_default.ca_file = (folder / "absent.pem").string();
  auto transport = make_curl_transport(options);
  REQUIRE_FALSE(transport);
  CHECK(transport.error().kind() == base::ErrorKind::usage);
  CHECK(transport.error().message().find("absent.pem") != std::string::npos);

  options = direct();
  options.tls_by_authority["harbor.corp"].client_key = (folder / "key.pem").string();
  transport = make_curl_transport(options);
  REQUIRE_FALSE(transport);
  CHECK(transport.error().to_string().find("key.pem") != std::string::npos);
  CHECK(transport.error().to_string().find("harbor.corp") != std::string::npos);

  // There, but no certificate: told when it is used, by name, and not retried.
  options = direct();
  options.tls_default.ca_file = folder.write("nonsense.pem", "no certificate").string();
  LoopbackServer server([](const std::string&) { return LoopbackServer::Action{}; });
  const auto outcome = ask(*make(options), get("https" + server.url().substr(4)));
  CHECK(fault(outcome) == TransferFault::tls);
  CHECK(std::get<TransferFailure>(outcome).message.find("nonsense.pem") != std::string::npos);
}

TEST_CASE("offline, every request ends at once") {
  const auto transport = make_offline_transport();
  const auto request = get("https://mcr.microsoft.com/");
  CHECK(fault(ask(*transport, request)) == TransferFault::offline);
}
