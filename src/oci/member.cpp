#include "member.hpp"

#include <fmt/format.h>

namespace tagdb::oci {

namespace {

// Every text is stored and printed; these bounds are far above what any registry serves.
constexpr std::size_t k_max_text_bytes = 4096;
constexpr std::size_t k_max_texts = 64;

} // namespace

std::string Place::text() const {
  std::string text = m_parent == nullptr ? std::string() : m_parent->text();
  if (m_index)
    return text + fmt::format("[{}]", *m_index);
  if (!text.empty())
    text += '.';
  text += m_name;
  return text;
}

base::Error Place::wrong(std::string_view what) const {
  return base::Error(base::ErrorKind::integrity, fmt::format("{} {}", text(), what));
}

base::Result<std::optional<base::JsonValue>> read_member(const Place& place, const base::JsonValue& object,
                                                         std::string_view name) {
  if (object.count_folded(name) > 1)
    return place.member(name).wrong("is there more than once");
  auto value = object.find(name);
  if (value && value->is_null())
    value.reset();
  return value;
}

base::Result<std::string> read_text(const Place& place, const base::JsonValue& object,
                                    std::string_view name) {
  TAGDB_TRY_ASSIGN(const auto value, read_member(place, object, name));
  if (!value)
    return std::string();
  const auto text = value->string();
  if (!text)
    return place.member(name).wrong("is no string");
  if (text->size() > k_max_text_bytes)
    return place.member(name).wrong("is too long");
  return std::string(*text);
}

base::Result<std::vector<std::string>> read_texts(const Place& place, const base::JsonValue& object,
                                                  std::string_view name) {
  std::vector<std::string> texts;
  TAGDB_TRY_ASSIGN(const auto list, read_member(place, object, name));
  if (!list)
    return texts;
  if (!list->is_array() || list->size() > k_max_texts)
    return place.member(name).wrong(list->is_array() ? "has too many entries" : "is no array");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto text = list->at(i).string();
    if (!text || text->size() > k_max_text_bytes)
      return place.member(name).wrong("holds something that is no string, or a very long one");
    texts.emplace_back(*text);
  }
  return texts;
}

} // namespace tagdb::oci
