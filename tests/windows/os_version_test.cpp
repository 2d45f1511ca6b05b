#include "support/catch.hpp"
#include <tagdb/windows/os_version.hpp>

#include <random>
#include <tuple>

using tagdb::windows::OsVersion;

namespace {

auto parts(const OsVersion& version) {
  return std::tuple(version.major(), version.minor(), version.build(), version.revision());
}

} // namespace

TEST_CASE("versions are four plain numbers") {
  struct Case {
    std::string_view text;
    bool valid;
    std::string_view lenient; ///< what parse_lenient makes of it; empty where nothing
  };
  const Case cases[] = {{"10.0.17763.1040", true, "10.0.17763.1040"},
                        {"0.0.0.0", true, "0.0.0.0"},
                        {"10.0.26100.2147483647", true, "10.0.26100.2147483647"},
                        {"10.0.26100.2147483648", false, ""},
                        {"10.0.17763.99999999999999999999", false, ""},
                        {"17763.1040", false, "10.0.17763.1040"},
                        {"10240.0", false, "10.0.10240.0"},
                        {"4.8", false, ""}, // .NET
                        {"17763", false, ""},
                        {"10.0.17763", false, ""},
                        {"10.0.17763.1040.1", false, ""},
                        {"10.0.017763.1040", false, ""},
                        {"10.0.17763.01", false, ""},
                        {"17763.01", false, ""},
                        {"10.0.17763.", false, ""},
                        {".0.17763.1040", false, ""},
                        {"10..17763.1040", false, ""},
                        {"-10.0.17763.1040", false, ""},
                        {"10.0.17763.+1", false, ""},
                        {" 10.0.17763.1040", false, ""},
                        {"10.0.17763.1040\n", false, ""},
                        {"10,0,17763,1040", false, ""},
                        {"10.0.17763.1040-amd64", false, ""},
                        {"...", false, ""},
                        {"", false, ""}};
  for (const auto& each : cases) {
    INFO(each.text);
    const auto strict = OsVersion::parse(each.text);
    CHECK(strict.has_value() == each.valid);
    const auto lenient = OsVersion::parse_lenient(each.text);
    CHECK((lenient ? lenient->to_string() : "") == each.lenient);
    if (!lenient)
      CHECK(lenient.error().kind() == tagdb::base::ErrorKind::usage);
  }
}

TEST_CASE("order is by number, not by text") {
  const auto version = [](std::string_view text) { return OsVersion::parse(text).value(); };
  CHECK(version("10.0.17763.973") < version("10.0.17763.1039"));
  CHECK(version("10.0.17763.1039") < version("10.0.17763.1098"));
  CHECK(version("10.0.14393.9999") < version("10.0.17763.1"));
  CHECK(version("9.9.99999.99999") < version("10.0.0.0"));
}

TEST_CASE("any version survives the round trip, and the order is total") {
  std::mt19937 random(1);
  // Small numbers often, so that equal parts occur; large ones too.
  const auto pick = [&]() -> std::uint32_t {
    return random() % 2 ? static_cast<std::uint32_t>(random() % 4)
                        : static_cast<std::uint32_t>(random() % 2147483648u);
  };
  const auto make = [&] { return OsVersion(pick(), pick(), pick(), pick()); };
  for (int i = 0; i < 5000; ++i) {
    const auto a = make();
    const auto b = make();
    const auto c = make();
    REQUIRE(OsVersion::parse(a.to_string()).value() == a);
    REQUIRE((a <=> b) == (parts(a) <=> parts(b)));
    REQUIRE((a < b) + (b < a) + (a == b) == 1);
    if (a < b && b < c)
      REQUIRE(a < c);
  }
}
