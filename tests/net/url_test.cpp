#include "support/catch.hpp"
#include <tagdb/net/url.hpp>

using tagdb::net::encode_query;
using tagdb::net::Url;

TEST_CASE("a URL is taken apart as libcurl does") {
  struct Case {
    const char* text;
    const char* origin;
    const char* host;
    int port;
    const char* whole;
  };
  const Case cases[] = {
      {"https://mcr.microsoft.com", "https://mcr.microsoft.com", "mcr.microsoft.com", 443,
       "https://mcr.microsoft.com/"},
      {"HTTPS://MCR.Microsoft.COM/v2/", "https://mcr.microsoft.com", "mcr.microsoft.com", 443,
       "https://mcr.microsoft.com/v2/"},
      {"https://harbor.corp:443/x", "https://harbor.corp", "harbor.corp", 443, "https://harbor.corp/x"},
      {"https://harbor.corp:8443/x", "https://harbor.corp:8443", "harbor.corp", 8443,
       "https://harbor.corp:8443/x"},
      {"http://127.0.0.1:5055", "http://127.0.0.1:5055", "127.0.0.1", 5055, "http://127.0.0.1:5055/"},
      {"http://h:80/", "http://h", "h", 80, "http://h/"},
      {"http://[::1]:5000/v2/", "http://[::1]:5000", "::1", 5000, "http://[::1]:5000/v2/"},
      {"https://h/a?b=c&d", "https://h", "h", 443, "https://h/a?b=c&d"},
      {"https://h/a#fragment", "https://h", "h", 443, "https://h/a"},
      {"https://h/a/../b", "https://h", "h", 443, "https://h/b"},
  };
  for (const auto& each : cases) {
    INFO(each.text);
    const auto url = Url::parse(each.text);
    REQUIRE(url);
    CHECK(url->origin() == each.origin);
    CHECK(url->host() == each.host);
    CHECK(url->port() == each.port);
    CHECK(url->to_string() == each.whole);
    CHECK(url->origin() == url->scheme() + "://" + url->authority());
  }
}

TEST_CASE("what is no absolute http URL is refused") {
  for (const char* text :
       {"", "mcr.microsoft.com", "/v2/", "ftp://h/", "file:///etc/passwd", "https://", "https://h:0/",
        "https://h:65536/", "https://h:x/", "https://a b/", "https://h/\n"}) {
    INFO(text);
    CHECK_FALSE(Url::parse(text));
  }
  CHECK_FALSE(Url::parse("https://h/" + std::string(20'000, 'a')));
  CHECK_FALSE(Url::parse(std::string_view("https://h/\0x", 12)));
}

TEST_CASE("credentials in a URL are refused without repeating them") {
  for (const char* text : {"https://user:hunter2@h/", "https://hunter2@h/"}) {
    const auto url = Url::parse(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().to_string().find("hunter2") == std::string::npos);
  }
}

TEST_CASE("references are resolved as links are") {
  struct Case {
    const char* name;
    const char* reference;
    const char* whole;
  };
  const Case cases[] = {
      {"absolute", "https://other/x", "https://other/x"},
      {"other port", "https://h:444/x", "https://h:444/x"},
      {"same scheme", "//other/x", "https://other/x"},
      {"from the root", "/v2/b?n=1", "https://h/v2/b?n=1"},
      {"relative", "c", "https://h/v2/c"},
      {"up", "../c", "https://h/c"},
      {"only a query", "?last=x", "https://h/v2/a?last=x"},
      {"a space, as careless servers send", "/a b", "https://h/a%20b"},
  };
  const auto base = *Url::parse("https://h/v2/a?old=1");
  for (const auto& each : cases) {
    INFO(each.name);
    const auto url = base.resolve(each.reference);
    REQUIRE(url);
    CHECK(url->to_string() == each.whole);
  }
  CHECK_FALSE(base.resolve("ftp://h/x"));
  CHECK_FALSE(base.resolve("https://user:pass@h/x"));
}

TEST_CASE("a path on the same origin needs no parser") {
  const auto base = *Url::parse("http://127.0.0.1:5055");
  const auto url = base.at("/v2/windows/servercore/manifests/sha256:00");
  CHECK(url.to_string() == "http://127.0.0.1:5055/v2/windows/servercore/manifests/sha256:00");
  CHECK(url == *Url::parse(url.to_string()));
  CHECK(url.origin() == base.origin());
}

TEST_CASE("a query is for the server alone") {
  CHECK(Url::parse("https://h/a?sig=hunter2")->for_display() == "https://h/a?…");
  CHECK(Url::parse("https://h/a")->for_display() == "https://h/a");
  CHECK(encode_query("repository:windows/servercore:pull a&b=c") ==
        "repository%3Awindows%2Fservercore%3Apull%20a%26b%3Dc");
  CHECK(encode_query("\xff~-._") == "%FF~-._");
}
