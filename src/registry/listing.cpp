#include "listing.hpp"

#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>

namespace tagdb::registry {

namespace {

/// docker-registry sends the whole list at once: 64 MiB is a million tags.
constexpr std::size_t k_max_page = 64u << 20;

bool has_relation(std::string_view value, std::string_view wanted) {
  value = base::trim(value);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  for (const auto relation : base::split(value, ' '))
    if (base::equals_ignoring_case(relation, wanted))
      return true;
  return false;
}

/// The end of the parameters of one link: the next comma outside quotes.
std::size_t end_of_link(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted)
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == ',' && !quoted)
      return i;
  }
  return text.size();
}

} // namespace

std::optional<std::string> next_link(const std::vector<std::string_view>& header_values) {
  for (auto rest : header_values) {
    while (true) {
      const auto open = rest.find('<');
      if (open == std::string_view::npos)
        break;
      const auto close = rest.find('>', open);
      if (close == std::string_view::npos)
        break;
      const auto target = rest.substr(open + 1, close - open - 1);
      rest.remove_prefix(close + 1);
      const auto length = end_of_link(rest);
      for (const auto parameter : base::split(rest.substr(0, length), ';')) {
        const auto equals = parameter.find('=');
        if (equals != std::string_view::npos &&
            base::equals_ignoring_case(base::trim(parameter.substr(0, equals)), "rel") &&
            has_relation(parameter.substr(equals + 1), "next"))
          return std::string(target);
      }
      rest.remove_prefix(length);
    }
  }
  return std::nullopt;
}

base::Result<std::vector<std::string>> parse_tag_page(std::string_view body) {
  TAGDB_TRY_ASSIGN(const auto document, base::JsonDocument::parse(body, {.max_bytes = k_max_page}));
  const auto tags = document.root().find("tags");
  if (!tags)
    return base::Error(base::ErrorKind::network, "the answer has no 'tags'");
  std::vector<std::string> names;
  if (tags->is_null()) // distribution's words for none
    return names;
  if (!tags->is_array())
    return base::Error(base::ErrorKind::network, "'tags' is no list");
  names.reserve(tags->size());
  for (std::size_t i = 0; i < tags->size(); ++i) {
    const auto name = tags->at(i).string();
    if (!name)
      return base::Error(base::ErrorKind::network, "'tags' holds something that is no name");
    names.emplace_back(*name);
  }
  return names;
}

} // namespace tagdb::registry
