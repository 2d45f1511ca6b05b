#include "support/catch.hpp"
#include <tagdb/oci/digest.hpp>

#include <unordered_set>

using tagdb::oci::Digest;

namespace {

const std::string k_hex(64, 'a');
const std::string k_empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

} // namespace

TEST_CASE("digests are taken as the specification writes them, and no other way") {
  struct Case {
    const char* name;
    std::string text;
    bool valid;
  };
  const Case cases[] = {
      {"sha256", "sha256:" + k_hex, true},
      {"sha512", "sha512:" + k_hex + k_hex, true},
      {"blake3", "blake3:" + k_hex, true},
      {"upper-case digits", "sha256:" + std::string(64, 'A'), false},
      {"upper-case algorithm", "SHA256:" + k_hex, false},
      {"too short", "sha256:" + k_hex.substr(1), false},
      {"too long", "sha256:" + k_hex + "a", false},
      {"sha512 with the length of sha256", "sha512:" + k_hex, false},
      {"no hexadecimal digit", "sha256:" + k_hex.substr(1) + "g", false},
      {"unknown algorithm", "md5:d41d8cd98f00b204e9800998ecf8427e", false},
      {"no algorithm", ":" + k_hex, false},
      {"bare digits", k_hex, false},
      {"an algorithm alone", "sha256", false},
      {"an algorithm and a colon", "sha256:", false},
      {"space in front", " sha256:" + k_hex, false},
      {"newline behind", "sha256:" + k_hex + "\n", false},
      {"path", "sha256:../../../../../../../../../../../../../../../../../../etc/passwd", false},
      {"empty", "", false}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto digest = Digest::parse(each.text);
    REQUIRE(digest.has_value() == each.valid);
    if (digest)
      CHECK(digest->to_string() == each.text);
    else
      CHECK(digest.error().kind() == tagdb::base::ErrorKind::usage);
  }
}

TEST_CASE("a digest knows its bytes") {
  const auto digest = Digest::of("");
  CHECK(digest.to_string() == k_empty);
  CHECK(digest == Digest::parse(k_empty).value());
  CHECK(digest.algorithm() == "sha256");
  CHECK(digest.encoded() == k_empty.substr(7));
  CHECK(digest.abbreviated() == "sha256:e3b0c44298fc");
  CHECK(digest.matches(""));
  CHECK_FALSE(digest.matches("x"));
}

TEST_CASE("what cannot be verified never matches") {
  const auto digest = Digest::parse("sha512:" + k_hex + k_hex).value();
  CHECK_FALSE(digest.verifiable());
  CHECK_FALSE(digest.matches(""));
  CHECK(digest.abbreviated() == "sha512:aaaaaaaaaaaa");
}

TEST_CASE("digests are keys") {
  std::unordered_set<Digest> seen{Digest::of("a"), Digest::of("b"), Digest::of("a")};
  CHECK(seen.size() == 2);
  CHECK(Digest::parse("sha256:" + std::string(64, '0')).value() < Digest::parse("sha256:" + k_hex).value());
}
