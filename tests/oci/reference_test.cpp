#include "support/catch.hpp"
#include <tagdb/oci/reference.hpp>

#include <vector>

using namespace tagdb::oci;

namespace {

const std::string k_digest = "sha256:" + std::string(64, 'a');

template <class Value>
void check_names(std::initializer_list<std::string> good, std::initializer_list<std::string> bad) {
  for (const auto& text : good) {
    INFO(text);
    const auto value = Value::parse(text);
    REQUIRE(value);
    CHECK(value->to_string() == text);
  }
  for (const auto& text : bad) {
    INFO(text);
    const auto value = Value::parse(text);
    REQUIRE_FALSE(value);
    CHECK(value.error().kind() == tagdb::base::ErrorKind::usage);
    CHECK_FALSE(value.error().hint().empty());
  }
}

} // namespace

TEST_CASE("repository names") {
  check_names<RepositoryName>({"windows/servercore", "a", "0", "dotnet/framework/sdk", "a.b", "a_b", "a__b",
                               "a---b", std::string(255, 'a')},
                              {"",
                               "/",
                               "Windows/servercore",
                               "windows//servercore",
                               "/windows",
                               "windows/",
                               "a..b",
                               "a___b",
                               "a._b",
                               "a-_b",
                               "-a",
                               "a-",
                               ".a",
                               "a b",
                               "../../etc",
                               "a/../b",
                               "a\n",
                               "\xc3\xa4",
                               std::string(256, 'a'),
                               "a%2fb"});
}

TEST_CASE("tags are case-sensitive and never decoded") {
  check_names<Tag>(
      {"ltsc2019", "10.0.17763.1040", "1809_KB4467708_amd64", "_x", "20H2", "A", std::string(128, 'x')},
      {"", ".a", "-a", "a b", "a/b", "a:b", "a%20b", "a\n", "\xc3\xa4", std::string(129, 'x')});
}

TEST_CASE("registries") {
  check_names<RegistryName>({"mcr.microsoft.com", "localhost", "localhost:5000", "127.0.0.1:5055",
                             "[::1]:5000", "[fe80::1]", "a-b.example", "registry:1", "h:65535"},
                            {"",
                             ":5000",
                             "host:",
                             "host:0",
                             "host:65536",
                             "host:050",
                             "host:x",
                             "-a",
                             "a-",
                             "a..b",
                             "a.",
                             "a_b",
                             "http://host",
                             "host/",
                             "user@host",
                             "[::1",
                             "[]",
                             "[localhost]",
                             "[::1]x",
                             "::1",
                             "host:1:2",
                             "a b",
                             std::string(64, 'a')});
  CHECK(RegistryName::parse("MCR.Microsoft.COM:443")->to_string() == "mcr.microsoft.com:443");
}

TEST_CASE("references as docker writes them") {
  struct Case {
    std::string text;
    std::string registry, repository, tag, digest;
  };
  const Case cases[] = {
      {"servercore:ltsc2019", "", "servercore", "ltsc2019", ""},
      {"windows/nanoserver:1809", "", "windows/nanoserver", "1809", ""},
      {"windows/servercore", "", "windows/servercore", "", ""},
      {"mcr.microsoft.com/windows/servercore:ltsc2019", "mcr.microsoft.com", "windows/servercore", "ltsc2019",
       ""},
      {"mcr.microsoft.com/windows/servercore@" + k_digest, "mcr.microsoft.com", "windows/servercore", "",
       k_digest},
      {"mcr.microsoft.com/windows/servercore:ltsc2019@" + k_digest, "mcr.microsoft.com", "windows/servercore",
       "ltsc2019", k_digest},
      {"localhost/x:y", "localhost", "x", "y", ""},
      {"localhost:5000/x", "localhost:5000", "x", "", ""},
      {"127.0.0.1:5055/windows/servercore:1809", "127.0.0.1:5055", "windows/servercore", "1809", ""},
      {"[::1]:5000/x:y", "[::1]:5000", "x", "y", ""},
      {"servercore@" + k_digest, "", "servercore", "", k_digest}};
  for (const auto& each : cases) {
    INFO(each.text);
    const auto reference = parse_reference(each.text);
    REQUIRE(reference);
    CHECK((reference->registry ? reference->registry->to_string() : "") == each.registry);
    CHECK(reference->repository->to_string() == each.repository);
    CHECK((reference->tag ? reference->tag->to_string() : "") == each.tag);
    CHECK((reference->digest ? reference->digest->to_string() : "") == each.digest);
    CHECK(reference->to_string() == each.text);
  }
}

TEST_CASE("no references") {
  const std::vector<std::string> cases = {"",
                                          "Servercore:x",
                                          "servercore:",
                                          ":ltsc2019",
                                          "servercore@",
                                          "servercore@sha256:abc",
                                          "a:b:c",
                                          "https://mcr.microsoft.com/windows/servercore",
                                          "mcr.microsoft.com/",
                                          "/servercore",
                                          "servercore:lts c",
                                          "servercore@" + k_digest + "@" + k_digest};
  for (const auto& text : cases) {
    INFO(text);
    const auto reference = parse_reference(text);
    REQUIRE_FALSE(reference);
    CHECK(reference.error().kind() == tagdb::base::ErrorKind::usage);
  }
}

TEST_CASE("parts print alone too") {
  Reference reference;
  CHECK(reference.to_string().empty());
  reference.tag = Tag::parse("ltsc2019").value();
  CHECK(reference.to_string() == "ltsc2019");
  reference.digest = Digest::parse(k_digest).value();
  CHECK(reference.to_string() == "ltsc2019@" + k_digest);
  reference.tag.reset();
  CHECK(reference.to_string() == k_digest);
}
