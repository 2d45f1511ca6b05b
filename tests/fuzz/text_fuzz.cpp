#include "check.hpp"
#include <tagdb/base/text.hpp>

#include <string>
#include <vector>

using namespace tagdb::base;
using tagdb::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tagdb::fuzz::text_of(data, size);
  const auto safe = escape_untrusted(text, 100);
  must(is_valid_utf8(safe), "escaped text is UTF-8");
  must(safe.size() <= 100 + std::string_view("\u2026").size(), "escaped text is bounded");
  for (const char c : safe)
    must(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no control character is left");
  must(escape_untrusted(safe, safe.size()) == safe, "escaped text is safe already");
  std::vector<std::string> parts;
  for (const auto part : split(text, '-'))
    parts.emplace_back(part);
  must(join(parts, "-") == text, "joining undoes splitting");
  const auto near = nearest(text.substr(0, 20), parts);
  must(near.size() <= 3, "at most three");
  if (const auto number = parse_number(text))
    must(parse_number(std::to_string(*number)) == number, "a number survives");
  return 0;
}
