#include "mirror_images.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::cli;

TEST_CASE("a rate as people write it") {
  const std::pair<const char*, std::uint64_t> good[] = {
      {"1000", 1000}, {"500k", 500'000}, {"20M", 20'000'000}, {"1.5G", 1'500'000'000}, {"1g", 1'000'000'000}};
  for (const auto& [text, rate] : good) {
    INFO(text);
    const auto parsed = parse_rate(text);
    REQUIRE(parsed);
    CHECK(*parsed == rate);
  }
  for (const char* text :
       {"", "0", "k", "-1", "1.5", "1.55M", "M5", "10 M", "10MB", "1.M", "99999999999999999999"}) {
    INFO(text);
    const auto parsed = parse_rate(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().kind() == base::ErrorKind::usage);
  }
}
