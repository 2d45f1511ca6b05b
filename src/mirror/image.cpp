#include <tagdb/mirror/image.hpp>

namespace tagdb::mirror {

namespace {
bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
} // namespace

std::string Image::name() const {
  const auto repository_name = registry.to_string() + "/" + repository.to_string();
  return tag ? repository_name + ":" + tag->to_string() : repository_name + "@" + digest.to_string();
}

bool matches(const oci::Platform& wish, const oci::Platform& entry) {
  if (wish.os != entry.os || wish.architecture != entry.architecture)
    return false;
  if (!wish.variant.empty() && wish.variant != entry.variant)
    return false;
  const auto& version = entry.os_version;
  return wish.os_version.empty() || version == wish.os_version ||
         (version.starts_with(wish.os_version) && version[wish.os_version.size()] == '.');
}

bool is_ref_name(std::string_view text) {
  constexpr std::string_view k_separators = "-._:@+/";
  bool after_word = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_alphanumeric(text[i])) {
      after_word = true;
      continue;
    }
    if (!after_word || k_separators.find(text[i]) == std::string_view::npos)
      return false;
    if (text.substr(i, 2) == "--")
      ++i;
    after_word = false;
  }
  return after_word;
}

} // namespace tagdb::mirror
