#include "field_reader.hpp"

#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tagdb::windows {

namespace {

constexpr std::size_t k_longest_field = 4096;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Stands in for a field that could not be read; the row is thrown away.
Kb placeholder_kb() {
  return *Kb::parse("KB1000000");
}

} // namespace

void FieldReader::fail(std::string_view why) {
  if (!m_failure)
    m_failure = fmt::format("{}: {}", m_columns[m_index - 1], why);
}

std::string_view FieldReader::next() {
  return m_record.fields[m_index++];
}

bool FieldReader::next_is_empty() const {
  return m_record.fields[m_index].empty();
}

std::string FieldReader::text() {
  const auto field = next();
  if (field.size() > k_longest_field)
    fail(fmt::format("longer than {} bytes", k_longest_field));
  else if (std::any_of(field.begin(), field.end(), is_control))
    fail("has a control character");
  return std::string(field);
}

std::string FieldReader::word() {
  auto field = text();
  if (base::trim(field).empty())
    fail("is empty");
  return field;
}

bool FieldReader::yes_no() {
  const auto field = next();
  if (field != "yes" && field != "no")
    fail(fmt::format("'{}' is neither yes nor no", base::escape_untrusted(field)));
  return field == "yes";
}

std::optional<bool> FieldReader::optional_yes_no() {
  if (next_is_empty())
    return next(), std::nullopt;
  return yes_no();
}

std::uint32_t FieldReader::number() {
  const auto field = next();
  const auto number = base::parse_number(field);
  if (!number || *number == 0 || *number > std::numeric_limits<std::int32_t>::max()) {
    fail(fmt::format("'{}' is no number from 1 on", base::escape_untrusted(field)));
    return 1;
  }
  return static_cast<std::uint32_t>(*number);
}

Date FieldReader::date() {
  const auto field = next();
  const auto date = base::parse_date(field);
  if (!date) {
    fail(fmt::format("'{}' is no date (2020-02-11)", base::escape_untrusted(field)));
    return {};
  }
  return std::chrono::floor<std::chrono::days>(*date);
}

std::optional<Date> FieldReader::optional_date() {
  if (next_is_empty())
    return next(), std::nullopt;
  return date();
}

base::Instant FieldReader::instant() {
  const auto field = next();
  const auto instant = base::parse_rfc3339(field);
  if (!instant || base::format_rfc3339(*instant) != field) {
    fail(fmt::format("'{}' is no instant (2020-02-11T18:00:00Z)", base::escape_untrusted(field)));
    return {};
  }
  return *instant;
}

OsVersion FieldReader::version() {
  const auto field = next();
  const auto version = OsVersion::parse(field);
  if (!version) {
    fail(version.error().message());
    return {0, 0, 0, 0};
  }
  return *version;
}

std::optional<OsVersion> FieldReader::optional_version() {
  if (next_is_empty())
    return next(), std::nullopt;
  return version();
}

Kb FieldReader::kb() {
  const auto field = next();
  const auto kb = Kb::parse(field);
  if (!kb || kb->to_string() != field) {
    fail(fmt::format("'{}' is no KB number (KB4546852)", base::escape_untrusted(field)));
    return placeholder_kb();
  }
  return *kb;
}

std::optional<Kb> FieldReader::optional_kb() {
  if (next_is_empty())
    return next(), std::nullopt;
  return kb();
}

ReleaseLabel FieldReader::label() {
  const auto label = ReleaseLabel::parse(next());
  if (!label) {
    fail(label.error().message());
    return {std::chrono::year(2016) / 1, ReleaseLetter::b};
  }
  return *label;
}

std::optional<ReleaseLabel> FieldReader::optional_label() {
  if (next_is_empty())
    return next(), std::nullopt;
  return label();
}

Milestone FieldReader::milestone() {
  const auto revision = number();
  return {revision, kb()};
}

std::optional<Milestone> FieldReader::optional_milestone() {
  if (next_is_empty()) {
    next();
    if (!next().empty())
      fail("has a KB without a revision");
    return std::nullopt;
  }
  return milestone();
}

std::vector<std::string> FieldReader::list() {
  std::vector<std::string> words;
  const auto field = text();
  if (field.empty())
    return words;
  for (const auto part : base::split(field, ';')) {
    if (part.empty() || base::trim(part) != part)
      fail("has an empty word, or one with spaces around it");
    else if (std::find(words.begin(), words.end(), part) != words.end())
      fail(fmt::format("has '{}' twice", base::escape_untrusted(part)));
    words.emplace_back(part);
  }
  return words;
}

std::size_t FieldReader::choice(std::span<const std::string_view> words) {
  const auto field = next();
  const auto found = std::find(words.begin(), words.end(), field);
  if (found == words.end()) {
    const std::vector<std::string> known(words.begin(), words.end());
    fail(fmt::format("'{}' is none of {}", base::escape_untrusted(field), base::join(known, ", ")));
    return 0;
  }
  return static_cast<std::size_t>(found - words.begin());
}

} // namespace tagdb::windows
