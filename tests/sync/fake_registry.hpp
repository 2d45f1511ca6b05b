#pragma once

#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/net/transport.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tagdb::test {

/// A registry with one repository, as a Transport: answers at once, in the order asked, and follows a script
/// where there is one. Time passes only while nothing is to be answered.
class FakeRegistry final : public net::Transport {
 public:
  using Outcome = std::variant<net::Response, net::TransferFailure>;
  /// Makes the outcome of one request.
  using Step = std::function<Outcome(FakeRegistry&, const net::Request&)>;

  explicit FakeRegistry(ManualClock& clock) : m_clock(clock) {}

  // -- what it has --------------------------------------------------------------------------------------

  void put(const Blob& blob) { m_blobs[blob.digest.to_string()] = blob.bytes; }
  void drop(const oci::Digest& digest) { m_blobs.erase(digest.to_string()); }
  /// The image with all below it, and a tag for it.
  void tag(const std::string& name, const TestImage& image) {
    put(image.index());
    for (const auto& platform : image.platforms()) {
      put(platform.manifest);
      put(platform.config);
    }
    tag(name, image.digest());
  }
  void tag(const std::string& name, const oci::Digest& digest) {
    if (std::find(m_listed.begin(), m_listed.end(), name) == m_listed.end())
      m_listed.push_back(name);
    m_tags.insert_or_assign(name, digest);
  }
  /// Listed, and not there.
  void list_only(const std::string& name) {
    m_listed.push_back(name);
    m_tags.erase(name);
  }
  void unlist(const std::string& name) { std::erase(m_listed, name); }
  void remove(const std::string& name) {
    unlist(name);
    m_tags.erase(name);
  }
  void list(const std::string& name) { m_listed.push_back(name); }

  // -- what it does -------------------------------------------------------------------------------------

  /// The next requests for this ("list", a tag, a digest) get these, one each; then it is itself again.
  void script(const std::string& what, std::vector<Step> steps) {
    auto& queue = m_scripts[what];
    queue.insert(queue.end(), steps.begin(), steps.end());
  }
  void always(const std::string& what, Step step) { m_always[what] = std::move(step); }
  /// Called before each answer.
  std::function<void()> on_request;

  static Step status(int code, std::string error_code = {}) {
    return [code, error_code](FakeRegistry&, const net::Request& request) -> Outcome {
      auto response = answer(request, code);
      if (!error_code.empty()) {
        response.headers.add("Content-Type", "application/json");
        if (request.method != net::Method::head)
          response.body = R"({"errors":[{"code":")" + error_code + R"(","message":"said the fake"}]})";
      }
      return response;
    };
  }
  static Step reset() {
    return [](FakeRegistry&, const net::Request&) -> Outcome {
      return net::TransferFailure{net::TransferFault::reset, "reset by peer", {}, false};
    };
  }
  static Step points_at(const oci::Digest& digest) {
    return [digest](FakeRegistry& self, const net::Request& request) -> Outcome {
      return self.manifest(request, digest.to_string());
    };
  }
  static Step body(std::string bytes, std::string content_type) {
    return [bytes, content_type](FakeRegistry&, const net::Request& request) -> Outcome {
      auto response = answer(request, 200);
      response.headers.add("Content-Type", content_type);
      response.body = request.method == net::Method::head ? std::string() : bytes;
      return response;
    };
  }

  /// What was asked since the last call: "list", "HEAD ltsc2019", "GET sha256:…".
  std::vector<std::string> asked() { return std::exchange(m_asked, {}); }
  std::size_t count(const std::string& request) const {
    return static_cast<std::size_t>(std::count(m_asked.begin(), m_asked.end(), request));
  }

  // -- Transport ----------------------------------------------------------------------------------------

  void submit(std::uint64_t id, const net::Request& request) override {
    m_submitted.push_back({id, &request});
  }
  std::vector<net::Completion> wait(std::chrono::milliseconds timeout) override {
    std::vector<net::Completion> done;
    for (const auto& [id, request] : std::exchange(m_submitted, {}))
      done.push_back({id, outcome(*request)});
    if (done.empty())
      m_clock.advance(timeout);
    for (const auto id : std::exchange(m_cancelled, {}))
      done.push_back({id, net::TransferFailure{net::TransferFault::cancelled, "", {}, false}});
    return done;
  }
  void cancel(std::uint64_t id) override {
    std::erase_if(m_submitted, [&](const auto& one) { return one.id == id; });
    m_cancelled.push_back(id);
  }
  unsigned parallelism(const std::string&) const override { return 16; }

 private:
  struct Submitted {
    std::uint64_t id;
    const net::Request* request;
  };

  static net::Response answer(const net::Request& request, int status) {
    return {.status = status, .headers = {}, .body = {}, .url = request.url, .peer_address = "127.0.0.1"};
  }

  Outcome outcome(const net::Request& request) {
    const auto& url = request.url.to_string();
    const std::string what =
        url.find("/tags/list") != std::string::npos ? "list" : url.substr(url.rfind('/') + 1);
    m_asked.push_back(what == "list" ? what : std::string(net::to_string(request.method)) + " " + what);
    if (on_request)
      on_request();
    if (auto& queue = m_scripts[what]; !queue.empty()) {
      const auto step = std::move(queue.front());
      queue.pop_front();
      return step(*this, request);
    }
    if (const auto found = m_always.find(what); found != m_always.end())
      return found->second(*this, request);
    if (what == "list")
      return list(request);
    if (const auto named = m_tags.find(what); named != m_tags.end())
      return manifest(request, named->second.to_string());
    if (m_blobs.count(what) > 0)
      return manifest(request, what);
    return status(404, url.find("/blobs/") != std::string::npos ? "BLOB_UNKNOWN"
                                                                : "MANIFEST_UNKNOWN")(*this, request);
  }

  net::Response list(const net::Request& request) const {
    base::JsonWriter json;
    json.begin_object().member("name", "windows/servercore").key("tags").begin_array();
    for (const auto& name : m_listed)
      json.value(name);
    json.end_array().end_object();
    auto response = answer(request, 200);
    response.headers.add("Content-Type", "application/json");
    response.body = json.text();
    return response;
  }

  Outcome manifest(const net::Request& request, const std::string& digest) {
    const auto found = m_blobs.find(digest);
    // A tag may point at what is not there: then only HEAD answers.
    const std::string bytes = found != m_blobs.end() ? found->second : std::string();
    if (found == m_blobs.end() && request.method != net::Method::head)
      return status(404, "MANIFEST_UNKNOWN")(*this, request);
    auto response = answer(request, 200);
    const bool blob = request.url.to_string().find("/blobs/") != std::string::npos;
    std::string type = "application/octet-stream";
    if (!blob) {
      const auto parsed = oci::parse_manifest(bytes, "");
      type = parsed ? std::string(oci::to_string(parsed->type)) : std::string(oci::k_docker_list);
    }
    response.headers.add("Content-Type", type);
    response.headers.add("Content-Length", std::to_string(bytes.size()));
    response.headers.add("Docker-Content-Digest", digest);
    if (request.method != net::Method::head)
      response.body = bytes;
    return response;
  }

  ManualClock& m_clock;
  std::map<std::string, std::string> m_blobs;
  std::map<std::string, oci::Digest> m_tags;
  std::vector<std::string> m_listed;
  std::map<std::string, std::deque<Step>> m_scripts;
  std::map<std::string, Step> m_always;
  std::vector<std::string> m_asked;
  std::vector<Submitted> m_submitted;
  std::vector<std::uint64_t> m_cancelled;
};

} // namespace tagdb::test
