#include "support/catch.hpp"
#include <tagdb/windows/explain.hpp>

#include <algorithm>

using namespace tagdb::windows;

namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines)
    text += line + '\n';
  return text;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("errors as docker, containerd and Kubernetes print them") {
  struct Case {
    const char* name;
    std::string_view text;
    std::string_view id;          ///< of the first explanation; empty where there is none
    std::string_view host, image; ///< as the message says; empty where it does not
  };
  const Case cases[] = {
      {"hcsshim, lower case",
       "hcs::CreateComputeSystem 3f2a: The operating system of the container does not match the operating "
       "system of the "
       "host. (0xc0370101)",
       "osMismatch", "", ""},
      {"upper case, code alone", "failed: 0xC0370101", "osMismatch", "", ""},
      {"as HRESULT", "CreateComputeSystem: failure in a Windows system call: (0x80370101)", "osMismatch", "",
       ""},
      {"docker's words",
       "docker: Error response from daemon: The container operating system does not match the host operating "
       "system.",
       "osMismatch", "", ""},
      {"Kubernetes event",
       "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: "
       "failed to create "
       "shim task: hcs::CreateComputeSystem abc: The operating system of the container does not match the "
       "operating "
       "system of the host.: unknown",
       "osMismatch", "", ""},
      {"exit code, unsigned", "container exited with code 3224830209", "osMismatch", "", ""},
      {"exit code, signed", "exit status -1070137087", "osMismatch", "", ""},
      {"unexpected exit",
       "hcs::System::Start: The virtual machine or container exited unexpectedly. (0xC0370106)",
       "exitedUnexpectedly", "", ""},
      {"layer format", "hcsshim::ActivateLayer failed in Win32: (0xc0370112)", "layerFormat", "", ""},
      {"32-bit program, unsigned", "The command 'cmd /S /C setup.exe' returned a non-zero code: 3221225785",
       "entryPointNotFound", "", ""},
      {"32-bit program, signed", "exited with -1073741511", "entryPointNotFound", "", ""},
      {"32-bit program, hexadecimal", "Exit code 0xC0000139", "entryPointNotFound", "", ""},
      {"DLL initialisation", "ended with exit code 3221225794", "dllInitFailed", "", ""},
      {"docker pull, new words",
       "no matching manifest for windows(10.0.26200)/amd64 in the manifest list entries",
       "noMatchingManifest", "10.0.26200", ""},
      {"docker pull, old words",
       "C:\\Program Files\\Docker\\docker.exe: no matching manifest for windows/amd64 10.0.17763 in the "
       "manifest list "
       "entries.",
       "noMatchingManifest", "10.0.17763", ""},
      {"docker pull, no version", "no matching manifest for windows/amd64 in the manifest list entries",
       "noMatchingManifest", "", ""},
      {"containerd", "no match for platform in manifest sha256:abc: not found", "noMatchingManifest", "", ""},
      {"docker, incompatible",
       "a Windows version 10.0.16299-based image is incompatible with a 10.0.14393 host", "imageIncompatible",
       "10.0.14393", "10.0.16299"},
      {"a Linux engine", "no matching manifest for linux/amd64 in the manifest list entries", "linuxEngine",
       "", ""},
      {"a Linux engine, old words", "image operating system \"windows\" cannot be used on this platform",
       "linuxEngine", "", ""},
      {"nothing known", "Error: No such container: x", "", "", ""},
      {"a digest is no code", "sha256:ac0370101f00", "", "", ""},
      {"a longer number is no code", "took 32248302091 ns", "", "", ""},
      {"empty", "", "", "", ""},
  };
  const auto text_of = [](const std::optional<PartialVersion>& version) {
    return version ? version->to_string() : std::string();
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto explanations = explain_errors(each.text);
    REQUIRE(explanations.empty() == each.id.empty());
    if (explanations.empty())
      continue;
    const auto& first = explanations.front();
    CHECK(first.id == each.id);
    CHECK(!first.meaning.empty());
    CHECK(!first.next.empty());
    CHECK(text_of(first.host) == each.host);
    CHECK(text_of(first.image) == each.image);
  }
}

TEST_CASE("what is missing and what to type next follow from what the message says") {
  const auto nothing = explain_errors("(0xc0370101)").front();
  CHECK(contains(joined(nothing.missing), "the host's version"));
  CHECK(contains(joined(nothing.missing), "the image"));
  CHECK(nothing.next.front() == "cmd /c ver");
  CHECK(contains(joined(nothing.next), "tagdb compat --host HOST --image IMAGE"));
  CHECK(contains(joined(nothing.notes), "pause image"));

  const auto pull =
      explain_errors(
          "docker: windows/servercore:ltsc2025: no matching manifest for windows(10.0.20348)/amd64 "
          "in mcr.microsoft.com/windows/servercore:ltsc2025.")
          .front();
  CHECK(pull.image_name == "windows/servercore:ltsc2025");
  CHECK(contains(joined(pull.missing), "the host's revision"));
  CHECK(!contains(joined(pull.missing), "the image"));
  CHECK(contains(joined(pull.next), "tagdb compat --host 10.0.20348 --image windows/servercore:ltsc2025"));
  CHECK(contains(joined(pull.next), "tagdb which --host 10.0.20348"));
  CHECK(contains(joined(pull.notes), "pause image"));

  const auto both =
      explain_errors("a Windows version 10.0.20348-based image is incompatible with a 10.0.17763.1039 host")
          .front();
  CHECK(both.missing.empty());
  CHECK(joined(both.next) ==
        "tagdb compat --host 10.0.17763.1039 --image 10.0.20348\ntagdb which --host 10.0.17763.1039\n");

  const auto linux_engine = explain_errors("no matching manifest for linux/amd64").front();
  CHECK(linux_engine.missing.empty());
  CHECK(!contains(joined(linux_engine.notes), "pause image"));
}

TEST_CASE("several errors in one text are each explained once") {
  const auto explanations = explain_errors("0xc0370101 ... 0xC0370101 ... 0xc0370106");
  REQUIRE(explanations.size() == 2);
  CHECK(explanations[0].id == "osMismatch");
  CHECK(explanations[1].id == "exitedUnexpectedly");
}

TEST_CASE("a hostile text is read up to its first MiB") {
  std::string text(2u << 20, '3');
  CHECK(explain_errors(text).empty());
  CHECK(explain_errors(text + " 0xc0370101").empty());
}
