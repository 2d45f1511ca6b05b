#include <tagdb/base/text.hpp>
#include <tagdb/registry/auth.hpp>

namespace tagdb::registry {

namespace {

/// Reads RFC 9110's pieces from a header value; what it cannot read it steps over.
class FieldScanner {
 public:
  explicit FieldScanner(std::string_view text) : m_rest(text) {}

  bool at_end() const { return m_rest.empty(); }
  char peek() const { return m_rest.empty() ? '\0' : m_rest.front(); }
  void skip() {
    if (!m_rest.empty())
      m_rest.remove_prefix(1);
  }
  void skip_any_of(std::string_view set) {
    while (!m_rest.empty() && set.find(m_rest.front()) != std::string_view::npos)
      m_rest.remove_prefix(1);
  }

  std::string_view token() {
    constexpr std::string_view k_separators = " \t\"(),/:;<=>?@[\\]{}";
    std::size_t length = 0;
    while (length < m_rest.size() && k_separators.find(m_rest[length]) == std::string_view::npos)
      ++length;
    const auto token = m_rest.substr(0, length);
    m_rest.remove_prefix(length);
    return token;
  }

  /// A token or a quoted string. A missing closing quote ends with the text.
  std::string value() {
    if (peek() != '"') {
      // Servers leave quotes out around URLs; up to the next comma or space it is one value.
      const auto end = std::min(m_rest.find_first_of(", \t"), m_rest.size());
      std::string value(m_rest.substr(0, end));
      m_rest.remove_prefix(end);
      return value;
    }
    std::string value;
    for (skip(); !at_end() && peek() != '"'; skip()) {
      if (peek() == '\\' && m_rest.size() > 1)
        skip();
      value += peek();
    }
    skip();
    return value;
  }

 private:
  std::string_view m_rest;
};

void parse_value(std::string_view text, std::vector<Challenge>& challenges) {
  FieldScanner in(text);
  const auto begun = challenges.size();
  while (true) {
    in.skip_any_of(" \t,");
    if (in.at_end())
      return;
    const auto name = in.token();
    if (name.empty()) {
      in.skip(); // not ours to understand
      continue;
    }
    in.skip_any_of(" \t");
    // "name=" belongs to the challenge before it, anything else begins a new one. A scheme's token68
    // ("Negotiate abc==") reads as a scheme of its own, which nobody looks for.
    if (in.peek() == '=' && challenges.size() > begun) {
      in.skip();
      in.skip_any_of(" \t");
      challenges.back().parameters.emplace_back(base::to_lower(name), in.value());
    } else if (in.peek() != '=') {
      challenges.push_back({base::to_lower(name), {}});
    } else { // a parameter that belongs to nobody
      in.skip();
      in.value();
    }
  }
}

} // namespace

std::optional<std::string_view> Challenge::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name)
      return value;
  return std::nullopt;
}

std::vector<Challenge> parse_challenges(const std::vector<std::string_view>& header_values) {
  std::vector<Challenge> challenges;
  for (const auto value : header_values)
    parse_value(value, challenges);
  return challenges;
}

} // namespace tagdb::registry
