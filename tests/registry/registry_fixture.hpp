#pragma once

#include "support/manual_clock.hpp"
#include "support/scripted_transport.hpp"
#include <tagdb/registry/client.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagdb::registry {

/// A registry client on a scripted transport, for https://reg and windows/servercore.
struct RegistryFixture {
  explicit RegistryFixture(CredentialStore credentials = {})
      : http(transport, clock, log, {.retry = {}, .random_seed = 1}),
        registry(http, *Endpoint::parse("https://reg"), std::move(credentials), clock, log) {}

  /// "GET /v2/…" on the registry.
  void on(const std::string& method_and_path, std::vector<test::Reply> replies) {
    const auto space = method_and_path.find(' ');
    transport.on(method_and_path.substr(0, space + 1) + "https://reg" + method_and_path.substr(space + 1),
                 std::move(replies));
  }
  /// Methods and URLs in the order sent; those of the registry without its origin.
  std::vector<std::string> sent() const {
    std::vector<std::string> names;
    for (const auto& each : transport.sent) {
      auto name = test::ScriptedTransport::name_of(each.request);
      if (const auto at = name.find("https://reg/"); at != std::string::npos)
        name.erase(at, 11);
      names.push_back(std::move(name));
    }
    return names;
  }
  /// The Authorization header of a request, or "".
  std::string authorization(std::size_t index) const {
    const auto& secret = transport.sent.at(index).request.authorization;
    return secret ? secret->reveal() : std::string();
  }

  template <class T>
  struct Told {
    std::optional<base::Result<T>> result;
    Handler<T> handler() {
      return [this](base::Result<T> told) { result = std::move(told); };
    }
  };
  template <class T>
  base::Result<T> finish(Told<T>& told) {
    http.run();
    return told.result ? *std::move(told.result)
                       : base::Result<T>(base::Error(base::ErrorKind::internal, "nobody was told"));
  }
  base::Result<TagList> list() {
    Told<TagList> told;
    registry.list_tags(repository, told.handler());
    return finish(told);
  }
  base::Result<Resolved> resolve(const std::string& tag = "ltsc2019") {
    Told<Resolved> told;
    registry.resolve(repository, *oci::Tag::parse(tag), told.handler());
    return finish(told);
  }
  base::Result<Fetched> manifest_of(const oci::Digest& digest) {
    Told<Fetched> told;
    registry.fetch_manifest(repository, digest, told.handler());
    return finish(told);
  }
  base::Result<Fetched> blob(const oci::Digest& digest, std::size_t max_bytes = 1000) {
    Told<Fetched> told;
    registry.fetch_blob(repository, digest, max_bytes, told.handler());
    return finish(told);
  }

  const oci::RepositoryName repository = *oci::RepositoryName::parse("windows/servercore");
  test::ManualClock clock;
  std::vector<std::string> lines;
  base::Log log{base::LogLevel::warning,
                [this](base::LogLevel, std::string_view line) { lines.emplace_back(line); }};
  test::ScriptedTransport transport{clock};
  net::Client http;
  RegistryClient registry;
};

inline test::Reply json(std::string body, int status = 200) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

inline test::Reply refused(int status, const std::string& code) {
  return json(R"({"errors":[{"code":")" + code + R"(","message":"no"}]})", status);
}

inline test::Reply web_page(int status = 200) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"}},
          .body = "<!DOCTYPE html><title>Sign in</title>"};
}

} // namespace tagdb::registry
