#include "support/catch.hpp"
#include <tagdb/base/sha256.hpp>

#include <thread>
#include <vector>

using namespace tagdb::base;

namespace {

constexpr std::string_view k_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view k_million_a = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

} // namespace

TEST_CASE("the published vectors (FIPS 180-2)") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == k_abc);
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == k_million_a);
}

TEST_CASE("pieces hash as the whole") {
  Sha256 hash;
  for (int i = 0; i < 1000; ++i) {
    hash.update(std::string(999, 'a'));
    hash.update("");
    hash.update("a");
  }
  CHECK(hash.finish_hex() == k_million_a);
  hash.reset();
  hash.update("abc");
  Sha256 moved = std::move(hash);
  CHECK(moved.finish_hex() == k_abc);
}

TEST_CASE("threads do not share a computation") {
  std::vector<std::string> hashes(4);
  std::vector<std::thread> threads;
  for (auto& hash : hashes)
    threads.emplace_back([&hash] {
      for (int i = 0; i < 200; ++i)
        hash = sha256_hex("abc");
    });
  for (auto& thread : threads)
    thread.join();
  for (const auto& hash : hashes)
    CHECK(hash == k_abc);
}
