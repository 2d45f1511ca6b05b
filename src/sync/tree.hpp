#pragma once

#include "recorder.hpp"
#include <tagdb/base/log.hpp>
#include <tagdb/registry/client.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tagdb::sync {

/// Fetches content by digest, and what it leads to: an index's manifests, a manifest's config. Each digest is
/// fetched once in a run, and never where the database holds it; several tags that lead to one digest wait
/// for the same fetch. What was fetched goes to the recorder before anybody who waits for it is told.
class Tree {
 public:
  /// What became of a root, once all below it was stored, refused or given up.
  struct Outcome {
    bool held = false;
    const base::Error* error = nullptr; ///< why not
  };
  using Waiter = std::uint32_t;
  struct Listener {
    std::function<void(Waiter, const Outcome&)> settled;
    /// Something below a root could not be had.
    std::function<void(store::FailureRecord, bool final)> failed;
  };

  Tree(registry::RegistryClient& registry, const oci::RepositoryName& repository, Recorder& recorder,
       Listener listener);

  /// The database is empty: nothing needs to be asked of it.
  void nothing_is_held() { m_ask_database = false; }
  /// So many tags will be asked for.
  void expect(std::size_t tags) { m_seen.reserve(3 * tags); }
  /// From now on nothing is sent; what is under way will be told that it was interrupted.
  void stop() { m_stopping = true; }

  /// Wants a manifest or index with everything below it, for a tag. The listener hears of it, perhaps before
  /// this returns. `resolved` may bring the bytes along.
  void want(registry::Resolved resolved, Waiter waiter);

  std::uint64_t fetched() const { return m_fetched; }

 private:
  using Id = std::uint32_t;
  enum class Kind : std::uint8_t { manifest, config };
  enum class Origin : std::uint8_t { registry, database };

  /// Content that is on its way.
  struct Node {
    std::optional<oci::Digest> digest;
    std::string media_type; ///< what leads here calls it
    Kind kind = Kind::manifest;
    std::uint8_t depth = 0;
    std::uint32_t open = 0;                    ///< of itself and its children: not yet settled
    std::optional<base::Error> error;          ///< why its own bytes could not be had
    std::optional<std::string> refused_before; ///< the answer that the database has
    std::vector<Waiter> tags;
    std::vector<Id> parents;
  };

  /// The first half of a SHA-256: as good a name inside one run, and half as large.
  using Key = std::array<unsigned char, 16>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  /// In place of a node on its way: what became of it.
  static constexpr Id k_held = 0xffffffff, k_failed = 0xfffffffe;
  static Key key_of(const oci::Digest& digest);

  Id allocate();
  Id begin(const Key& key, const oci::Digest& digest, std::string media_type, Kind kind, std::uint8_t depth);
  void start(Id id, std::optional<std::string> bytes);
  bool find_in_database(Id id);
  void fetch(Id id);
  void arrived(Id id, base::Result<registry::Fetched> fetched);
  void take_manifest(Id id, std::string bytes, std::string_view media_type, Origin origin);
  void take_config(Id id, std::string bytes);
  void want_child(Id parent, const oci::Descriptor& child, Kind kind, std::vector<Refusal>& refused);
  void fail(Id id, base::Error error, bool retry_next_time);
  void close_one(Id id);
  void settle(Id id);

  registry::RegistryClient& m_registry;
  const oci::RepositoryName& m_repository;
  Recorder& m_recorder;
  Listener m_listener;
  bool m_ask_database = true;
  bool m_stopping = false;
  std::uint64_t m_fetched = 0;
  std::vector<Node> m_nodes;
  std::vector<Id> m_free;
  std::unordered_map<Key, Id, KeyHash> m_seen;            ///< by digest: the node, or k_held, or k_failed
  std::unordered_map<Key, base::Error, KeyHash> m_errors; ///< of those that failed: few
};

} // namespace tagdb::sync
