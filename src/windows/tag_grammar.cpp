#include <tagdb/base/text.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>
#include <array>

namespace tagdb::windows {

namespace {

constexpr std::array<std::string_view, 3> k_architectures = {"amd64", "arm64", "arm32v7"};

bool is_separator(char c) {
  return c == '-' || c == '_';
}
bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes "-amd64" or "_amd64" off the end of `name`.
std::string_view take_architecture(std::string_view& name) {
  for (const auto architecture : k_architectures) {
    if (name.size() <= architecture.size() + 1 || !name.ends_with(architecture))
      continue;
    const auto stem = name.substr(0, name.size() - architecture.size());
    if (!is_separator(stem.back()))
      continue;
    name = stem.substr(0, stem.size() - 1);
    return architecture;
  }
  return {};
}

/// Takes "-de-de" or "_de-de" off the end of `name`. Any language and country: a new one needs no new
/// program.
std::string_view take_locale(std::string_view& name) {
  constexpr std::size_t k_length = 5;
  if (name.size() <= k_length + 1)
    return {};
  const auto locale = name.substr(name.size() - k_length);
  const bool fits = is_letter(locale[0]) && is_letter(locale[1]) && locale[2] == '-' &&
                    is_letter(locale[3]) && is_letter(locale[4]);
  if (!fits || !is_separator(name[name.size() - k_length - 1]))
    return {};
  name.remove_suffix(k_length + 1);
  return locale;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// "1607" to "2009": year and month of a semi-annual release. The scheme began in 2016 and ended in 2020;
/// only the months in which Microsoft released count, so that "2012" or "2016" does not pass for a product.
bool is_year_month(std::string_view text) {
  constexpr std::array<std::string_view, 4> k_months = {"03", "04", "07", "09"};
  if (text.size() != 4 || !all_digits(text))
    return false;
  const auto year = text.substr(0, 2);
  return year >= "16" && year <= "20" &&
         std::find(k_months.begin(), k_months.end(), text.substr(2)) != k_months.end();
}

/// "20H2", "21H2": what came after it.
bool is_half_year(std::string_view text) {
  return text.size() == 4 && text[0] >= '2' && all_digits(text.substr(0, 2)) && text[2] == 'H' &&
         (text[3] == '1' || text[3] == '2');
}

/// "ltsc2019", "sac2016"
bool is_channel_year(std::string_view text) {
  for (const std::string_view channel : {"ltsc", "sac"})
    if (text.starts_with(channel) && text.size() == channel.size() + 4)
      return all_digits(text.substr(channel.size())) && text.substr(channel.size(), 2) == "20";
  return false;
}

bool is_product(std::string_view text) {
  return is_year_month(text) || is_half_year(text) || is_channel_year(text);
}

std::optional<OsVersion> parse_revision(std::string_view stem) {
  // Containers began with Windows 10.0; a lower major number is a version of something else.
  constexpr std::uint32_t k_first_major = 10;
  const auto version = OsVersion::parse(stem);
  if (!version || version->major() < k_first_major)
    return std::nullopt;
  return *version;
}

/// What the stem is; false where the grammar does not know it.
bool read_stem(std::string_view stem, TagName& name) {
  if (stem == "latest" || is_product(stem)) {
    name.kind = TagKind::floating;
    name.product = stem;
    return true;
  }
  if (const auto revision = parse_revision(stem)) {
    name.kind = TagKind::revision;
    name.revision = revision;
    return true;
  }
  const auto separator = std::find_if(stem.begin(), stem.end(), is_separator);
  if (separator == stem.end())
    return false;
  const auto product = stem.substr(0, static_cast<std::size_t>(separator - stem.begin()));
  const auto kb = Kb::parse(stem.substr(product.size() + 1));
  if (!kb || !is_product(product))
    return false;
  name.kind = TagKind::kb;
  name.product = product;
  name.kb = *kb;
  return true;
}

struct KindName {
  TagKind kind;
  std::string_view name;
};
constexpr std::array<KindName, 4> k_kind_names = {{{TagKind::floating, "floating"},
                                                   {TagKind::revision, "revision"},
                                                   {TagKind::kb, "kb"},
                                                   {TagKind::other, "other"}}};

} // namespace

std::string_view to_string(TagKind kind) {
  for (const auto& each : k_kind_names)
    if (each.kind == kind)
      return each.name;
  return "other";
}

std::optional<TagKind> parse_tag_kind(std::string_view text) {
  for (const auto& each : k_kind_names)
    if (each.name == text)
      return each.kind;
  return std::nullopt;
}

TagName parse_tag_name(std::string_view tag) {
  TagName name;
  std::string_view stem = tag;
  // From the end: the locale is the last suffix, the architecture stands before it.
  const auto locale = take_locale(stem);
  const auto architecture = take_architecture(stem);
  if (!read_stem(stem, name)) {
    name.stem = tag;
    return name;
  }
  name.stem = stem;
  name.architecture = architecture;
  name.locale = locale;
  return name;
}

} // namespace tagdb::windows
