#include "mirror_emit.hpp"

#include <tagdb/base/text.hpp>
#include <tagdb/query/reference.hpp>

namespace tagdb::cli {

namespace {

using base::ErrorKind;

std::string containerd(const MirrorPlace& mirror, const std::string& of) {
  std::string url = mirror.scheme + "://" + mirror.host.to_string();
  // containerd puts /v2 between the host and the name; a prefix belongs behind it.
  if (mirror.prefix)
    url += "/v2/" + mirror.prefix->to_string();
  return "# /etc/containerd/certs.d/" + of + "/hosts.toml, in the folder that config_path names\n" +
         "server = \"https://" + of + "\"\n\n[host.\"" + url +
         "\"]\n  capabilities = [\"pull\", \"resolve\"]\n" +
         (mirror.prefix ? "  override_path = true\n" : "");
}

std::string registries_conf(const MirrorPlace& mirror, const std::string& of) {
  return "# /etc/containers/registries.conf.d/mirror.conf\n[[registry]]\nprefix = \"" + of +
         "\"\nlocation = \"" + of + "\"\n\n[[registry.mirror]]\nlocation = \"" + mirror.to_string() + "\"\n" +
         (mirror.scheme == "http" ? "insecure = true\n" : "");
}

base::Result<std::string> under(const MirrorPlace& mirror, const oci::RegistryName& of,
                                const std::string& text) {
  TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(text));
  if (query.registry && *query.registry != of)
    return base::Error(ErrorKind::usage,
                       base::escape_untrusted(text) + " is of another registry than " + of.to_string(),
                       "--registry says which one is mirrored");
  const auto repository = query.repository ? query::expand_repository(*query.repository).to_string()
                                           : std::string("windows/servercore");
  std::string name = mirror.to_string() + "/" + repository;
  if (const auto* tag = std::get_if<oci::Tag>(&query.subject))
    name += ":" + tag->to_string();
  else if (const auto* version = std::get_if<windows::OsVersion>(&query.subject))
    name += ":" + version->to_string();
  else if (const auto* digest = std::get_if<oci::Digest>(&query.subject))
    name += "@" + digest->to_string();
  else
    return base::Error(ErrorKind::usage, base::escape_untrusted(text) + " is no name that docker pulls",
                       "tagdb resolve tells its tag");
  return query.expected ? name + "@" + query.expected->to_string() : name;
}

} // namespace

std::string MirrorPlace::to_string() const {
  return prefix ? host.to_string() + "/" + prefix->to_string() : host.to_string();
}

base::Result<MirrorPlace> parse_mirror_place(std::string_view text) {
  if (text.starts_with("oci:"))
    return base::Error(
        ErrorKind::usage, "nobody pulls from a layout",
        "--emit takes a registry: --to HOST/PREFIX; a bare Windows Docker host needs one too, for "
        "docker load reads no OCI layout");
  std::string scheme = "https";
  for (const std::string_view known : {"http", "https"})
    if (text.starts_with(std::string(known) + "://")) {
      scheme = known;
      text.remove_prefix(known.size() + 3);
      break;
    }
  while (text.ends_with('/'))
    text.remove_suffix(1);
  const auto slash = text.find('/');
  TAGDB_TRY_ASSIGN(auto host, oci::RegistryName::parse(text.substr(0, slash)));
  MirrorPlace place{scheme, std::move(host), std::nullopt};
  if (slash != std::string_view::npos) {
    TAGDB_TRY_ASSIGN(place.prefix, oci::RepositoryName::parse(text.substr(slash + 1)));
  }
  return place;
}

base::Result<std::string> mirror_settings(MirrorClient client, const MirrorPlace& mirror,
                                          const oci::RegistryName& of,
                                          const std::vector<std::string>& references) {
  if (client == MirrorClient::containerd)
    return containerd(mirror, of.to_string());
  if (client == MirrorClient::registries_conf)
    return registries_conf(mirror, of.to_string());
  if (references.empty())
    return base::Error(ErrorKind::usage,
                       "dockerd uses mirrors for docker.io only, so there is nothing to set",
                       "name the images, and their names on the mirror are printed");
  std::string text;
  for (const auto& reference : references) {
    TAGDB_TRY_ASSIGN(const auto name, under(mirror, of, reference));
    text += name + "\n";
  }
  return text;
}

} // namespace tagdb::cli
