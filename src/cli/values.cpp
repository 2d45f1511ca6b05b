#include "values.hpp"

#include <tagdb/base/text.hpp>
#include <tagdb/query/reference.hpp>
#include <tagdb/query/resolve.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

base::Error refuse(std::string_view text, std::string_view why, std::string hint = {}) {
  return base::Error(base::ErrorKind::usage, "\"" + base::escape_untrusted(text) + "\" " + std::string(why),
                     std::move(hint));
}

constexpr std::chrono::seconds k_day{24 * 60 * 60};

base::Result<Moment> refuse_future(std::string_view text, base::Instant instant, base::Instant now) {
  if (instant > now)
    return refuse(text, "lies in the future", "it is now " + base::format_rfc3339(now));
  return Moment(instant);
}

base::Error refuse_time(std::string_view text) {
  return refuse(
      text, "is no time",
      "write a date, as in 2020-02-20 (its last second, UTC), an instant, as in 2020-02-20T18:00:00Z, or a "
      "release, as in 2020-02B");
}

} // namespace

base::Result<bool> parse_truth(std::string_view text) {
  for (const std::string_view word : {"true", "yes", "on", "1"})
    if (base::equals_ignoring_case(text, word))
      return true;
  for (const std::string_view word : {"false", "no", "off", "0"})
    if (base::equals_ignoring_case(text, word))
      return false;
  return refuse(text, "is neither true nor false");
}

base::Result<Moment> parse_time(std::string_view text, base::Instant now) {
  if (const auto day = base::parse_date(text)) {
    TAGDB_TRY(refuse_future(text, *day, now));
    // Today has not ended yet: what is known of it is what is known now.
    return Moment(std::min(*day + k_day - std::chrono::seconds(1), now));
  }
  if (const auto instant = base::parse_rfc3339(text))
    return refuse_future(text, *instant, now);
  if (const auto label = windows::ReleaseLabel::parse(text))
    return Moment(*label);
  if (const auto label = windows::parse_short_label(text))
    return Moment(*label);
  return refuse_time(text);
}

base::Result<Moment> parse_since(std::string_view text, base::Instant now) {
  if (const auto day = base::parse_date(text)) {
    TAGDB_TRY(refuse_future(text, *day, now));
    return Moment(*day - std::chrono::seconds(1));
  }
  if (const auto duration = base::parse_duration(text))
    return Moment(now - *duration);
  return parse_time(text, now);
}

base::Result<base::Instant> instant_of(const Moment& moment, const store::Reader& reader, base::Instant now) {
  if (const auto* label = std::get_if<windows::ReleaseLabel>(&moment))
    return query::instant_of_release(reader, now, *label);
  if (const auto* label = std::get_if<windows::ShortLabel>(&moment))
    return query::ambiguous_label(reader, *label);
  return std::get<base::Instant>(moment);
}

base::Result<oci::RegistryName> parse_registry(std::string_view text) {
  std::string_view rest = text;
  std::string_view own_port;
  if (const auto scheme_end = text.find("://"); scheme_end != std::string_view::npos) {
    const auto scheme = base::to_lower(text.substr(0, scheme_end));
    if (scheme == "https")
      own_port = ":443";
    else if (scheme == "http")
      own_port = ":80";
    else
      return refuse(scheme, "is no scheme of a registry", "only https and http are");
    rest = text.substr(scheme_end + 3);
  }
  if (rest.find('@') != std::string_view::npos)
    return base::Error(base::ErrorKind::usage, "the registry's address must not hold a user or password",
                       "put them into a docker config.json and name that with --authfile");
  if (rest.ends_with('/'))
    rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != std::string_view::npos)
    return refuse(text, "names more than a registry",
                  "give the host alone; repositories are named as windows/servercore");
  if (!own_port.empty() && rest.ends_with(own_port))
    rest.remove_suffix(own_port.size());
  auto name = oci::RegistryName::parse(base::to_lower(rest));
  if (!name)
    return refuse(text, "is no registry",
                  "write a host, as in mcr.microsoft.com or harbor.corp:5000, or a URL");
  return *std::move(name);
}

bool PlatformFilter::accepts(std::string_view os_name, std::string_view architecture_name,
                             std::string_view version) const {
  if (os != os_name || architecture != architecture_name)
    return false;
  if (os_version.empty())
    return true;
  return version.starts_with(os_version) &&
         (version.size() == os_version.size() || version[os_version.size()] == '.');
}

base::Result<PlatformFilter> parse_platform(std::string_view text) {
  const auto slash = text.find('/');
  const auto colon = text.find(':');
  PlatformFilter filter;
  if (slash != std::string_view::npos && (colon == std::string_view::npos || colon > slash)) {
    filter.os = text.substr(0, slash);
    filter.architecture = text.substr(slash + 1, colon == std::string_view::npos ? colon : colon - slash - 1);
    if (colon != std::string_view::npos)
      filter.os_version = text.substr(colon + 1);
  }
  const bool empty_version = colon != std::string_view::npos && filter.os_version.empty();
  if (filter.os.empty() || filter.architecture.empty() || empty_version ||
      filter.architecture.find('/') != std::string::npos)
    return refuse(text, "is no platform",
                  "write os/architecture, as in windows/amd64 or windows/amd64:10.0.17763.1040");
  return filter;
}

base::Result<oci::RepositoryName> parse_repository(std::string_view text) {
  const auto name = oci::RepositoryName::parse(text);
  if (!name)
    return refuse(text, "is no repository",
                  "write it as windows/servercore; a registry is named with --registry");
  return query::expand_repository(*name);
}

} // namespace tagdb::cli
