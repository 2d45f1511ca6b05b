#include "credential_helper.hpp"

#include <tagdb/base/json.hpp>
#include <tagdb/base/process.hpp>
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <chrono>

namespace tagdb::registry {

namespace {

constexpr std::chrono::seconds k_patience{10};
/// The user name under which helpers hand out identity tokens.
constexpr std::string_view k_token_user = "<token>";

base::Error failed(const std::string& program, std::string_view why) {
  return {
      base::ErrorKind::usage,
      fmt::format("the credential helper {} failed: {}", program, base::escape_untrusted(base::trim(why))),
      "run it by hand, or name another credentials file with --authfile"};
}

} // namespace

base::Result<std::optional<Credentials>> ask_credential_helper(const std::string& name,
                                                               const std::string& server) {
  // The name comes from a file: it must not lead to another folder.
  if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") !=
      std::string::npos)
    return failed("'" + base::escape_untrusted(name) + "'", "that is no helper's name");
  const auto program = "docker-credential-" + name;
  auto output = base::run_process({program, "get"}, server, k_patience);
  if (!output)
    return output.error().kind() == base::ErrorKind::interrupted ? output.error()
                                                                 : failed(program, output.error().message());
  if (output->exit_code != 0) {
    // Helpers say so on standard output; secrets are there only when they succeed.
    const auto& said = output->standard_output.empty() ? output->standard_error : output->standard_output;
    if (said.find("credentials not found") != std::string::npos)
      return std::optional<Credentials>();
    return failed(program, said.empty() ? fmt::format("exit code {}", output->exit_code) : said);
  }
  const auto document = base::JsonDocument::parse(output->standard_output);
  if (!document)
    return failed(program, "its answer is no JSON");
  const auto secret = document->root().string_at("Secret");
  if (!secret)
    return failed(program, "its answer has no Secret");
  Credentials credentials;
  credentials.username = document->root().string_at("Username").value_or("");
  if (credentials.username == k_token_user)
    credentials.identity_token = base::Secret(std::string(*secret));
  else
    credentials.password = base::Secret(std::string(*secret));
  return std::optional<Credentials>(std::move(credentials));
}

} // namespace tagdb::registry
