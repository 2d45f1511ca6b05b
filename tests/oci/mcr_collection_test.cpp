#include "support/catch.hpp"
#include "support/mcr_data.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/oci/image_config.hpp>
#include <tagdb/oci/manifest.hpp>

#include <fstream>
#include <map>
#include <set>

// All the real documents, where they lie beside the checkout: each parses completely, and its digest is the
// published one.

using namespace tagdb::oci;
using tagdb::base::split;

namespace {

struct Row {
  std::string file;
  std::string media_type;
  bool digest_is_published;
};

std::vector<Row> rows_of(const std::filesystem::path& folder) {
  std::ifstream in(folder / "INDEX.csv");
  std::string line;
  std::getline(in, line);
  REQUIRE(line.starts_with("file,repo,tag,observed_on,media_type,"));
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const auto fields = split(line, ',');
    REQUIRE(fields.size() >= 7);
    rows.push_back({std::string(fields[0]), std::string(fields[4]), fields.back() == "yes"});
  }
  return rows;
}

/// "list_servercore_10.0.14393.3986_7f5b13497afa.json" → "10.0.14393.3986", "7f5b13497afa"
std::pair<std::string, std::string> version_and_digest(std::string_view file) {
  const auto parts = split(file.substr(0, file.size() - std::string_view(".json").size()), '_');
  REQUIRE(parts.size() >= 3);
  return {std::string(parts[parts.size() - 2]), std::string(parts.back())};
}

} // namespace

TEST_CASE("every real document parses completely") {
  const auto folder = tagdb::test::mcr_collection();
  if (!folder) {
    WARN("the collection of real documents is not here");
    return;
  }
  std::map<std::string, int> counts;
  // By digest: what lists and manifests say of a size must be the size of what they point at.
  std::map<std::string, std::size_t> sizes;
  std::map<std::string, std::uint64_t> claims;
  std::map<std::string, std::size_t> layers_of_config;
  std::map<std::string, std::size_t> diff_ids_of_config;
  for (const auto& row : rows_of(*folder)) {
    INFO(row.file);
    if (!row.digest_is_published) {
      CHECK(row.file.starts_with("tags-list_"));
      continue;
    }
    const auto bytes = tagdb::test::slurp(*folder / row.file);
    const auto digest = Digest::of(bytes);
    const auto [version, beginning] = version_and_digest(row.file);
    CHECK(digest.encoded().starts_with(beginning));
    CHECK(digest.matches(bytes));
    sizes[digest.to_string()] = bytes.size();
    ++counts[row.media_type];
    if (row.media_type == k_docker_config) {
      const auto config = parse_image_config(bytes);
      REQUIRE(config);
      CHECK(config->os == "windows");
      CHECK(config->architecture == "amd64");
      CHECK(config->os_version == version);
      CHECK(config->created);
      CHECK_FALSE(config->history.empty());
      diff_ids_of_config[digest.to_string()] = config->diff_ids.size();
      continue;
    }
    const auto parsed = parse_manifest(bytes, row.media_type);
    REQUIRE(parsed);
    CHECK(to_string(parsed->type) == row.media_type);
    if (parsed->manifest) {
      claims[parsed->manifest->config.digest.to_string()] = parsed->manifest->config.size;
      layers_of_config[parsed->manifest->config.digest.to_string()] = parsed->manifest->layers.size();
      CHECK_FALSE(parsed->manifest->layers.empty());
      for (const auto& layer : parsed->manifest->layers)
        CHECK(is_foreign_layer(layer.media_type) == !layer.urls.empty());
      continue;
    }
    REQUIRE(parsed->index);
    const bool several = row.file.starts_with("list_dotnet-framework");
    CHECK(parsed->index->manifests.size() == (several ? 4 : 1));
    std::set<std::string> versions;
    for (const auto& image : parsed->index->manifests) {
      REQUIRE(image.platform);
      CHECK(image.platform->os == "windows");
      CHECK(image.platform->architecture == "amd64");
      CHECK(image.media_type == k_docker_manifest);
      versions.insert(image.platform->os_version);
      claims[image.digest.to_string()] = image.size;
    }
    if (several)
      CHECK(versions ==
            std::set<std::string>{"10.0.14393.4889", "10.0.17763.2458", "10.0.19042.1469", "10.0.20348.473"});
    else
      CHECK(versions == std::set<std::string>{version});
  }
  CHECK(counts == std::map<std::string, int>{{std::string(k_docker_list), 109},
                                             {std::string(k_docker_manifest), 9},
                                             {std::string(k_docker_config), 3}});
  std::size_t linked = 0;
  for (const auto& [digest, size] : claims) {
    if (const auto found = sizes.find(digest); found != sizes.end()) {
      CHECK(found->second == size);
      ++linked;
    }
  }
  CHECK(linked >= 3);
  for (const auto& [config, count] : diff_ids_of_config)
    if (const auto found = layers_of_config.find(config); found != layers_of_config.end())
      CHECK(found->second == count);
}
