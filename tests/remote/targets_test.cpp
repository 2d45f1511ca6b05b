#include "support/catch.hpp"
#include "targets.hpp"

using namespace tagdb;

TEST_CASE("what a sync is asked to look at") {
  struct Case {
    std::string name;
    std::vector<std::string> typed;
    std::optional<std::string> registry;
    std::string url;
    std::vector<std::string> repositories;
  };
  const std::vector<Case> cases = {
      {"nothing typed", {}, {}, "https://mcr.microsoft.com", {"windows/servercore", "windows/nanoserver"}},
      {"a repository", {"windows/servercore"}, {}, "https://mcr.microsoft.com", {"windows/servercore"}},
      {"short names",
       {"nanoserver", "servercore"},
       {},
       "https://mcr.microsoft.com",
       {"windows/nanoserver", "windows/servercore"}},
      {"the same twice",
       {"servercore", "windows/servercore"},
       {},
       "https://mcr.microsoft.com",
       {"windows/servercore"}},
      {"any repository",
       {"dotnet/framework/runtime"},
       {},
       "https://mcr.microsoft.com",
       {"dotnet/framework/runtime"}},
      {"behind its registry",
       {"harbor.corp/windows/servercore"},
       {},
       "https://harbor.corp",
       {"windows/servercore"}},
      {"behind a registry with a port",
       {"127.0.0.1:5055/windows/servercore"},
       {},
       "https://127.0.0.1:5055",
       {"windows/servercore"}},
      {"the option says plain http",
       {"windows/servercore"},
       "http://127.0.0.1:5055",
       "http://127.0.0.1:5055",
       {"windows/servercore"}},
      {"the option and the word agree",
       {"127.0.0.1:5055/windows/servercore"},
       "http://127.0.0.1:5055",
       "http://127.0.0.1:5055",
       {"windows/servercore"}},
  };
  for (const auto& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const auto targets = remote::parse_targets(c.typed, c.registry);
      REQUIRE(targets);
      CHECK(targets->endpoint.url.origin() == c.url);
      std::vector<std::string> names;
      for (const auto& repository : targets->repositories)
        names.push_back(repository.to_string());
      CHECK(names == c.repositories);
    }
  }
}

TEST_CASE("what a sync cannot look at") {
  struct Case {
    std::string name;
    std::vector<std::string> typed;
    std::optional<std::string> registry;
    std::string said;
  };
  const std::vector<Case> cases = {
      {"a tag", {"windows/servercore:ltsc2019"}, {}, "whole repositories"},
      {"a digest", {"servercore@sha256:" + std::string(64, 'a')}, {}, "whole repositories"},
      {"no repository name", {"Windows/ServerCore"}, {}, "Windows/ServerCore"},
      {"two registries", {"a.corp/windows/servercore", "b.corp/windows/servercore"}, {}, "a.corp and b.corp"},
      {"the option against the word", {"a.corp/windows/servercore"}, "b.corp", "b.corp and a.corp"},
  };
  for (const auto& c : cases) {
    DYNAMIC_SECTION(c.name) {
      const auto targets = remote::parse_targets(c.typed, c.registry);
      REQUIRE_FALSE(targets);
      CHECK(targets.error().kind() == base::ErrorKind::usage);
      CHECK_THAT(targets.error().message(), Catch::Contains(c.said));
    }
  }
}
