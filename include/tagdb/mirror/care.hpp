#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/base/time.hpp>
#include <tagdb/mirror/layout.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tagdb::mirror {

enum class FindingKind : std::uint8_t {
  missing,  ///< a manifest names it, and it is not there
  damaged,  ///< it is there, and hash, size, or type are not what its name or its descriptor says
  dangling, ///< an entry of index.json leads to nothing
  orphaned, ///< it is there, and nothing leads to it
};
std::string_view to_string(FindingKind kind);

struct Finding {
  FindingKind kind;
  std::string digest;    ///< or a file's name where it is no digest
  std::string reference; ///< the name of index.json from which it was reached; empty for an orphan
  std::string message;
};

struct LayoutVerification {
  std::vector<Finding> findings;
  std::uint64_t names = 0, blobs = 0, bytes = 0;
  /// Named by a manifest, not there, and by `tagdb.content` not meant to be.
  std::uint64_t left_out = 0;
  /// Whether anything is missing, damaged or dangling; orphans are no damage.
  bool sound() const;
};

/// Re-hashes every blob and walks the graph from every entry of index.json. `progress` is told of bytes
/// hashed and answers whether to go on.
base::Result<LayoutVerification> verify_layout(const Layout& layout,
                                               const std::function<bool(std::uint64_t)>& progress = {});

struct GarbageOptions {
  bool write = false; ///< else only told
  /// What changed more recently than this is left alone: somebody may be about to name it.
  std::chrono::seconds grace{24 * 60 * 60};
};

struct Garbage {
  struct Item {
    std::string file; ///< relative to the layout
    std::uint64_t size = 0;
  };
  std::vector<Item> items; ///< to be removed, or removed
  std::uint64_t bytes = 0;
  std::uint64_t kept = 0, young = 0;
  bool removed = false;
};

/// Removes what nothing in index.json leads to, and partial files of old runs. Marks, then looks at
/// index.json once more, and sweeps only what both looks agree on. Whoever writes with tagdb is kept out
/// meanwhile (ErrorKind::busy); other programs are protected by the grace. A damaged manifest ends it with
/// ErrorKind::integrity: what hangs below it is not known.
base::Result<Garbage> collect_garbage(const Layout& layout, base::Instant now,
                                      const GarbageOptions& options = {});

} // namespace tagdb::mirror
