#pragma once

#include <cstddef>
#include <string_view>

namespace tagdb::base {

/// One step through text that claims to be UTF-8.
struct Utf8Step {
  char32_t code_point = 0;
  std::size_t length = 1; ///< bytes taken; 1 where invalid
  bool valid = false;
};

/// Reads the character at the beginning of `text`, which must not be empty. Refuses overlong forms,
/// surrogates and what lies beyond U+10FFFF (Unicode table 3-7).
Utf8Step read_utf8(std::string_view text);

/// How many bytes at the beginning of `text` are whole, valid characters; all of them where the text is
/// valid.
std::size_t valid_utf8_prefix(std::string_view text);

/// Characters that change what a reader sees without being seen: C0, DEL, C1, line and paragraph separators,
/// bidirectional controls, zero-width characters and tag characters.
bool is_invisible(char32_t code_point);

} // namespace tagdb::base
