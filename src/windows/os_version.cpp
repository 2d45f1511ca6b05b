#include <tagdb/base/text.hpp>
#include <tagdb/windows/os_version.hpp>

#include <fmt/format.h>

#include <array>
#include <optional>

namespace tagdb::windows {

namespace {

constexpr std::size_t k_parts = 4;

std::optional<std::uint32_t> parse_part(std::string_view text) {
  constexpr std::uint64_t k_limit = std::uint64_t{1} << 31;
  const auto number = base::parse_number(text);
  if (!number || *number >= k_limit || (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

base::Error no_version(std::string_view text) {
  return base::Error(base::ErrorKind::usage,
                     fmt::format("'{}' is no Windows version", base::escape_untrusted(text)),
                     "write all four parts: 10.0.17763.1040");
}

} // namespace

base::Result<OsVersion> OsVersion::parse(std::string_view text) {
  std::array<std::uint32_t, k_parts> numbers{};
  auto rest = text;
  for (std::size_t i = 0; i < k_parts; ++i) {
    const bool last = i + 1 == k_parts;
    const auto end = last ? rest.size() : rest.find('.');
    if (end == std::string_view::npos)
      return no_version(text);
    const auto number = parse_part(rest.substr(0, end));
    if (!number)
      return no_version(text);
    numbers[i] = *number;
    rest.remove_prefix(last ? end : end + 1);
  }
  return OsVersion(numbers[0], numbers[1], numbers[2], numbers[3]);
}

base::Result<OsVersion> OsVersion::parse_lenient(std::string_view text) {
  if (const auto version = parse(text))
    return *version;
  const auto dot = text.find('.');
  if (dot != std::string_view::npos) {
    const auto build = parse_part(text.substr(0, dot));
    const auto revision = parse_part(text.substr(dot + 1));
    // Below 10240 no build ever had "10.0" before it: "4.8" is a .NET version, not a Windows build.
    constexpr std::uint32_t k_first_build = 10240;
    if (build && revision && *build >= k_first_build)
      return OsVersion(10, 0, *build, *revision);
  }
  return no_version(text);
}

std::string OsVersion::to_string() const {
  return fmt::format("{}.{}.{}.{}", m_major, m_minor, m_build, m_revision);
}

} // namespace tagdb::windows
