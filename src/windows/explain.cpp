#include "pasted_text.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/windows/explain.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tagdb::windows {

namespace {

/// A number as docker, containerd and Windows print it.
struct Code {
  std::string_view hex; ///< eight lower-case digits, as NTSTATUS; empty where the error has no number
  std::string_view hresult;
  std::string_view unsigned_decimal;
  std::string_view signed_decimal;
};

struct Known {
  std::string_view id;
  Code code;
  std::array<std::string_view, 3> words; ///< lower case; empty ones match nothing
  std::string_view meaning;
  bool needs_pair;  ///< whether host and image must be compared next
  bool needs_match; ///< whether the error is of builds, so that the pause image matters too
};

// What each says is in the facts of compatibility (section 1, who enforces what; 3.2 and 3.3, symptoms; 8,
// words).
constexpr std::array k_known = {
    Known{"imageIncompatible",
          {},
          {"-based image is incompatible with a", "", ""},
          "docker compared the builds before it started anything: the image is of a newer Windows build than "
          "the host. "
          "It does so whatever the isolation.",
          true,
          true},
    Known{"noMatchingManifest",
          {},
          {"no matching manifest for windows", "no match for platform in manifest", ""},
          "None of the images that the tag lists fits this host. docker and containerd compare the Windows "
          "build of "
          "each with the host's, whatever the isolation: the tag is of a newer build, or of one that the "
          "runtime's version of the rule refuses.",
          true,
          true},
    Known{"linuxEngine",
          {},
          {"no matching manifest for linux",
           "image operating system \"windows\" cannot be used on this platform",
           "operating system \"windows\" cannot be used"},
          "A Linux machine, or docker in its mode for Linux containers, was asked for a Windows image. No "
          "version is "
          "at fault.",
          false,
          false},
    Known{"osMismatch",
          {"c0370101", "80370101", "3224830209", "-1070137087"},
          {"operating system of the container does not match the operating system of the host",
           "container operating system does not match the host operating system", ""},
          "Windows refused to create the container: in process isolation the image's build must be the "
          "host's own, or "
          "on hosts from 20348 on one of the builds that host runs.",
          true,
          true},
    Known{"exitedUnexpectedly",
          {"c0370106", "80370106", "3224830214", "-1070137082"},
          {"virtual machine or container exited unexpectedly", "", ""},
          "The container's system processes ended while it started. On hosts and images of one build it has "
          "meant that "
          "the image was newer than the host, and went away when the host was updated (actions/runner-images "
          "11582, microsoft/Windows-Containers 591).",
          true,
          false},
    Known{"layerFormat",
          {"c0370112", "80370112", "3224830226", "-1070137070"},
          {"", "", ""},
          "Windows does not recognise the format of an image layer. Reported for servercore:ltsc2025 on "
          "Windows 11 build "
          "26200, under either isolation (microsoft/hcsshim issue 2566, open).",
          true,
          false},
    Known{"entryPointNotFound",
          {"c0000139", "", "3221225785", "-1073741511"},
          {"", "", ""},
          "A program in the container asked a system library for a function that is not there. The known "
          "cause is a host "
          "from before the security change of February 2020 with an image from after it: the container "
          "starts, and 32-bit programs in it fail.",
          true,
          false},
    Known{
        "dllInitFailed",
        {"c0000142", "", "3221225794", "-1073741502"},
        {"", "", ""},
        "A system library in the container failed to initialise. A known cause is a host from after the "
        "security "
        "change of February 2020 with an image from before it: the container starts, and 32-bit programs in "
        "it fail.",
        true,
        false},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

/// Where `number` stands by itself, not inside a longer number or a digest.
template <class Inside>
bool stands_alone(std::string_view text, std::string_view number, Inside inside) {
  if (number.empty())
    return false;
  for (auto at = text.find(number); at != std::string_view::npos; at = text.find(number, at + 1)) {
    const auto end = at + number.size();
    const bool begins = at == 0 || !inside(text[at - 1]) || text[at - 1] == 'x';
    if (begins && (end == text.size() || !inside(text[end])))
      return true;
  }
  return false;
}

/// What in a lower-case text gives an error away; empty where nothing does.
std::string_view match(const Known& known, std::string_view lower) {
  for (const auto words : known.words)
    if (!words.empty() && lower.find(words) != std::string_view::npos)
      return words;
  for (const auto hex : {known.code.hex, known.code.hresult})
    if (stands_alone(lower, hex, is_hex))
      return hex;
  for (const auto decimal : {known.code.signed_decimal, known.code.unsigned_decimal})
    if (stands_alone(lower, decimal, is_digit))
      return decimal;
  return {};
}

/// The version after the first `mark`, as far as it stands there.
std::optional<PartialVersion> version_after(std::string_view text, std::string_view mark) {
  constexpr std::size_t k_near = 40;
  const auto at = text.find(mark);
  return at == std::string_view::npos ? std::nullopt : find_version(text.substr(at + mark.size(), k_near));
}

/// "mcr.microsoft.com/windows/servercore:ltsc2022", out of whatever stands around it.
std::string find_image_name(std::string_view text) {
  for (const std::string_view repository : {"windows/servercore", "windows/nanoserver", "windows/server"}) {
    const auto at = text.find(repository);
    if (at == std::string_view::npos)
      continue;
    const auto inside = [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             std::string_view("._-/:@").find(c) != std::string_view::npos;
    };
    auto begin = at;
    while (begin > 0 && inside(text[begin - 1]))
      --begin;
    auto end = at;
    while (end < text.size() && inside(text[end]))
      ++end;
    auto name = text.substr(begin, end - begin);
    while (name.ends_with(':') || name.ends_with('.'))
      name.remove_suffix(1);
    return std::string(name);
  }
  return {};
}

void read_versions(std::string_view lower, Explanation& explanation) {
  if (explanation.id == "imageIncompatible") {
    explanation.image = version_after(lower, "windows version ");
    explanation.host = version_after(lower, "is incompatible with a ");
  } else if (explanation.id == "noMatchingManifest") {
    explanation.host = version_after(lower, "no matching manifest for windows");
  }
}

void say_what_is_missing(Explanation& explanation) {
  if (!explanation.host)
    explanation.missing.push_back("the host's version: run `cmd /c ver` on the host, not in a container");
  else if (!explanation.host->revision)
    explanation.missing.push_back(
        "the host's revision: the message has its build only; `cmd /c ver` on the host prints "
        "it");
  if (explanation.image_name.empty() && !explanation.image)
    explanation.missing.push_back("the image: its tag, or `docker inspect` of it");
}

/// The command that answers next, with what is known filled in.
void say_what_is_next(Explanation& explanation) {
  const std::string host = explanation.host ? explanation.host->to_string() : "HOST";
  const std::string image = !explanation.image_name.empty() ? explanation.image_name
                            : explanation.image             ? explanation.image->to_string()
                                                            : "IMAGE";
  if (!explanation.host || !explanation.host->revision)
    explanation.next.push_back("cmd /c ver");
  explanation.next.push_back(fmt::format("tagdb compat --host {} --image {}", host, image));
  explanation.next.push_back(fmt::format("tagdb which --host {}", host));
}

Explanation explain(const Known& known, std::string_view matched, std::string_view text,
                    std::string_view lower) {
  Explanation explanation;
  explanation.id = known.id;
  explanation.matched = matched;
  explanation.meaning = known.meaning;
  explanation.image_name = find_image_name(text);
  read_versions(lower, explanation);
  if (known.needs_match)
    explanation.notes.push_back(
        "in Kubernetes the pause image (the sandbox image of containerd's configuration) must run "
        "on the node too, not only the image of the container: check both");
  if (known.id == "linuxEngine") {
    explanation.next = {"docker version --format '{{.Server.Os}}'"};
    explanation.notes.push_back(
        "on Docker Desktop switch to Windows containers; in Kubernetes give the pod the node "
        "selector kubernetes.io/os: windows");
  }
  if (known.needs_pair) {
    say_what_is_missing(explanation);
    say_what_is_next(explanation);
  }
  return explanation;
}

} // namespace

std::vector<Explanation> explain_errors(std::string_view text) {
  constexpr std::size_t k_most = 1u << 20;
  text = text.substr(0, k_most);
  const auto lower = base::to_lower(text);
  std::vector<Explanation> explanations;
  for (const auto& known : k_known)
    if (const auto matched = match(known, lower); !matched.empty())
      explanations.push_back(explain(known, matched, text, lower));
  return explanations;
}

} // namespace tagdb::windows
