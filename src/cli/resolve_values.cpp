#include "resolve_values.hpp"

#include "documents.hpp"
#include <tagdb/base/text.hpp>

#include <array>
#include <utility>

namespace tagdb::cli {

namespace {

std::string reference_of(const query::Resolution& answer, const oci::Digest& digest) {
  std::string text = answer.registry + "/" + answer.repository;
  if (!answer.tag.empty())
    text += ":" + answer.tag;
  return text + "@" + digest.to_string();
}

base::Error unknown(const query::Resolution& answer, std::string_view what) {
  return base::Error(base::ErrorKind::not_found,
                     "no " + std::string(what) + " is known for " + name_for_people(answer),
                     "--format text prints what is");
}

using Pair = std::pair<std::string_view, std::string>;

/// What env, github and azure print; empty where it is not known, so that a value of an earlier step does not
/// survive.
std::array<Pair, 7> pairs_of(const query::Resolution& answer, const std::optional<oci::Digest>& digest) {
  return {Pair{"REVISION", answer.revision ? answer.revision->to_string() : ""},
          Pair{"KB", answer.kb ? answer.kb->to_string() : ""},
          Pair{"RELEASE", answer.release ? answer.release->label.to_string() : ""},
          Pair{"DIGEST", digest ? digest->to_string() : ""},
          Pair{"REF", digest ? reference_of(answer, *digest) : ""},
          Pair{"EVIDENCE", std::string(query::to_string(answer.evidence.level))},
          Pair{"ASOF", base::format_rfc3339(answer.as_of)}};
}

/// How Azure Pipelines wants what would end a logging command.
std::string azure_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
    case '%':
      escaped += "%AZP25";
      break;
    case '\r':
      escaped += "%0D";
      break;
    case '\n':
      escaped += "%0A";
      break;
    default:
      escaped += c;
    }
  }
  return escaped;
}

/// $GITHUB_OUTPUT takes one line for a value; none of ours has a second one, and none may smuggle one in.
std::string one_line(std::string_view text) {
  return base::escape_untrusted(text, 2000);
}

std::string variable_lines(const query::Resolution& answer, std::string_view format,
                           const std::optional<oci::Digest>& digest) {
  std::string lines;
  for (const auto& [name, value] : pairs_of(answer, digest)) {
    const std::string variable = "TAGDB_ANSWER_" + std::string(name);
    if (format == "env")
      lines += variable + "=" + (value.empty() ? "" : shell_word(value)) + "\n";
    else if (format == "github")
      lines += base::to_lower(variable) + "=" + one_line(value) + "\n";
    else
      lines +=
          "##vso[task.setvariable variable=" + variable + ";isOutput=true]" + azure_escaped(value) + "\n";
  }
  return lines;
}

std::string platform_name(const query::PlatformAnswer& platform) {
  std::string name = platform.os + "/" + platform.architecture;
  if (!platform.os_version.empty())
    name += ":" + platform.os_version;
  return base::escape_untrusted(name);
}

} // namespace

std::string shell_word(std::string_view text) {
  constexpr std::string_view k_harmless =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
  if (!text.empty() && text.find_first_not_of(k_harmless) == std::string_view::npos)
    return std::string(text);
  std::string quoted = "'";
  for (const char c : text)
    quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

base::Status narrow_to(query::Resolution& answer, const PlatformFilter& platform) {
  // The reference tells of revisions, not of what an index holds.
  if (answer.evidence.level == query::EvidenceLevel::reference && answer.revision &&
      platform.accepts("windows", "amd64", answer.revision->to_string()))
    return {};
  std::vector<std::string> there;
  for (const auto& candidate : answer.platforms)
    there.push_back(platform_name(candidate));
  std::erase_if(answer.platforms, [&](const auto& candidate) {
    return !platform.accepts(candidate.os, candidate.architecture, candidate.os_version);
  });
  if (!answer.platforms.empty()) {
    // Of an index with several versions, the one that was asked for is the answer; whose KB the other one's
    // is not.
    if (const auto version = windows::OsVersion::parse(answer.platforms.front().os_version);
        answer.platforms.size() == 1 && version && answer.revision != *version) {
      const bool same_product = answer.revision && answer.revision->build() == version->build();
      answer.revision = *version;
      answer.kb.reset();
      answer.release.reset();
      answer.host_release.reset();
      if (!same_product)
        answer.support.reset();
    }
    return {};
  }
  std::string asked = platform.os + "/" + platform.architecture;
  if (!platform.os_version.empty())
    asked += ":" + platform.os_version;
  return base::Error(base::ErrorKind::not_found,
                     name_for_people(answer) + " has no image for " + base::escape_untrusted(asked),
                     there.empty() ? "" : "it has " + base::join(there, ", "));
}

base::Result<std::string> resolution_value(const query::Resolution& answer, std::string_view format,
                                           const std::optional<oci::Digest>& digest,
                                           std::string_view argument_name) {
  if (format == "env" || format == "github" || format == "azure")
    return variable_lines(answer, format, digest);
  if (format == "revision") {
    if (!answer.revision)
      return unknown(answer, "revision");
    return answer.revision->to_string() + "\n";
  }
  if (format == "kb") {
    if (!answer.kb)
      return unknown(answer, "KB");
    return answer.kb->to_string() + "\n";
  }
  if (!digest)
    return unknown(answer, "digest");
  if (format == "digest")
    return digest->to_string() + "\n";
  const auto reference = reference_of(answer, *digest);
  if (format == "pull")
    return "docker pull " + shell_word(reference) + "\n";
  if (format == "docker-arg")
    return "--build-arg " + shell_word(std::string(argument_name) + "=" + reference) + "\n";
  return reference + "\n";
}

} // namespace tagdb::cli
