#include <tagdb/base/text.hpp>
#include <tagdb/windows/release_label.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tagdb::windows {

namespace {

constexpr std::array<std::string_view, 6> k_letters = {"A", "B", "C", "D", "E", "OOB"};
constexpr std::size_t k_longest = 16; ///< "2020-02 OOB" and some spaces
constexpr std::uint64_t k_first_year = 2003;

bool is_separator(char c) {
  return c == ' ' || c == '-';
}

std::optional<ReleaseLetter> parse_letter(std::string_view text) {
  for (std::size_t i = 0; i < k_letters.size(); ++i)
    if (base::equals_ignoring_case(k_letters[i], text))
      return static_cast<ReleaseLetter>(i);
  return std::nullopt;
}

std::optional<std::chrono::month> parse_month(std::string_view text) {
  const auto number = base::parse_number(text);
  if (!number || text.size() > 2 || *number < 1 || *number > 12)
    return std::nullopt;
  return std::chrono::month(static_cast<unsigned>(*number));
}

std::optional<std::chrono::year> parse_year(std::string_view text) {
  const auto number = base::parse_number(text);
  if (!number || text.size() != 4 || *number < k_first_year)
    return std::nullopt;
  return std::chrono::year(static_cast<int>(*number));
}

/// "2020-02B": the year, a separator, and the rest is a short label.
std::optional<ReleaseLabel> year_first(std::string_view text) {
  if (text.size() < 5 || !(is_separator(text[4]) || text[4] == '.'))
    return std::nullopt;
  const auto year = parse_year(text.substr(0, 4));
  const auto rest = parse_short_label(text.substr(5));
  if (!year || !rest)
    return std::nullopt;
  return ReleaseLabel(*year / rest->month, rest->letter);
}

/// "2B 2020"
std::optional<ReleaseLabel> year_last(std::string_view text) {
  if (text.size() < 5 || !is_separator(text[text.size() - 5]))
    return std::nullopt;
  const auto year = parse_year(text.substr(text.size() - 4));
  const auto rest = parse_short_label(text.substr(0, text.size() - 5));
  if (!year || !rest)
    return std::nullopt;
  return ReleaseLabel(*year / rest->month, rest->letter);
}

} // namespace

std::string_view to_string(ReleaseLetter letter) {
  return k_letters[static_cast<std::size_t>(letter)];
}

base::Result<ReleaseLabel> ReleaseLabel::parse(std::string_view text) {
  const auto trimmed = base::trim(text);
  if (trimmed.size() <= k_longest) {
    if (const auto label = year_first(trimmed))
      return *label;
    if (const auto label = year_last(trimmed))
      return *label;
    if (const auto label = parse_short_label(trimmed))
      return base::Error(
          base::ErrorKind::usage,
          fmt::format("'{}' is ambiguous: every year has one", base::escape_untrusted(trimmed)),
          fmt::format("write the year too: 2020-{:02}{}{}", static_cast<unsigned>(label->month),
                      label->letter == ReleaseLetter::oob ? " " : "", windows::to_string(label->letter)));
  }
  return base::Error(base::ErrorKind::usage,
                     fmt::format("'{}' is no release label", base::escape_untrusted(text)),
                     "write year, month and letter: 2020-02B, 2020-02 OOB");
}

std::string ReleaseLabel::to_string() const {
  return fmt::format("{:04}-{:02}{}{}", static_cast<int>(m_month.year()),
                     static_cast<unsigned>(m_month.month()), is_out_of_band() ? " " : "",
                     windows::to_string(m_letter));
}

std::string ReleaseLabel::to_short_string() const {
  return fmt::format("{}{}{}", static_cast<unsigned>(m_month.month()), is_out_of_band() ? " " : "",
                     windows::to_string(m_letter));
}

std::optional<ShortLabel> parse_short_label(std::string_view text) {
  const auto digits = static_cast<std::size_t>(
      std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; }) - text.begin());
  auto letter_text = text.substr(digits);
  if (!letter_text.empty() && is_separator(letter_text.front()))
    letter_text.remove_prefix(1);
  const auto month = parse_month(text.substr(0, digits));
  const auto letter = parse_letter(letter_text);
  if (!month || !letter)
    return std::nullopt;
  return ShortLabel{*month, *letter};
}

} // namespace tagdb::windows
