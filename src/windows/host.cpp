#include <tagdb/base/text.hpp>
#include <tagdb/windows/host.hpp>

#include <fmt/format.h>

#include <array>

namespace tagdb::windows {

namespace {

constexpr std::array<std::string_view, 3> k_skus = {"unknown", "server", "client"};
constexpr std::array<std::string_view, 3> k_isolations = {"process", "hyperv", "hostprocess"};

base::Error no_version(std::string_view text) {
  return {base::ErrorKind::usage, fmt::format("'{}' is no Windows version", base::escape_untrusted(text)),
          "write 10.0.17763.973, 17763.973, or a build alone: 17763"};
}

} // namespace

base::Result<PartialVersion> PartialVersion::parse(std::string_view text) {
  constexpr std::uint32_t k_first_build = 10240;
  constexpr std::uint64_t k_limit = std::uint64_t{1} << 31;
  const auto parts = base::split(text, '.');
  std::array<std::uint32_t, 4> numbers{};
  if (parts.size() > numbers.size())
    return no_version(text);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = base::parse_number(parts[i]);
    if (!number || *number >= k_limit || (parts[i].size() > 1 && parts[i].front() == '0'))
      return no_version(text);
    numbers[i] = static_cast<std::uint32_t>(*number);
  }
  PartialVersion version;
  if (parts.size() >= 3) {
    version.major = numbers[0];
    version.minor = numbers[1];
    version.build = numbers[2];
    if (parts.size() == 4)
      version.revision = numbers[3];
    return version;
  }
  // "17763.973": the first number is a build, not a major version; "6.3" and "4.8" are neither.
  if (numbers[0] < k_first_build)
    return no_version(text);
  version.build = numbers[0];
  if (parts.size() == 2)
    version.revision = numbers[1];
  return version;
}

std::optional<OsVersion> PartialVersion::full() const {
  if (!revision)
    return std::nullopt;
  return OsVersion(major, minor, build, *revision);
}

std::string PartialVersion::to_string() const {
  const auto three = fmt::format("{}.{}.{}", major, minor, build);
  return revision ? fmt::format("{}.{}", three, *revision) : three;
}

std::string_view to_string(Sku sku) {
  return k_skus[static_cast<std::size_t>(sku)];
}

std::optional<Sku> parse_sku(std::string_view text) {
  if (text == "server")
    return Sku::server;
  if (text == "client")
    return Sku::client;
  return std::nullopt;
}

std::string_view to_string(Isolation isolation) {
  return k_isolations[static_cast<std::size_t>(isolation)];
}

std::optional<Isolation> parse_isolation(std::string_view text) {
  for (std::size_t i = 0; i < k_isolations.size(); ++i)
    if (base::equals_ignoring_case(k_isolations[i], text))
      return static_cast<Isolation>(i);
  return std::nullopt;
}

} // namespace tagdb::windows
