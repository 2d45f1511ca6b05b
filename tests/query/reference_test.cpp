#include "support/catch.hpp"
#include <tagdb/query/reference.hpp>

#include <string>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;

namespace {

const std::string k_hash(64, 'a');
const std::string k_digest = "sha256:" + k_hash;

/// A subject as one word: what it was taken for, and its value.
std::string word(const Subject& subject) {
  if (const auto* tag = std::get_if<oci::Tag>(&subject))
    return "tag " + tag->to_string();
  if (const auto* version = std::get_if<windows::OsVersion>(&subject))
    return "revision " + version->to_string();
  if (const auto* kb = std::get_if<windows::Kb>(&subject))
    return "kb " + kb->to_string();
  if (const auto* digest = std::get_if<oci::Digest>(&subject))
    return "digest " + digest->to_string();
  return "prefix " + std::get<DigestPrefix>(subject).hex;
}

} // namespace

TEST_CASE("references as people type them") {
  struct Case {
    std::string name, text, registry, repository, subject;
    bool pinned = false;
  };
  const std::vector<Case> cases = {
      {"floating tag", "ltsc2019", "", "", "tag ltsc2019"},
      {"floating tag of digits", "1809", "", "", "tag 1809"},
      {"case is kept", "20H2", "", "", "tag 20H2"},
      {"four-part revision is a tag", "10.0.17763.1040", "", "", "tag 10.0.17763.1040"},
      {"two-part revision", "17763.1040", "", "", "revision 10.0.17763.1040"},
      {"no revision: build too small", "4.8", "", "", "tag 4.8"},
      {"three parts are a tag", "1.2.3", "", "", "tag 1.2.3"},
      {"revision with suffix", "10.0.14393.2906-amd64-de-de", "", "", "tag 10.0.14393.2906-amd64-de-de"},
      {"KB tag", "1809-KB4546852", "", "", "tag 1809-KB4546852"},
      {"KB tag with underscores", "1809_KB4467708_amd64", "", "", "tag 1809_KB4467708_amd64"},
      {"bare KB", "KB4546852", "", "", "kb KB4546852"},
      {"bare KB, small", "kb4546852", "", "", "kb KB4546852"},
      {"digest", k_digest, "", "", "digest " + k_digest},
      {"image ID", "d1724c2d9a84", "", "", "prefix d1724c2d9a84"},
      {"whole image ID", k_hash, "", "", "prefix " + k_hash},
      {"eleven digits are a tag", "d1724c2d9a8", "", "", "tag d1724c2d9a8"},
      {"65 digits are a tag", k_hash + "a", "", "", "tag " + k_hash + "a"},
      {"upper-case digits are a tag", "D1724C2D9A84", "", "", "tag D1724C2D9A84"},
      {"short repository", "servercore:ltsc2019", "", "servercore", "tag ltsc2019"},
      {"repository", "windows/nanoserver:1809", "", "windows/nanoserver", "tag 1809"},
      {"registry", "mcr.microsoft.com/windows/servercore:ltsc2019", "mcr.microsoft.com", "windows/servercore",
       "tag ltsc2019"},
      {"registry with port", "127.0.0.1:5055/windows/servercore:1809", "127.0.0.1:5055", "windows/servercore",
       "tag 1809"},
      {"localhost is a registry", "localhost/servercore:1809", "localhost", "servercore", "tag 1809"},
      {"longer path", "dotnet/framework/runtime:4.8", "", "dotnet/framework/runtime", "tag 4.8"},
      {"KB behind a repository", "nanoserver:KB4546852", "", "nanoserver", "kb KB4546852"},
      {"revision behind a repository", "nanoserver:17763.1040", "", "nanoserver", "revision 10.0.17763.1040"},
      {"image ID behind a repository", "servercore:d1724c2d9a84", "", "servercore", "prefix d1724c2d9a84"},
      {"digest behind a repository", "windows/servercore@" + k_digest, "", "windows/servercore",
       "digest " + k_digest},
      {"digest behind a short repository", "servercore@" + k_digest, "", "servercore", "digest " + k_digest},
      {"digest behind registry and repository", "mcr.microsoft.com/windows/servercore@" + k_digest,
       "mcr.microsoft.com", "windows/servercore", "digest " + k_digest},
      {"digest behind an unknown word: a repository", "myimage@" + k_digest, "", "myimage",
       "digest " + k_digest},
      {"pinned", "mcr.microsoft.com/windows/servercore:ltsc2019@" + k_digest, "mcr.microsoft.com",
       "windows/servercore", "tag ltsc2019", true},
      {"pinned, short", "ltsc2019@" + k_digest, "", "", "tag ltsc2019", true},
      {"pinned KB tag, short", "1809-KB4546852@" + k_digest, "", "", "tag 1809-KB4546852", true},
  };
  for (const auto& c : cases) {
    INFO(c.name << ": " << c.text);
    const auto query = parse_reference_query(c.text);
    REQUIRE(query);
    CHECK(query->text == c.text);
    CHECK((query->registry ? query->registry->to_string() : "") == c.registry);
    CHECK((query->repository ? query->repository->to_string() : "") == c.repository);
    CHECK(word(query->subject) == c.subject);
    CHECK(query->expected.has_value() == c.pinned);
    if (c.pinned)
      CHECK(query->expected->to_string() == k_digest);
  }
}

TEST_CASE("what is no reference is refused with its reason") {
  struct Case {
    std::string name, text, reason;
  };
  const std::vector<Case> cases = {
      {"empty", "", "empty"},
      {"space", "ltsc 2019", "cannot be a tag"},
      {"leading dash", "-ltsc2019", "cannot be a tag"},
      {"scheme", "https://mcr.microsoft.com/windows/servercore:1809", "scheme"},
      {"no tag", "windows/servercore", "no image in it"},
      {"no tag, short", "servercore", "no image in it"},
      {"no tag, registry with port", "127.0.0.1:5055/windows/servercore", "no image in it"},
      {"empty tag", "windows/servercore:", "behind the colon"},
      {"upper-case repository", "Windows/ServerCore:ltsc2019", "cannot be a repository"},
      {"empty repository", ":ltsc2019", "cannot be a repository"},
      {"two tags", "servercore:1809:1903", "cannot be a tag"},
      {"short digest", "sha256:abc", "no whole digest"},
      {"one digit missing", k_digest.substr(0, 70), "no whole digest"},
      {"short digest behind a tag", "servercore:1809@sha256:abc", "no digest"},
      {"nothing before the digest", "@" + k_digest, "before"},
      {"two digests", k_digest + "@" + k_digest, "two digests"},
      {"too long a tag", std::string(129, 'x'), "cannot be a tag"},
  };
  for (const auto& c : cases) {
    INFO(c.name << ": " << c.text);
    const auto query = parse_reference_query(c.text);
    REQUIRE_FALSE(query);
    CHECK(query.error().kind() == base::ErrorKind::usage);
    CHECK_THAT(query.error().message(), Catch::Matchers::Contains(c.reason));
  }
  // What is shown of it cannot move a cursor or end a line.
  const auto hostile = parse_reference_query("ltsc\x1b[2J\n");
  REQUIRE_FALSE(hostile);
  CHECK(hostile.error().message().find('\x1b') == std::string::npos);
  CHECK(hostile.error().message().find('\n') == std::string::npos);
}

TEST_CASE("short names of repositories") {
  const auto expanded = [](std::string_view name) {
    return expand_repository(*oci::RepositoryName::parse(name)).to_string();
  };
  CHECK(expanded("servercore") == "windows/servercore");
  CHECK(expanded("nanoserver") == "windows/nanoserver");
  CHECK(expanded("server") == "windows/server");
  CHECK(expanded("windows") == "windows");
  CHECK(expanded("windows/servercore/iis") == "windows/servercore/iis");
  CHECK(expanded("myimage") == "myimage");
}
