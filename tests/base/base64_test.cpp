#include "support/catch.hpp"
#include <tagdb/base/base64.hpp>

#include <string>

using tagdb::base::base64_decode;
using tagdb::base::base64_encode;

TEST_CASE("base64: the test vectors of RFC 4648 section 10, both ways", "[base][base64]") {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, encoded] : rows) {
    CAPTURE(plain);
    CHECK(base64_encode(plain) == encoded);
    CHECK(base64_decode(encoded) == std::string(plain));
  }
}

TEST_CASE("base64: what is not base64 is nothing", "[base][base64]") {
  for (const auto* bad : {"Zg", "Zg=", "Z===", "Zm 9v", "Zm9v\n", "Zg==Zg==", "====", "Zm9\xff"}) {
    CAPTURE(bad);
    CHECK_FALSE(base64_decode(bad).has_value());
  }
}
