#include "json_slices.hpp"

#include <tagdb/base/text.hpp>

namespace tagdb::mirror {

namespace {

/// Cuts at every `separator` outside of strings and brackets.
std::vector<std::string_view> cut(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == separator && depth == 0) {
      parts.push_back(base::trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (const auto last = base::trim(text.substr(begin)); !last.empty() || !parts.empty())
    parts.push_back(last);
  return parts;
}

std::string_view inside(std::string_view container) {
  const auto text = base::trim(container);
  return text.size() < 2 ? std::string_view() : text.substr(1, text.size() - 2);
}

} // namespace

std::vector<std::string_view> elements_of(std::string_view array) {
  return cut(inside(array), ',');
}

std::vector<std::pair<std::string_view, std::string_view>> members_of(std::string_view object) {
  std::vector<std::pair<std::string_view, std::string_view>> members;
  for (const auto member : cut(inside(object), ',')) {
    const auto parts = cut(member, ':');
    if (parts.size() == 2)
      members.emplace_back(parts[0], parts[1]);
  }
  return members;
}

} // namespace tagdb::mirror
