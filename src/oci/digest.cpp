#include <tagdb/base/sha256.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/oci/digest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tagdb::oci {

namespace {

struct Algorithm {
  std::string_view name;
  std::size_t digits;
};
/// The registered ones (image-spec descriptor.md), each with its length in hexadecimal digits.
constexpr std::array<Algorithm, 3> k_algorithms = {{{"sha256", 64}, {"sha512", 128}, {"blake3", 64}}};

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

base::Result<Digest> Digest::parse(std::string_view text) {
  const auto colon = text.find(':');
  const auto* algorithm = std::find_if(k_algorithms.begin(), k_algorithms.end(), [&](const Algorithm& each) {
    return each.name == text.substr(0, colon);
  });
  if (colon != std::string_view::npos && algorithm != k_algorithms.end() &&
      text.size() == colon + 1 + algorithm->digits && is_lower_hex(text.substr(colon + 1)))
    return Digest(std::string(text));
  return base::Error(base::ErrorKind::usage, fmt::format("'{}' is no digest", base::escape_untrusted(text)),
                     "a digest is sha256: and 64 lower-case hexadecimal digits");
}

Digest Digest::of(std::string_view bytes) {
  return Digest("sha256:" + base::sha256_hex(bytes));
}

std::string_view Digest::algorithm() const {
  return std::string_view(m_text).substr(0, m_text.find(':'));
}

std::string_view Digest::encoded() const {
  return std::string_view(m_text).substr(m_text.find(':') + 1);
}

std::string Digest::abbreviated() const {
  constexpr std::size_t k_digits = 12; // as docker shows image IDs
  return m_text.substr(0, algorithm().size() + 1 + k_digits);
}

bool Digest::matches(std::string_view bytes) const {
  return verifiable() && encoded() == base::sha256_hex(bytes);
}

} // namespace tagdb::oci
