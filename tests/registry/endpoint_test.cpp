#include "support/catch.hpp"
#include <tagdb/registry/client.hpp>

using tagdb::registry::Endpoint;

TEST_CASE("a registry as people write it") {
  struct Case {
    const char* text;
    const char* origin;
    const char* name;
  };
  for (const auto& each :
       {Case{"mcr.microsoft.com", "https://mcr.microsoft.com", "mcr.microsoft.com"},
        Case{"https://MCR.microsoft.com/", "https://mcr.microsoft.com", "mcr.microsoft.com"},
        Case{"harbor.corp:8443", "https://harbor.corp:8443", "harbor.corp:8443"},
        Case{"harbor.corp:443", "https://harbor.corp", "harbor.corp"},
        Case{"http://127.0.0.1:5055", "http://127.0.0.1:5055", "127.0.0.1:5055"},
        Case{"http://[::1]:5000", "http://[::1]:5000", "[::1]:5000"},
        Case{"localhost:5000", "https://localhost:5000", "localhost:5000"}}) {
    INFO(each.text);
    const auto endpoint = Endpoint::parse(each.text);
    REQUIRE(endpoint);
    CHECK(endpoint->url.origin() == each.origin);
    CHECK(endpoint->name.to_string() == each.name);
  }
  for (const char* text :
       {"", "https://", "mcr.microsoft.com/windows", "https://h/?x", "ftp://h", "user:pw@h", "a b"}) {
    INFO(text);
    const auto endpoint = Endpoint::parse(text);
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().kind() == tagdb::base::ErrorKind::usage);
  }
}
