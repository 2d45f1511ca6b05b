#include "proxy.hpp"
#include "support/catch.hpp"

#include <map>

using tagdb::net::ProxyRules;
using tagdb::net::Url;

namespace {

std::string choose(const std::map<std::string, std::string>& variables, const char* url) {
  const auto rules = ProxyRules::from([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  return rules.choose(*Url::parse(url));
}

} // namespace

TEST_CASE("which variable names the proxy") {
  const std::map<std::string, std::string> both{{"http_proxy", "http://p:1"}, {"HTTPS_PROXY", "http://q:2"}};
  CHECK(choose(both, "http://h/") == "http://p:1");
  CHECK(choose(both, "https://h/") == "http://q:2");
  CHECK(choose({}, "https://h/").empty());
  CHECK(choose({{"https_proxy", "low"}, {"HTTPS_PROXY", "HIGH"}}, "https://h/") == "low");
  CHECK(choose({{"https_proxy", ""}, {"HTTPS_PROXY", "HIGH"}}, "https://h/") == "HIGH");
  CHECK(choose({{"ALL_PROXY", "any"}}, "http://h/") == "any");
  CHECK(choose({{"ALL_PROXY", "any"}, {"http_proxy", "one"}}, "http://h/") == "one");
  CHECK(choose({{"HTTP_PROXY", "p"}}, "https://h/").empty());
}

TEST_CASE("what NO_PROXY leaves out") {
  struct Case {
    const char* name;
    const char* no_proxy;
    const char* url;
    bool direct;
  };
  const Case cases[] = {
      {"the host", "harbor.corp", "https://harbor.corp/", true},
      {"another host", "harbor.corp", "https://mcr.microsoft.com/", false},
      {"below a domain", "corp", "https://harbor.corp/", true},
      {"a leading dot", ".corp", "https://harbor.corp/", true},
      {"a star", "*.data.mcr.microsoft.com", "https://eastus.data.mcr.microsoft.com/", true},
      {"no dot between", "corp", "https://harborcorp/", false},
      {"case", "Harbor.CORP", "https://harbor.corp/", true},
      {"everything", "*", "https://mcr.microsoft.com/", true},
      {"in a list", "a, harbor.corp ,b", "https://harbor.corp/", true},
      {"spaces between", "a harbor.corp", "https://harbor.corp/", true},
      {"the port", "harbor.corp:8443", "https://harbor.corp:8443/", true},
      {"another port", "harbor.corp:8443", "https://harbor.corp/", false},
      {"an address", "127.0.0.1", "http://127.0.0.1:5000/", true},
      {"a network", "10.0.0.0/8", "http://10.9.8.7/", true},
      {"outside the network", "10.0.0.0/8", "http://11.0.0.1/", false},
      {"odd prefix", "172.16.0.0/12", "http://172.31.255.1/", true},
      {"outside the odd prefix", "172.16.0.0/12", "http://172.32.0.1/", false},
      {"IPv6", "::1", "http://[::1]:5000/", true},
      {"IPv6 in brackets with port", "[::1]:5000", "http://[::1]:5000/", true},
      {"IPv6 network", "fd00::/8", "http://[fd12::1]/", true},
      {"nonsense", "10.0.0.0/99,,/", "http://10.0.0.1/", false},
      {"an address does not end in a domain", "0.0.1", "http://127.0.0.1/", false},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto proxy = choose({{"all_proxy", "http://p:1"}, {"NO_PROXY", each.no_proxy}}, each.url);
    CHECK(proxy == (each.direct ? "" : "http://p:1"));
  }
}
