#include "pasted_text.hpp"

#include <tagdb/base/text.hpp>
#include <tagdb/windows/pasted.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tagdb::windows {

namespace {

constexpr std::size_t k_max_bytes = 8u << 20;
constexpr std::uint32_t k_first_build = 10240;
constexpr std::size_t k_most_versions = 16; ///< more in one text are no answer to anything

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (point < 0x80)
    return byte(point);
  if (point < 0x800) {
    byte(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3F));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F));
  }
  byte(0x80 | (point & 0x3F));
}

base::Result<std::string> from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  const auto is_high = [](std::uint32_t value) { return value >= 0xD800 && value < 0xDC00; };
  const auto is_low = [](std::uint32_t value) { return value >= 0xDC00 && value < 0xE000; };
  if (bytes.size() % 2 != 0)
    return base::Error(base::ErrorKind::usage, "the UTF-16 text is cut in the middle of a character");
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    auto point = unit(at);
    if (is_high(point) && at + 2 < bytes.size() && is_low(unit(at + 2))) {
      at += 2;
      point = 0x10000 + ((point - 0xD800) << 10) + (unit(at) - 0xDC00);
    } else if (is_high(point) || is_low(point)) {
      return base::Error(base::ErrorKind::usage, "the UTF-16 text holds half a character");
    }
    append_utf8(text, point);
  }
  return text;
}

/// The longest run of digits and dots from `at`.
std::string_view dotted(std::string_view text, std::size_t at) {
  auto end = at;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.'))
    ++end;
  auto run = text.substr(at, end - at);
  while (run.ends_with('.')) // the end of a sentence
    run.remove_suffix(1);
  return run;
}

/// Calls back with every dotted number of a text until it answers true.
template <class Visit>
void each_dotted(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    const auto run = dotted(text, at);
    if (visit(run, at))
      return;
    at += run.size();
  }
}

PartialVersion without_zero(PartialVersion version) {
  if (version.revision == 0u)
    version.revision.reset();
  return version;
}

} // namespace

base::Result<std::string> decode_pasted(std::string_view bytes) {
  if (bytes.size() > k_max_bytes)
    return base::Error(base::ErrorKind::usage, fmt::format("the text is larger than {} bytes", k_max_bytes));
  if (bytes.starts_with("\xFF\xFE"))
    return from_utf16(bytes.substr(2), false);
  if (bytes.starts_with("\xFE\xFF"))
    return from_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xEF\xBB\xBF"))
    bytes.remove_prefix(3);
  return std::string(bytes);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  auto lines = base::split(text, '\n');
  for (auto& line : lines)
    line = base::trim(line);
  return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const auto begin = at;
    while (at < line.size() && !is_space(line[at]))
      ++at;
    if (at > begin)
      words.push_back(line.substr(begin, at - begin));
    else
      ++at;
  }
  return words;
}

std::optional<std::string_view> labelled(const std::vector<std::string_view>& lines, std::string_view label) {
  for (const auto line : lines) {
    const auto colon = line.find(':');
    if (colon != std::string_view::npos &&
        base::equals_ignoring_case(base::trim(line.substr(0, colon)), label))
      return base::trim(line.substr(colon + 1));
  }
  return std::nullopt;
}

std::vector<PartialVersion> find_versions(std::string_view text) {
  std::vector<PartialVersion> found;
  each_dotted(text, [&](std::string_view run, std::size_t) {
    const auto dots = std::count(run.begin(), run.end(), '.');
    if (dots != 2 && dots != 3)
      return false;
    const auto version = PartialVersion::parse(run);
    if (!version || (version->major != 6 && (version->major != 10 || version->build < k_first_build)))
      return false;
    const auto known = without_zero(*version);
    if (std::find(found.begin(), found.end(), known) == found.end())
      found.push_back(known);
    return found.size() == k_most_versions;
  });
  return found;
}

std::optional<PartialVersion> find_version(std::string_view text) {
  const auto versions = find_versions(text);
  return versions.empty() ? std::nullopt : std::optional(versions.front());
}

std::optional<PartialVersion> find_os_build(std::string_view text) {
  constexpr std::string_view k_mark = "OS Build ";
  const auto at = text.find(k_mark);
  if (at == std::string_view::npos)
    return std::nullopt;
  const auto version = PartialVersion::parse(dotted(text, at + k_mark.size()));
  return version ? std::optional(without_zero(*version)) : std::nullopt;
}

std::optional<PartialVersion> find_build_lab(std::string_view text) {
  constexpr std::uint32_t k_with_revision = 14393;
  std::optional<PartialVersion> found;
  each_dotted(text, [&](std::string_view run, std::size_t at) {
    // "17763.1." and then the flavour: amd64fre, arm64fre, x86fre, amd64chk.
    constexpr std::size_t k_longest_flavour = 12; // so that a long text is not searched from every number
    const auto rest = text.substr(at + run.size(), k_longest_flavour);
    const auto flavour = rest.substr(0, rest.find('.', 1));
    if (!flavour.starts_with('.') || !(flavour.ends_with("fre") || flavour.ends_with("chk")))
      return false;
    const auto version = PartialVersion::parse(run);
    if (!version || version->build < k_first_build)
      return false;
    found = *version;
    if (found->build != k_with_revision)
      found->revision.reset();
    return true;
  });
  return found;
}

std::optional<PartialVersion> parse_aks_node_image(std::string_view word) {
  constexpr std::size_t k_date_digits = 6;
  const auto dash = word.rfind('-');
  const bool named = word.starts_with("AKSWindows-") && dash != std::string_view::npos;
  const auto parts = base::split(named ? word.substr(dash + 1) : word, '.');
  if (parts.size() != 3 || parts[2].size() != k_date_digits || !base::parse_number(parts[2]))
    return std::nullopt;
  const auto version = PartialVersion::parse(fmt::format("{}.{}", parts[0], parts[1]));
  return version ? std::optional(*version) : std::nullopt;
}

std::string find_product(std::string_view line) {
  auto at = line.find("Microsoft Windows");
  if (at == std::string_view::npos)
    at = line.find("Windows");
  if (at == std::string_view::npos)
    return {};
  auto product = line.substr(at);
  product = product.substr(0, std::min({product.find("  "), product.find('('), product.find('['),
                                        product.find('"'), product.find('\t'), product.find(" 10.0.")}));
  return std::string(base::trim(product));
}

Sku sku_of_product(std::string_view product) {
  if (product.find("Windows") == std::string_view::npos)
    return Sku::unknown;
  if (product.find("Server") != std::string_view::npos ||
      product.find("Datacenter") != std::string_view::npos)
    return Sku::server;
  constexpr std::array<std::string_view, 8> k_client_words = {
      "Windows 10", "Windows 11", "Enterprise", "Pro", "Education", "Home", "Windows Version", "IoT"};
  const bool client = std::any_of(k_client_words.begin(), k_client_words.end(), [&](std::string_view word) {
    return product.find(word) != std::string_view::npos;
  });
  return client ? Sku::client : Sku::unknown;
}

std::vector<Kb> find_kbs(std::string_view text) {
  std::vector<Kb> kbs;
  for (auto at = text.find("KB"); at != std::string_view::npos; at = text.find("KB", at + 2)) {
    auto end = at + 2;
    while (end < text.size() && is_digit(text[end]))
      ++end;
    if (const auto kb = Kb::parse(text.substr(at, end - at)))
      kbs.push_back(*kb);
  }
  std::sort(kbs.begin(), kbs.end());
  kbs.erase(std::unique(kbs.begin(), kbs.end()), kbs.end());
  return kbs;
}

} // namespace tagdb::windows
