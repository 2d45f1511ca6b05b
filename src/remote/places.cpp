#include "places.hpp"

#include <tagdb/base/text.hpp>

namespace tagdb::remote {

namespace {

constexpr std::string_view k_layout = "oci:";

} // namespace

oci::RepositoryName Place::Registry::inside(const oci::RepositoryName& repository) const {
  if (!prefix)
    return repository;
  // Two names with a slash between are a name.
  return *oci::RepositoryName::parse(prefix->to_string() + "/" + repository.to_string());
}

std::string Place::to_string() const {
  if (layout)
    return base::escape_untrusted(std::string(k_layout) + layout->string(), 1000);
  const auto host = registry->endpoint.name.to_string();
  return registry->prefix ? host + "/" + registry->prefix->to_string() : host;
}

base::Result<Place> parse_place(std::string_view text) {
  Place place;
  if (text.starts_with(k_layout)) {
    text.remove_prefix(k_layout.size());
    if (text.empty())
      return base::Error(base::ErrorKind::usage, "oci: without a folder", "write it as oci:DIR");
    place.layout = std::filesystem::path(text);
    return place;
  }
  const auto scheme = text.find("://");
  const auto path = text.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  TAGDB_TRY_ASSIGN(auto endpoint, registry::Endpoint::parse(text.substr(0, path)));
  place.registry = Place::Registry{std::move(endpoint), std::nullopt};
  if (path == std::string_view::npos)
    return place;
  auto prefix = text.substr(path + 1);
  while (prefix.ends_with('/'))
    prefix.remove_suffix(1);
  if (!prefix.empty()) {
    TAGDB_TRY_ASSIGN(place.registry->prefix, oci::RepositoryName::parse(prefix));
  }
  return place;
}

} // namespace tagdb::remote
