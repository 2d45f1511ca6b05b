#include "support/catch.hpp"
#include <tagdb/net/hop.hpp>

using namespace tagdb::net;

TEST_CASE("where an answer may send us, and what may go along") {
  enum Outcome { refused, same, other, other_public };
  struct Case {
    const char* name;
    const char* from;
    const char* peer;
    const char* reference;
    Outcome outcome;
  };
  const Case cases[] = {
      {"a path", "https://a/x", "20.0.0.1", "/y", same},
      {"the same origin spelled out", "https://a/x", "20.0.0.1", "https://A:443/y", same},
      {"another host", "https://a/x", "20.0.0.1", "https://b/y", other_public},
      {"another port", "https://a/x", "20.0.0.1", "https://a:444/y", other_public},
      {"up to https", "http://a/x", "20.0.0.1", "https://a/y", other_public},
      {"down to http", "https://a/x", "20.0.0.1", "http://a/y", refused},
      {"down to http elsewhere", "https://a/x", "10.0.0.1", "http://b/y", refused},
      {"from a private registry", "https://a/x", "10.0.0.1", "https://b/y", other},
      {"from loopback", "http://127.0.0.1:1/x", "127.0.0.1", "http://127.0.0.1:2/y", other},
      {"behind a proxy", "https://a/x", "", "https://b/y", other},
      {"another scheme", "https://a/x", "20.0.0.1", "file:///etc/passwd", refused},
      {"with a password", "https://a/x", "20.0.0.1", "https://u:p@b/", refused},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    Response from{.status = 307, .url = *Url::parse(each.from)};
    from.peer_address = each.peer;
    const auto hop = follow(from, each.reference);
    REQUIRE(hop.has_value() == (each.outcome != refused));
    if (!hop)
      continue;
    CHECK(hop->same_origin == (each.outcome == same));
    CHECK(hop->public_only == (each.outcome == other_public));
  }
}
