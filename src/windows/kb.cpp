#include <tagdb/base/text.hpp>
#include <tagdb/windows/kb.hpp>

#include <fmt/format.h>

namespace tagdb::windows {

base::Result<Kb> Kb::parse(std::string_view text) {
  if (base::equals_ignoring_case(text.substr(0, 2), "KB")) {
    const auto digits = text.substr(2);
    const auto number = base::parse_number(digits);
    if (number && (digits.size() == 6 || digits.size() == 7) && digits.front() != '0')
      return Kb(static_cast<std::uint32_t>(*number));
  }
  return base::Error(base::ErrorKind::usage,
                     fmt::format("'{}' is no KB number", base::escape_untrusted(text)),
                     "write it as KB4546852");
}

std::string Kb::to_string() const {
  return fmt::format("KB{}", m_number);
}

} // namespace tagdb::windows
