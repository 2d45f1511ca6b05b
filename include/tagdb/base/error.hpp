#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::base {

/// What kind of thing went wrong. One kind, one exit code (see `exit_code`); a kind is chosen by what the
/// caller can do about it, not by which layer noticed.
enum class ErrorKind : std::uint8_t {
  internal,     ///< a fault of ours, or local I/O: disk full, permission
  usage,        ///< the command line, the configuration, an ambiguous or malformed reference
  not_found,    ///< the thing asked for is not there (a command's answer; inside, absence is std::optional)
  stale,        ///< the data is too old for what was asked
  network,      ///< no usable answer: unreachable, reset, timed out, 5xx, a page that is no registry's
  unauthorised, ///< 401 or 403 after credentials were tried
  integrity,    ///< bytes that are not what their digest says, a damaged database
  partial,      ///< some of it was done
  no,           ///< the answer to a yes/no question is no
  busy,         ///< another writer holds the database, or its schema is newer than this program
  interrupted,  ///< the user stopped it
};

/// The exit code of a kind, as cli.md section 2 lists them. Stable: scripts depend on it.
int exit_code(ErrorKind kind);

/// The kind's name as `--format json` prints it, for example "notFound".
std::string_view to_string(ErrorKind kind);

/// What a server answered, where a server was involved; used by who must decide whether to ask again.
struct Fault {
  int status = 0;   ///< HTTP status, 0 where no response came
  std::string code; ///< the registry's error code ("MANIFEST_UNKNOWN"), or a word for a transport failure
  int tries = 0;    ///< how often it was tried, 0 where trying is not the point
  bool transient = false; ///< true where the same request may succeed later: 429, 5xx, reset, stall
};

/// Why something failed: one sentence that says what and where, the chain of what was being done, and what to
/// do next. Never holds a secret (see base/secret.hpp).
class Error {
 public:
  Error(ErrorKind kind, std::string message, std::string hint = {})
      : m_kind(kind), m_message(std::move(message)), m_hint(std::move(hint)) {}

  ErrorKind kind() const { return m_kind; }
  const std::string& message() const { return m_message; }
  /// The next step for the reader, or empty.
  const std::string& hint() const { return m_hint; }
  /// What was being done, innermost first: "fetching manifest sha256:…", "crawling windows/servercore".
  const std::vector<std::string>& context() const { return m_context; }
  const Fault& fault() const { return m_fault; }

  Error& with_hint(std::string hint) & {
    m_hint = std::move(hint);
    return *this;
  }
  Error&& with_hint(std::string hint) && {
    m_hint = std::move(hint);
    return std::move(*this);
  }
  Error&& with_fault(Fault fault) && {
    m_fault = std::move(fault);
    return std::move(*this);
  }
  /// Adds an outer "while …" to the chain.
  Error&& while_doing(std::string what) && {
    m_context.push_back(std::move(what));
    return std::move(*this);
  }

  /// "message (while fetching …, while crawling …)", without the hint; one line, control characters escaped.
  std::string to_string() const;

 private:
  ErrorKind m_kind;
  std::string m_message;
  std::string m_hint;
  std::vector<std::string> m_context;
  Fault m_fault;
};

/// What the system refused: "cannot open /x: Permission denied". ErrorKind::internal; with a hint where the
/// cause is a common one (disk full, permission). `error_number` is errno as it was right after the call.
Error system_error(std::string what, int error_number);

} // namespace tagdb::base
