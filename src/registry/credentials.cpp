#include "credential_helper.hpp"
#include <tagdb/base/base64.hpp>
#include <tagdb/base/file.hpp>
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/registry/auth.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tagdb::registry {

namespace {

constexpr std::size_t k_max_bytes = 1u << 20;
constexpr std::string_view k_docker_hub = "index.docker.io";

/// docker's spellings of a registry: with scheme, with path ("https://index.docker.io/v1/", "quay.io/team").
std::string normalise(std::string_view name) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (name.substr(0, scheme.size()) == scheme)
      name.remove_prefix(scheme.size());
  auto host = base::to_lower(name.substr(0, name.find('/')));
  if (host == "docker.io" || host == "registry-1.docker.io")
    return std::string(k_docker_hub);
  return host;
}

base::Error bad_entry(std::string_view host, std::string_view what) {
  return {base::ErrorKind::usage,
          fmt::format("the entry of {} in the credentials file {}", base::escape_untrusted(host), what),
          "docker login writes a new one"};
}

base::Result<Credentials> parse_entry(std::string_view host, const base::JsonValue& entry) {
  Credentials credentials;
  credentials.username = entry.string_at("username").value_or("");
  credentials.password = base::Secret(std::string(entry.string_at("password").value_or("")));
  if (const auto auth = entry.string_at("auth"); auth && !auth->empty()) {
    std::string text(base::trim(*auth));
    text.append((4 - text.size() % 4) % 4, '='); // people edit these files, and padding gets lost
    const auto pair = base::base64_decode(text);
    if (!pair)
      return bad_entry(host, "is not base64");
    const auto colon = pair->find(':');
    if (colon == std::string::npos)
      return bad_entry(host, "has no user name");
    credentials.username = pair->substr(0, colon);
    // Old docker versions padded with NUL.
    credentials.password = base::Secret(pair->substr(colon + 1, pair->find('\0', colon) - colon - 1));
  }
  if (const auto token = entry.string_at("identitytoken"))
    credentials.identity_token = base::Secret(std::string(*token));
  return credentials;
}

} // namespace

base::Result<CredentialStore> CredentialStore::parse(std::string_view json) {
  auto document = base::JsonDocument::parse(json, {.max_bytes = k_max_bytes, .max_depth = 16});
  if (!document)
    return base::Error(base::ErrorKind::usage,
                       "the credentials file is no JSON: " + document.error().message());
  CredentialStore store;
  const auto root = document->root();
  store.m_default_helper = root.string_at("credsStore").value_or("");
  if (const auto helpers = root.find("credHelpers"))
    helpers->for_each_member([&](std::string_view host, base::JsonValue helper) {
      if (const auto name = helper.string(); name && !name->empty())
        store.m_helpers.emplace_back(normalise(host), *name);
    });
  std::optional<base::Error> problem;
  if (const auto entries = root.find("auths"))
    entries->for_each_member([&](std::string_view host, base::JsonValue entry) {
      auto credentials = parse_entry(host, entry);
      if (!credentials)
        problem = std::move(credentials).error();
      else if (!credentials->password.empty() || !credentials->identity_token.empty())
        // The host's own entry before one of a path below it.
        store.m_entries.insert(host.find('/') == std::string_view::npos ? store.m_entries.begin()
                                                                        : store.m_entries.end(),
                               {normalise(host), *std::move(credentials)});
    });
  if (problem)
    return *std::move(problem);
  return store;
}

base::Result<CredentialStore> CredentialStore::load(const std::optional<std::string>& authfile,
                                                    const base::Environment& environment) {
  std::vector<std::string> places;
  const auto consider = [&](const char* variable, std::string_view below) {
    if (const auto folder = environment(variable); folder && !folder->empty())
      places.push_back(*folder + std::string(below));
  };
  if (authfile) {
    places.push_back(*authfile);
  } else {
    consider("REGISTRY_AUTH_FILE", "");
    consider("DOCKER_CONFIG", "/config.json");
    consider("XDG_RUNTIME_DIR", "/containers/auth.json");
    consider("HOME", "/.docker/config.json");
  }
  for (const auto& place : places) {
    auto bytes = base::read_file(place, k_max_bytes);
    if (!bytes)
      return base::Error(base::ErrorKind::usage, bytes.error().message(), bytes.error().hint())
          .while_doing("reading credentials");
    if (*bytes)
      return parse(**bytes).while_doing("reading " + place);
  }
  if (authfile)
    return base::Error(base::ErrorKind::usage, fmt::format("there is no credentials file {}", *authfile),
                       "--authfile names a file like docker's config.json");
  return CredentialStore();
}

base::Result<std::optional<Credentials>> CredentialStore::find(const std::string& authority) const {
  const auto host = normalise(authority);
  const auto helper =
      std::find_if(m_helpers.begin(), m_helpers.end(), [&](const auto& each) { return each.first == host; });
  const auto& program = helper == m_helpers.end() ? m_default_helper : helper->second;
  if (!program.empty()) {
    TAGDB_TRY_ASSIGN(
        auto found,
        ask_credential_helper(program, host == k_docker_hub ? "https://index.docker.io/v1/" : authority));
    if (found)
      return found;
  }
  const auto entry =
      std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& each) { return each.host == host; });
  if (entry == m_entries.end())
    return std::optional<Credentials>();
  return std::optional<Credentials>(entry->credentials);
}

} // namespace tagdb::registry
