#pragma once

#include "authorizer.hpp"
#include <tagdb/net/body.hpp>
#include <tagdb/registry/client.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::registry {

inline constexpr std::size_t k_max_manifest = 8u << 20;
/// Content that hashes wrongly is asked for again this often: a cache between may have garbled it.
inline constexpr int k_hash_tries = 3;

/// One question to the registry on its way through challenges. Not a net::Request, which is given away with
/// each sending and made anew from this.
struct Question {
  net::Method method = net::Method::get;
  net::Url url;
  std::string_view accept; ///< a constant's text
  std::size_t max_body = k_max_manifest;
  net::Client::Priority priority = net::Client::Priority::normal;
  std::string scope{}; ///< empty: another host's content, asked for without credentials
  bool public_only = false;
  net::ResponseHandler done{};

  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::shared_ptr<net::BodySource> upload{};
  std::shared_ptr<net::BodySink> sink{};
  bool repeatable = false;
  std::chrono::seconds patience{0};

  bool challenged = false;
  std::optional<base::Secret> authorization{}; ///< that was sent

  net::Request request() const;
};

struct RegistryClient::Impl {
  net::Client& http;
  Endpoint endpoint;
  base::Log& log;
  Authorizer authorizer;
  Access access;
  int head_failures = 0; ///< in a row: HEAD was refused, or told no digest, where GET worked
  /// Whether the registry was last met at an address that is not on the public internet.
  bool at_private_address = false;

  Impl(net::Client& client, Endpoint where, CredentialStore credentials, const base::Clock& clock,
       base::Log& words, Access wanted)
      : http(client),
        endpoint(std::move(where)),
        log(words),
        authorizer(client, endpoint, std::move(credentials), clock, words),
        access(wanted) {}

  std::string scope_of(const oci::RepositoryName& repository) const;
  /// Sends with whatever authorization the scope needs; answers a challenge once.
  void ask(Question question, net::ResponseHandler done);
  void send(std::shared_ptr<Question> question);
  void answered(std::shared_ptr<Question> question, base::Result<net::Response> answer);

  Question question(const oci::RepositoryName& repository, std::string_view kind,
                    const std::string& reference) const;
  void get_by_tag(const oci::RepositoryName& repository, const oci::Tag& tag, int tries,
                  Handler<Resolved> done);
  void fetch(Question question, const oci::Digest& digest, int tries, Handler<Fetched> done);

  struct Listing;
  void list_page(std::shared_ptr<Listing> listing);
  void take_page(std::shared_ptr<Listing> listing, const net::Response& answer);

  class BlobStream;
};

} // namespace tagdb::registry
