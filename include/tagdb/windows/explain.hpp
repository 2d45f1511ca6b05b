#pragma once

#include <tagdb/windows/host.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// What an error of docker, containerd or Kubernetes means.
struct Explanation {
  std::string id;      ///< stable: "osMismatch", "exitedUnexpectedly", …
  std::string matched; ///< the words or the number that gave it away
  std::string meaning; ///< two or three sentences
  /// What the message itself says. It names builds, never the host's revision.
  std::optional<PartialVersion> host, image;
  std::string image_name; ///< "mcr.microsoft.com/windows/servercore:ltsc2022", where it stands in the message
  std::vector<std::string> missing; ///< facts that the message does not have and the answer needs
  std::vector<std::string> notes;
  std::vector<std::string> next; ///< commands to type, in order
};

/// Explains every known error in a text, each once, the most telling first; empty where nothing is known.
/// Codes are found in hexadecimal in either case, as NTSTATUS (0xC0370101) and as HRESULT (0x80370101), and
/// as the decimal exit codes that docker prints, signed or not. At most the first MiB is read.
std::vector<Explanation> explain_errors(std::string_view text);

} // namespace tagdb::windows
