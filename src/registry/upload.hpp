#pragma once

#include "client_impl.hpp"
#include <tagdb/net/hop.hpp>
#include <tagdb/registry/push.hpp>

#include <memory>
#include <string>

namespace tagdb::registry {

/// One blob on its way up: a session that POST opens, PATCHes or one PUT that fill it, a PUT that names the
/// digest. Lives in the handlers of its requests.
class Pusher::Upload : public std::enable_shared_from_this<Upload> {
 public:
  Upload(RegistryClient::Impl& client, const UploadOptions& options, oci::RepositoryName repository,
         oci::Digest digest, std::shared_ptr<net::BodySource> bytes, Handler<void> done);
  void start();

 private:
  using Answered = void (Upload::*)(base::Result<net::Response>);

  void open();
  void opened(base::Result<net::Response> answer);
  void go_on();
  void put_whole();
  void whole_answered(base::Result<net::Response> answer);
  void patch();
  void patch_answered(base::Result<net::Response> answer);
  void commit();
  void commit_answered(base::Result<net::Response> answer);
  /// Something went wrong on the way: how far did the registry get?
  void recover(base::Error cause);
  void status_answered(base::Result<net::Response> answer);
  void finished(const net::Response& answer);
  void fail(base::Error error);
  void tell(base::Status result);

  Question question(net::Method method) const;
  void ask(Question question, Answered next);
  bool take_location(const net::Response& answer);
  net::Url with_digest() const;
  std::string what() const;

  RegistryClient::Impl& m_client;
  const UploadOptions m_options;
  const oci::RepositoryName m_repository;
  const oci::Digest m_digest;
  const std::shared_ptr<net::BodySource> m_bytes;
  const Handler<void> m_done;

  std::optional<net::Url> m_session;
  bool m_public_only = false;
  bool m_in_chunks;
  std::uint64_t m_chunk;
  std::uint64_t m_offset = 0;    ///< that the registry has
  std::uint64_t m_furthest = 0;  ///< it ever had
  std::uint64_t m_chunk_end = 0; ///< of what is being sent
  int m_failures = 0;            ///< since it got on
  int m_sessions = 0;
  std::optional<base::Error> m_cause; ///< of the failure that is being recovered from
};

/// Where an upload session's answer sends us: its Location, relative or absolute, with its query.
base::Result<net::Hop> session_of(const net::Response& answer);

} // namespace tagdb::registry
