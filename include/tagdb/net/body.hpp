#pragma once

#include <tagdb/base/file.hpp>
#include <tagdb/net/http.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace tagdb::net {

/// Takes the body of a successful answer as it comes, so that a layer of gigabytes is never held. Given to a
/// request as `Request::sink`. Only 2xx answers reach it: redirects and refusals are collected into
/// Response::body as ever. Used on the thread of the transport; must not call back into it.
class BodySink {
 public:
  virtual ~BodySink() = default;

  /// How many bytes from the beginning it holds. Asked before each try: beyond 0 the try says
  /// `Range: bytes=N-`, so that Client's own retries resume. A try that brought at least 1 MiB more before it
  /// broke off does not count as a failed one.
  virtual std::uint64_t offset() const { return 0; }
  /// A successful answer has begun. `status` is 200 where the server sends everything, though a range was
  /// asked for: the sink begins anew then. False refuses the body.
  virtual bool begin(int status, const Headers& headers) = 0;
  /// The next bytes, never empty. False ends the transfer.
  virtual bool write(std::string_view bytes) = 0;
};

/// A body to be sent whose length is known and that can be read again from the start: for a retry, or where a
/// 307 sends us on. Given to a request as `Request::upload`.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual std::uint64_t size() const = 0;
  /// Up to `size` bytes from `offset` on into `into`; how many, 0 only at the end. Nothing where they cannot
  /// be read: the transfer ends as TransferFault::refused.
  virtual std::optional<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) = 0;
};

/// `length` bytes of an open file from `begin` on. Several may share one descriptor: it is never seeked.
std::shared_ptr<BodySource> make_file_source(std::shared_ptr<const base::Fd> file, std::uint64_t begin,
                                             std::uint64_t length);

} // namespace tagdb::net
