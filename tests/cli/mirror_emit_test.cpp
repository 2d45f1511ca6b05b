#include "mirror_emit.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::cli;

namespace {

std::string settings(MirrorClient client, const char* to, const std::vector<std::string>& references = {}) {
  const auto place = parse_mirror_place(to);
  if (!place)
    return "place: " + place.error().message();
  const auto text =
      mirror_settings(client, *place, *oci::RegistryName::parse("mcr.microsoft.com"), references);
  return text ? *text : "error: " + text.error().message();
}

} // namespace

TEST_CASE("what makes a client use a mirror") {
  CHECK(settings(MirrorClient::containerd, "harbor.corp/mcr") ==
        "# /etc/containerd/certs.d/mcr.microsoft.com/hosts.toml, in the folder that config_path names\n"
        "server = \"https://mcr.microsoft.com\"\n\n"
        "[host.\"https://harbor.corp/v2/mcr\"]\n  capabilities = [\"pull\", \"resolve\"]\n"
        "  override_path = true\n");
  CHECK(settings(MirrorClient::containerd, "http://127.0.0.1:5055/") ==
        "# /etc/containerd/certs.d/mcr.microsoft.com/hosts.toml, in the folder that config_path names\n"
        "server = \"https://mcr.microsoft.com\"\n\n"
        "[host.\"http://127.0.0.1:5055\"]\n  capabilities = [\"pull\", \"resolve\"]\n");
  const std::string conf =
      "# /etc/containers/registries.conf.d/mirror.conf\n"
      "[[registry]]\nprefix = \"mcr.microsoft.com\"\nlocation = \"mcr.microsoft.com\"\n\n"
      "[[registry.mirror]]\nlocation = \"harbor.corp/mcr\"\n";
  CHECK(settings(MirrorClient::registries_conf, "harbor.corp/mcr") == conf);
  CHECK(settings(MirrorClient::registries_conf, "http://harbor.corp/mcr") == conf + "insecure = true\n");
  CHECK(
      settings(MirrorClient::docker, "harbor.corp/mcr",
               {"ltsc2019", "nanoserver:1809", "mcr.microsoft.com/windows/server:ltsc2022", "17763.1040"}) ==
      "harbor.corp/mcr/windows/servercore:ltsc2019\nharbor.corp/mcr/windows/nanoserver:1809\n"
      "harbor.corp/mcr/windows/server:ltsc2022\nharbor.corp/mcr/windows/servercore:10.0.17763.1040\n");
}

TEST_CASE("what no client can be told") {
  CHECK(settings(MirrorClient::docker, "harbor.corp/mcr") ==
        "error: dockerd uses mirrors for docker.io only, so there is nothing to set");
  CHECK(settings(MirrorClient::docker, "harbor.corp", {"KB4546852"}) ==
        "error: KB4546852 is no name that docker pulls");
  CHECK(settings(MirrorClient::docker, "harbor.corp", {"quay.io/a/b:c"}) ==
        "error: quay.io/a/b:c is of another registry than mcr.microsoft.com");
  CHECK(settings(MirrorClient::containerd, "oci:/media/disk") == "place: nobody pulls from a layout");
}
