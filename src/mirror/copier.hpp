#pragma once

#include "graph.hpp"

#include <deque>
#include <set>
#include <span>
#include <vector>

namespace tagdb::mirror {

/// One run of copy_images(): reads the graph, asks, then moves. Every step has its turn as soon as what it
/// needs is there; nothing waits for other images.
class Copier {
 public:
  Copier(const CopyContext& context, Source& source, Destination& destination, std::span<const Image> images,
         const CopyOptions& options);
  base::Result<CopyReport> run();

 private:
  struct Named {
    bool asked = false, there = false, arrived = false;
    std::optional<base::Error> error;
  };

  void read();
  void ask();
  base::Status plan();
  std::vector<std::uint64_t> at_once(std::vector<std::uint64_t> sizes) const;
  void move();
  base::Result<CopyReport> report();

  /// Lets the client work until nothing is left; false where we were stopped.
  bool work();
  bool stopped();

  void pump();
  bool may_start(const BlobNode& blob) const;
  void start(BlobNode& blob);
  void fetch(BlobNode& blob);
  void ended(BlobNode& blob, base::Status result);
  void arrived_below(ManifestNode& node);
  void put(ManifestNode& node);
  void arrived(ManifestNode& node);
  void name(std::size_t index);
  void named(std::size_t index, base::Status result);

  bool is_large(const BlobNode& blob) const;
  std::uint64_t cost_of(const BlobNode& blob) const;
  void moved(const BlobNode& blob, std::uint64_t bytes);
  void told();
  static bool is_interrupted(const base::Error& error) {
    return error.kind() == base::ErrorKind::interrupted;
  }

  const CopyContext& m_context;
  Source& m_source;
  Destination& m_destination;
  const std::span<const Image> m_images;
  const CopyOptions& m_options;
  Graph m_graph;
  std::vector<Named> m_named; ///< by image

  std::deque<BlobNode*> m_queue;
  std::set<oci::Digest> m_busy; ///< on their way to some place: another place can mount them then
  unsigned m_large = 0, m_small = 0;
  bool m_pumping = false, m_moving = false, m_stopped = false;
  CopyState m_state;
  CopyReport m_report;
};

} // namespace tagdb::mirror
