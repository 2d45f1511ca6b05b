#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/registry/auth.hpp>

#include <cstdlib>
#include <map>
#include <sys/stat.h>

using namespace tagdb;
using registry::Credentials;
using registry::CredentialStore;

namespace {

/// "user:password", "user:<identity token>", "nothing".
std::string show(const base::Result<std::optional<Credentials>>& found) {
  if (!found)
    return "error: " + found.error().to_string();
  if (!*found)
    return "nothing";
  const auto& credentials = **found;
  return credentials.username + ":" +
         (credentials.identity_token.empty() ? credentials.password.reveal()
                                             : "<" + credentials.identity_token.reveal() + ">");
}

/// Programs in a folder of their own, first in PATH.
class Helpers {
 public:
  Helpers() : m_path(std::getenv("PATH")) {
    ::setenv("PATH", (m_folder.path().string() + ":" + m_path).c_str(), 1);
  }
  ~Helpers() { ::setenv("PATH", m_path.c_str(), 1); }
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  void add(const std::string& name, const std::string& script) const {
    const auto file = m_folder.write("docker-credential-" + name, "#!/bin/sh\n" + script);
    ::chmod(file.c_str(), 0755);
  }

 private:
  test::TempDir m_folder;
  std::string m_path;
};

} // namespace

TEST_CASE("docker's config.json in its spellings") {
  const auto store = CredentialStore::parse(R"({
    "auths": {
      "https://index.docker.io/v1/": {"auth": "aHViOnB3"},
      "harbor.corp": {"auth": "dXNlcjpwYTpzcw=="},
      "harbor.corp:8443": {"username": "other", "password": "pw"},
      "quay.io/team": {"auth": "dGVhbTpwdw"},
      "acr.azurecr.io": {"auth": "MDAwMDo=", "identitytoken": "refresh"},
      "http://plain.corp": {"auth": "YTpi"},
      "empty.corp": {},
      "padded.corp": {"auth": "YTpiAAA="}
    }})");
  REQUIRE(store);
  struct Case {
    const char* authority;
    const char* shown;
  };
  for (const auto& each :
       {Case{"harbor.corp", "user:pa:ss"}, Case{"harbor.corp:8443", "other:pw"},
        Case{"harbor.corp:1", "nothing"}, Case{"docker.io", "hub:pw"}, Case{"registry-1.docker.io", "hub:pw"},
        Case{"index.docker.io", "hub:pw"}, Case{"quay.io", "team:pw"},
        Case{"acr.azurecr.io", "0000:<refresh>"}, Case{"plain.corp", "a:b"}, Case{"empty.corp", "nothing"},
        Case{"padded.corp", "a:b"}, Case{"corp", "nothing"}, Case{"mcr.microsoft.com", "nothing"}}) {
    INFO(each.authority);
    CHECK(show(store->find(each.authority)) == each.shown);
  }
}

TEST_CASE("the host's own entry comes before one of a path below it") {
  const auto store = CredentialStore::parse(
      R"({"auths":{"quay.io/team":{"auth":"dGVhbTpwdw=="},"quay.io":{"auth":"YTpi"}}})");
  REQUIRE(store);
  CHECK(show(store->find("quay.io")) == "a:b");
}

TEST_CASE("a file that is none says so, without its secrets") {
  struct Case {
    const char* name;
    const char* json;
  };
  for (const auto& each :
       {Case{"no JSON", "{auths"}, Case{"not base64", R"({"auths":{"h":{"auth":"hunter2!"}}})"},
        Case{"no colon", R"({"auths":{"h":{"auth":"aHVudGVyMg=="}}})"}}) {
    INFO(each.name);
    const auto store = CredentialStore::parse(each.json);
    REQUIRE_FALSE(store);
    CHECK(store.error().kind() == base::ErrorKind::usage);
    CHECK(store.error().to_string().find("hunter2") == std::string::npos);
  }
  CHECK(CredentialStore::parse("{}"));
  CHECK(CredentialStore::parse(R"({"auths":[],"credHelpers":7,"credsStore":null})"));
}

TEST_CASE("where the file is looked for") {
  const test::TempDir folder;
  const auto entry = [](const char* auth) {
    return std::string(R"({"auths":{"h":{"auth":")") + auth + "\"}}}";
  };
  folder.write("named.json", entry("bmFtZWQ6eA=="));
  folder.write("docker/config.json", entry("ZG9ja2VyOng="));
  folder.write("run/containers/auth.json", entry("cnVuOng="));
  folder.write("home/.docker/config.json", entry("aG9tZTp4"));
  const auto at = [&](const char* name) { return (folder / name).string(); };
  struct Case {
    const char* name;
    std::map<std::string, std::string> variables;
    std::optional<std::string> authfile;
    const char* shown;
  };
  const Case cases[] = {
      {"given", {{"HOME", at("home")}}, at("named.json"), "named:x"},
      {"REGISTRY_AUTH_FILE", {{"REGISTRY_AUTH_FILE", at("named.json")}, {"HOME", at("home")}}, {}, "named:x"},
      {"DOCKER_CONFIG", {{"DOCKER_CONFIG", at("docker")}, {"XDG_RUNTIME_DIR", at("run")}}, {}, "docker:x"},
      {"podman's", {{"XDG_RUNTIME_DIR", at("run")}, {"HOME", at("home")}}, {}, "run:x"},
      {"home", {{"XDG_RUNTIME_DIR", at("nowhere")}, {"HOME", at("home")}}, {}, "home:x"},
      {"nowhere", {{"HOME", at("nowhere")}}, {}, "nothing"},
      {"no variables", {}, {}, "nothing"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto store =
        CredentialStore::load(each.authfile, [&](const char* name) -> std::optional<std::string> {
          const auto found = each.variables.find(name);
          return found == each.variables.end() ? std::nullopt : std::optional(found->second);
        });
    REQUIRE(store);
    CHECK(show(store->find("h")) == each.shown);
  }
  const auto absent = CredentialStore::load(at("absent.json"), [](const char*) { return std::nullopt; });
  REQUIRE_FALSE(absent);
  CHECK(absent.error().kind() == base::ErrorKind::usage);
  CHECK(absent.error().message().find("absent.json") != std::string::npos);
}

TEST_CASE("credential helpers") {
  const Helpers helpers;
  helpers.add(
      "works",
      R"(read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"$1-$server\",\"Secret\":\"pw\"}")");
  helpers.add("token", R"(echo '{"Username":"<token>","Secret":"refresh"}')");
  helpers.add("empty", "echo 'credentials not found in native keychain'; exit 1");
  helpers.add("broken", "echo 'the vault is closed'; exit 3");
  helpers.add("babbles", "echo 'hunter2 is no JSON'");
  helpers.add("halves", R"(echo '{"Username":"u"}')");
  const auto store = CredentialStore::parse(R"({
    "credsStore": "empty",
    "credHelpers": {"a.corp:5000": "works", "t.corp": "token", "b.corp": "broken", "c.corp": "babbles",
                    "d.corp": "halves", "e.corp": "absent", "f.corp": "../../evil", "docker.io": "works"},
    "auths": {"x.corp": {"auth": "YTpi"}}})");
  REQUIRE(store);
  CHECK(show(store->find("a.corp:5000")) == "get-a.corp:5000:pw");
  CHECK(show(store->find("registry-1.docker.io")) == "get-https://index.docker.io/v1/:pw");
  CHECK(show(store->find("t.corp")) == "<token>:<refresh>");
  CHECK(show(store->find("x.corp")) == "a:b"); // the store has none, the file does
  CHECK(show(store->find("y.corp")) == "nothing");
  for (const auto& [host, program] : {std::pair{"b.corp", "docker-credential-broken"},
                                      {"c.corp", "docker-credential-babbles"},
                                      {"d.corp", "docker-credential-halves"},
                                      {"e.corp", "docker-credential-absent"},
                                      {"f.corp", "evil"}}) {
    INFO(host);
    const auto found = store->find(host);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind() == base::ErrorKind::usage);
    CHECK(found.error().message().find(program) != std::string::npos);
    CHECK(found.error().to_string().find("hunter2") == std::string::npos);
  }
  CHECK(store->find("b.corp").error().message().find("the vault is closed") != std::string::npos);
}
