#pragma once

#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/mirror/destination.hpp>
#include <tagdb/mirror/image.hpp>
#include <tagdb/mirror/source.hpp>
#include <tagdb/net/client.hpp>
#include <tagdb/store/model.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace tagdb::mirror {

struct CopyOptions {
  /// Of an index, only the entries for these; the index itself stays as it is. Empty: all.
  std::vector<oci::Platform> platforms{};
  /// Manifests and configs, no layers.
  bool metadata_only = false;
  /// Blobs of 16 MiB and more that are on their way at once.
  unsigned large_blobs = 3;
};

/// How far a copy is. `moved` and `to_move` are bytes of blobs over the network: from one registry to another
/// each byte counts twice, down and up.
struct CopyState {
  std::uint64_t images = 0, images_done = 0;
  std::uint64_t blobs = 0, blobs_done = 0; ///< of those that have to be brought
  std::uint64_t to_move = 0, moved = 0;
  std::uint64_t failures = 0;
  bool held = false; ///< a registry asked us to wait
};

/// Called on the copy's thread, often: it must be cheap.
class CopyProgress {
 public:
  virtual ~CopyProgress() = default;
  /// Everything is known that has to be brought.
  virtual void planned(const CopyState&) {}
  virtual void blob_started(const oci::Descriptor&) {}
  /// Bytes of it that came or went since the last call.
  virtual void blob_moved(const oci::Descriptor&, std::uint64_t) {}
  virtual void blob_finished(const oci::Descriptor&, bool /*arrived*/) {}
  virtual void update(const CopyState&) {}
};

enum class CopyOutcome : std::uint8_t { complete, partial, failed, interrupted };
/// "complete", "partial", "failed", "interrupted": cli.md section 5.
std::string_view to_string(CopyOutcome outcome);

struct ImageReport {
  Image image;
  bool arrived = false;   ///< everything under it is there, and its name
  bool unchanged = false; ///< it was there before, name and all
  LeftOut left_out{};
  std::uint64_t bytes = 0; ///< of all its content that was asked for, there before or not
};

struct CopyReport {
  CopyOutcome outcome = CopyOutcome::complete;
  std::vector<ImageReport> images; ///< in the order given
  /// Per blob, manifest or name: reference "windows/servercore:1809", stage manifest|blob|config|name. A blob
  /// that several images need is listed for each of them.
  std::vector<store::FailureRecord> failures;
  std::uint64_t blobs_there = 0, blobs_sent = 0, blobs_mounted = 0, bytes_sent = 0;
  std::uint64_t manifests_there = 0, manifests_sent = 0, names_there = 0, names_written = 0;
};

/// What a copy stands on; all of it outlives the call.
struct CopyContext {
  /// That source and destination send with; null where both are on disk.
  net::Client* http = nullptr;
  base::Log& log;
  CopyProgress& progress;
  std::function<bool()> stop{}; ///< true: come back soon; what arrived is kept, the next run goes on
};

/// Carries images. Walks from each root through indexes and manifests; asks the destination what it has,
/// sends the rest: blobs, then the manifests above them, an image's name once everything below is there. What
/// cannot be had keeps the names above it from appearing, and nothing else. A second run asks, and sends
/// nothing.
///
/// Failure only where nothing could be begun or ended: no room for what is missing (checked before the first
/// byte), an index.json that cannot be written.
base::Result<CopyReport> copy_images(const CopyContext& context, Source& source, Destination& destination,
                                     std::span<const Image> images, const CopyOptions& options = {});

} // namespace tagdb::mirror
