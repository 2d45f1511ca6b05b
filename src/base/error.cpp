#include <tagdb/base/error.hpp>
#include <tagdb/base/text.hpp>

#include <cerrno>
#include <system_error>

namespace tagdb::base {

int exit_code(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::internal:
    return 1;
  case ErrorKind::usage:
    return 2;
  case ErrorKind::not_found:
    return 3;
  case ErrorKind::stale:
    return 4;
  case ErrorKind::network:
    return 5;
  case ErrorKind::unauthorised:
    return 6;
  case ErrorKind::integrity:
    return 7;
  case ErrorKind::partial:
    return 8;
  case ErrorKind::no:
    return 9;
  case ErrorKind::busy:
    return 10;
  case ErrorKind::interrupted:
    return 130;
  }
  return 1;
}

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::internal:
    return "internal";
  case ErrorKind::usage:
    return "usage";
  case ErrorKind::not_found:
    return "notFound";
  case ErrorKind::stale:
    return "stale";
  case ErrorKind::network:
    return "network";
  case ErrorKind::unauthorised:
    return "unauthorised";
  case ErrorKind::integrity:
    return "integrity";
  case ErrorKind::partial:
    return "partial";
  case ErrorKind::no:
    return "no";
  case ErrorKind::busy:
    return "busy";
  case ErrorKind::interrupted:
    return "interrupted";
  }
  return "internal";
}

std::string Error::to_string() const {
  // Parts of a message come from servers and files; each part is bounded, so that a page that was served as
  // an error message does not push the chain out of sight.
  constexpr std::size_t k_message_bytes = 1000;
  constexpr std::size_t k_context_bytes = 300;
  std::string text = escape_untrusted(m_message, k_message_bytes);
  if (m_context.empty())
    return text;
  text += " (";
  for (std::size_t i = 0; i < m_context.size(); ++i) {
    text += i == 0 ? "while " : ", while ";
    text += escape_untrusted(m_context[i], k_context_bytes);
  }
  text += ")";
  return text;
}

Error system_error(std::string what, int error_number) {
  what += ": ";
  what += std::generic_category().message(error_number);
  std::string hint;
  switch (error_number) {
  case ENOSPC:
  case EDQUOT:
    hint = "free some space there, or choose another place";
    break;
  case EACCES:
  case EPERM:
    hint = "check the permissions of the file and its folder";
    break;
  case EROFS:
    hint = "that file system is read-only; choose another place";
    break;
  default:
    break;
  }
  return Error(ErrorKind::internal, std::move(what), std::move(hint));
}

} // namespace tagdb::base
