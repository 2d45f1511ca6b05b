#include <tagdb/base/base64.hpp>

#include <climits>
#include <openssl/evp.h>

namespace tagdb::base {

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // EVP_EncodeBlock writes a NUL behind
  const auto length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.empty())
    return std::string();
  if (text.size() % 4 != 0 || text.size() > INT_MAX / 2)
    return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  // EVP_DecodeBlock takes white space and early padding; the alphabet is checked here.
  const auto payload = text.substr(0, text.size() - padding);
  constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (payload.find_first_not_of(k_alphabet) != std::string_view::npos)
    return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const auto length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0)
    return std::nullopt;
  bytes.resize(static_cast<std::size_t>(length) - padding); // it counts the padding as zero bytes
  return bytes;
}

} // namespace tagdb::base
