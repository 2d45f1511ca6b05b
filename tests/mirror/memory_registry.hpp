#pragma once

#include "support/scripted_transport.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/net/body.hpp>
#include <tagdb/oci/digest.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tagdb::test {

/// A registry in memory, strict as docker-registry is: a manifest is taken only where all that it names is
/// there. Put before a scripted transport as its `otherwise`.
struct MemoryRegistry {
  struct Repository {
    std::map<std::string, std::string> blobs;                             ///< by digest
    std::map<std::string, std::pair<std::string, std::string>> manifests; ///< by digest: type, bytes
    std::map<std::string, std::string> tags;
  };
  std::map<std::string, Repository> repositories;
  bool mounts = true;
  std::vector<std::string> writes; ///< "PUT manifest r:t", in order

  Reply answer(const net::Request& request) {
    const auto path = request.url.to_string().substr(request.url.origin().size());
    const auto query = path.find('?');
    const std::string_view whole = std::string_view(path).substr(0, query);
    for (const std::string_view kind : {"/manifests/", "/blobs/"}) {
      const auto at = whole.find(kind);
      if (at == std::string_view::npos || at < 4)
        continue;
      const std::string name(whole.substr(4, at - 4)), reference(whole.substr(at + kind.size()));
      const auto values = query == std::string::npos ? "" : path.substr(query + 1);
      if (kind == "/manifests/")
        return manifest(request, name, reference);
      if (reference.starts_with("uploads/"))
        return upload(request, name, values);
      return blob(request, repositories[name], reference);
    }
    return {.status = 404};
  }

 private:
  static Reply bytes_of(const net::Request& request, std::string bytes, const std::string& type,
                        const std::string& digest) {
    Reply reply{.status = 200, .headers = {{"Content-Type", type}, {"Docker-Content-Digest", digest}}};
    if (const auto range = request.headers.find("Range")) {
      const auto begin = base::parse_number(range->substr(6, range->find('-') - 6)).value_or(0);
      reply.status = 206;
      reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(begin) + "-" +
                                                      std::to_string(bytes.size() - 1) + "/" +
                                                      std::to_string(bytes.size()));
      bytes.erase(0, begin);
    }
    reply.headers.emplace_back("Content-Length", std::to_string(bytes.size()));
    reply.body = std::move(bytes);
    return reply;
  }
  static Reply unknown(const std::string& code) {
    return {.status = 404,
            .headers = {{"Content-Type", "application/json"}},
            .body = R"({"errors":[{"code":")" + code + R"("}]})"};
  }

  Reply blob(const net::Request& request, Repository& repository, const std::string& digest) {
    const auto found = repository.blobs.find(digest);
    if (found == repository.blobs.end())
      return unknown("BLOB_UNKNOWN");
    return bytes_of(request, found->second, "application/octet-stream", digest);
  }

  Reply manifest(const net::Request& request, const std::string& name, const std::string& reference) {
    auto& repository = repositories[name];
    if (request.method == net::Method::put) {
      const auto digest = oci::Digest::of(request.body).to_string();
      for (auto at = request.body.find("sha256:"); at != std::string::npos;
           at = request.body.find("sha256:", at + 1)) {
        const auto below = request.body.substr(at, 71);
        if (!repository.blobs.contains(below) && !repository.manifests.contains(below)) {
          auto refused = unknown("MANIFEST_BLOB_UNKNOWN");
          refused.status = 400;
          return refused;
        }
      }
      repository.manifests[digest] = {std::string(request.headers.find("Content-Type").value_or("")),
                                      request.body};
      const bool tagged = reference.find(':') == std::string::npos;
      if (tagged)
        repository.tags[reference] = digest;
      writes.push_back("manifest " + name + (tagged ? ":" + reference : ""));
      return {.status = 201, .headers = {{"Docker-Content-Digest", digest}}};
    }
    const auto tag = repository.tags.find(reference);
    const auto found = repository.manifests.find(tag == repository.tags.end() ? reference : tag->second);
    if (found == repository.manifests.end())
      return unknown("MANIFEST_UNKNOWN");
    return bytes_of(request, found->second.second, found->second.first, found->first);
  }

  static std::string value_of(const std::string& query, const std::string& key) {
    const auto at = query.find(key + "=");
    if (at == std::string::npos)
      return {};
    const auto begin = at + key.size() + 1;
    auto value = query.substr(begin, query.find('&', begin) - begin);
    for (const auto& [code, character] : {std::pair("%3A", ":"), std::pair("%2F", "/")})
      for (auto place = value.find(code); place != std::string::npos; place = value.find(code))
        value.replace(place, 3, character);
    return value;
  }

  Reply upload(const net::Request& request, const std::string& name, const std::string& query) {
    auto& repository = repositories[name];
    const auto here = "/v2/" + name + "/blobs/uploads/x";
    if (request.method == net::Method::post) {
      const auto from = value_of(query, "from"), digest = value_of(query, "mount");
      if (mounts && !from.empty() && repositories[from].blobs.contains(digest)) {
        repository.blobs[digest] = repositories[from].blobs[digest];
        writes.push_back("mount " + name);
        return {.status = 201, .headers = {{"Docker-Content-Digest", digest}}};
      }
      return {.status = 202, .headers = {{"Location", here}}};
    }
    if (request.method != net::Method::put)
      return {.status = 204};
    std::string bytes;
    if (request.upload) {
      bytes.resize(static_cast<std::size_t>(request.upload->size()));
      for (std::size_t at = 0; at < bytes.size();)
        at += request.upload->read(at, bytes.data() + at, bytes.size() - at).value_or(bytes.size());
    }
    const auto digest = oci::Digest::of(bytes).to_string();
    if (digest != value_of(query, "digest")) {
      auto refused = unknown("DIGEST_INVALID");
      refused.status = 400;
      return refused;
    }
    repository.blobs[digest] = bytes;
    writes.push_back("blob " + name);
    return {.status = 201, .headers = {{"Docker-Content-Digest", digest}}};
  }
};

} // namespace tagdb::test
