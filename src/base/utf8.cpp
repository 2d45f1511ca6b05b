#include "utf8.hpp"

#include <cstdint>
#include <cstring>

namespace tagdb::base {

Utf8Step read_utf8(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80)
    return {first, 1, true};
  std::size_t length = 0;
  char32_t code_point = 0;
  char32_t smallest = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
    code_point = first & 0x1Fu;
    smallest = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    code_point = first & 0x0Fu;
    smallest = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    code_point = first & 0x07u;
    smallest = 0x10000;
  }
  if (length == 0 || text.size() < length)
    return {};
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0u) != 0x80u)
      return {};
    code_point = (code_point << 6) | (next & 0x3Fu);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < smallest || surrogate || code_point > 0x10FFFF)
    return {};
  return {code_point, length, true};
}

std::size_t valid_utf8_prefix(std::string_view text) {
  constexpr std::size_t k_word = sizeof(std::uint64_t);
  std::size_t i = 0;
  while (i < text.size()) {
    // Nearly everything here is ASCII: eight bytes at once.
    std::uint64_t word = 0;
    while (i + k_word <= text.size()) {
      std::memcpy(&word, text.data() + i, k_word);
      if ((word & 0x8080808080808080u) != 0)
        break;
      i += k_word;
    }
    if (i == text.size())
      break;
    const auto step = read_utf8(text.substr(i));
    if (!step.valid)
      break;
    i += step.length;
  }
  return i;
}

bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

} // namespace tagdb::base
