#pragma once

#include "recorder.hpp"
#include "tree.hpp"
#include <tagdb/sync/sync.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::sync {

/// What a crawl of the planned tags came to.
struct CrawlResult {
  store::CheckOutcome outcome = store::CheckOutcome::complete;
  std::uint64_t resolved = 0, fetched = 0, fresh = 0, moved = 0;
  std::vector<store::FailureRecord> failures;
  std::vector<std::string> changed; ///< see RepositoryReport
};

/// Asks the registry for the planned tags and hands to the recorder what it learns. Some hundred tags are in
/// progress at once: enough to keep every connection busy although each tag takes several requests one after
/// the other, few enough to be held in memory.
class Crawler {
 public:
  /// `known` is in the order of names.
  Crawler(const Crawl& crawl, const oci::RepositoryName& repository, const SyncOptions& options,
          const Plan& plan, const std::vector<store::KnownTag>& known, Recorder& recorder);

  /// The database is empty; see Tree.
  void nothing_is_held() { m_tree.nothing_is_held(); }

  CrawlResult run();

 private:
  using Slot = std::uint32_t;

  /// What a registry says of a tag: a digest, or a refusal.
  struct Reading {
    std::optional<oci::Digest> digest;
    std::string answer;
    bool operator==(const Reading&) const = default;
  };
  /// A tag whose reading differs from the record: read again before that is believed. See doubt().
  struct Doubt {
    std::uint32_t ask = 0;
    unsigned reads = 0;
    Reading reading;
  };
  /// A tag in progress.
  struct Asked {
    std::uint32_t ask = 0;
    base::Instant at;                  ///< of the reading that counts
    std::optional<Doubt> doubt;        ///< what was read before
    std::optional<oci::Digest> digest; ///< while its tree is fetched
  };

  const Ask& ask_of(Slot slot) const { return m_plan.asks[m_slots[slot].ask]; }
  const store::KnownTag* known(const std::string& tag) const;
  std::string reference(const std::string& tag) const;

  void feed();
  void start(std::uint32_t ask, std::optional<Doubt> doubt);
  void answered(Slot slot, base::Result<registry::Resolved> result);
  bool doubted(Slot slot, const Reading& reading);
  void unstable(Slot slot);
  void accept_refusal(Slot slot, const base::Error& error);
  void accept_digest(Slot slot, registry::Resolved resolved);
  void settled(Slot slot, const Tree::Outcome& outcome);

  void changed(const std::string& tag);
  void present(Slot slot, const oci::Digest& digest);
  void unpullable(Slot slot, std::optional<oci::Digest> digest, std::string_view stage,
                  const base::Error& error);
  void no_answer(Slot slot, std::string_view stage, const base::Error& error);
  void add_failure(store::FailureRecord failure, bool final);
  void release(Slot slot);

  bool should_stop();
  void report_progress();

  const Crawl& m_crawl;
  const oci::RepositoryName& m_repository;
  const SyncOptions& m_options;
  const Plan& m_plan;
  const std::vector<store::KnownTag>& m_known;
  Recorder& m_recorder;
  Tree m_tree;

  std::uint32_t m_next = 0; ///< of the plan's asks
  std::vector<Asked> m_slots;
  std::vector<Slot> m_free;
  std::deque<Doubt> m_doubts;
  unsigned m_in_a_row = 0; ///< tags without an answer, since the last one that had one
  bool m_feeding = false, m_stopping = false, m_gave_up = false;
  net::Traffic m_before;
  std::uint64_t m_done = 0;
  CrawlResult m_result;
};

} // namespace tagdb::sync
