#include <tagdb/base/text.hpp>
#include <tagdb/oci/reference.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::oci {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower_alphanumeric(char c) {
  return is_lower(c) || is_digit(c);
}
bool is_alphanumeric(char c) {
  return is_lower_alphanumeric(c) || is_upper(c);
}

/// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
bool is_path_component(std::string_view text) {
  if (text.empty() || !is_lower_alphanumeric(text.front()) || !is_lower_alphanumeric(text.back()))
    return false;
  std::size_t i = 0;
  while (i < text.size()) {
    if (is_lower_alphanumeric(text[i])) {
      ++i;
      continue;
    }
    const auto end =
        std::find_if(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), is_lower_alphanumeric);
    const auto separator = text.substr(i, static_cast<std::size_t>(end - text.begin()) - i);
    const bool dashes = separator.find_first_not_of('-') == std::string_view::npos;
    if (!dashes && separator != "." && separator != "_" && separator != "__")
      return false;
    i += separator.size();
  }
  return true;
}

bool is_host_label(std::string_view text) {
  constexpr std::size_t k_longest = 63; // RFC 1035
  return !text.empty() && text.size() <= k_longest && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_host(std::string_view text) {
  constexpr std::size_t k_longest = 253;
  if (text.size() > k_longest)
    return false;
  const auto labels = base::split(text, '.');
  return std::all_of(labels.begin(), labels.end(), is_host_label);
}

/// What stands between the brackets of "[::1]"; whether it is a real address the connection will show.
bool is_ipv6(std::string_view text) {
  constexpr std::size_t k_longest = 45;
  return text.size() >= 2 && text.size() <= k_longest && text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

bool is_port(std::string_view text) {
  const auto number = base::parse_number(text);
  return number && *number >= 1 && *number <= 65535 && text.front() != '0';
}

base::Error malformed(std::string_view what, std::string_view text, std::string hint) {
  return base::Error(base::ErrorKind::usage, fmt::format("'{}' is no {}", base::escape_untrusted(text), what),
                     std::move(hint));
}

} // namespace

base::Result<RepositoryName> RepositoryName::parse(std::string_view text) {
  constexpr std::size_t k_longest = 255;
  const auto components = base::split(text, '/');
  if (text.size() <= k_longest && std::all_of(components.begin(), components.end(), is_path_component))
    return RepositoryName(std::string(text));
  return malformed("repository name", text,
                   "a repository is lower-case words joined by '/', such as windows/servercore");
}

base::Result<Tag> Tag::parse(std::string_view text) {
  constexpr std::size_t k_longest = 128;
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  if (!text.empty() && text.size() <= k_longest && text.front() != '.' && text.front() != '-' &&
      std::all_of(text.begin(), text.end(), fits))
    return Tag(std::string(text));
  return malformed(
      "tag", text,
      "a tag is up to 128 letters, digits, '_', '.' and '-', and begins with neither '.' nor '-'");
}

base::Result<RegistryName> RegistryName::parse(std::string_view text) {
  const auto bad = [&] {
    return malformed("registry", text,
                     "a registry is a host and perhaps a port: mcr.microsoft.com, localhost:5000");
  };
  std::string_view host = text;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1)))
      return bad();
    rest = text.substr(end + 1);
  } else {
    host = text.substr(0, text.find(':'));
    rest = text.substr(host.size());
    if (!is_host(host))
      return bad();
  }
  if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))
    return bad();
  return RegistryName(base::to_lower(text));
}

std::string Reference::to_string() const {
  std::string text;
  if (registry)
    text += registry->to_string() + "/";
  if (repository)
    text += repository->to_string();
  if (tag)
    text += (text.empty() ? "" : ":") + tag->to_string();
  if (digest)
    text += (text.empty() ? "" : "@") + digest->to_string();
  return text;
}

base::Result<Reference> parse_reference(std::string_view text) {
  Reference reference;
  std::string_view name = text;
  if (const auto at = name.find('@'); at != std::string_view::npos) {
    TAGDB_TRY_ASSIGN(reference.digest, Digest::parse(name.substr(at + 1)));
    name = name.substr(0, at);
  }
  // A colon behind the last slash ends the name; one before it belongs to the registry's port.
  const auto last_slash = name.rfind('/');
  const auto colon = name.find(':', last_slash == std::string_view::npos ? 0 : last_slash);
  if (colon != std::string_view::npos) {
    TAGDB_TRY_ASSIGN(reference.tag, Tag::parse(name.substr(colon + 1)));
    name = name.substr(0, colon);
  }
  if (const auto slash = name.find('/'); slash != std::string_view::npos) {
    const auto first = name.substr(0, slash);
    if (first.find_first_of(".:") != std::string_view::npos || first == "localhost") {
      TAGDB_TRY_ASSIGN(reference.registry, RegistryName::parse(first));
      name = name.substr(slash + 1);
    }
  }
  TAGDB_TRY_ASSIGN(reference.repository, RepositoryName::parse(name));
  return reference;
}

} // namespace tagdb::oci
