#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/oci/image_config.hpp>
#include <tagdb/oci/manifest.hpp>
#include <tagdb/store/model.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::store {

/// What the planner must know of a tag that was seen before: this database's own newest span of it.
struct KnownTag {
  TagId tag;
  std::string name;
  windows::TagKind kind = windows::TagKind::other;
  SpanState state = SpanState::present;
  std::optional<oci::Digest> digest;
  std::string answer;
  base::Instant first_seen; ///< of the newest span
  base::Instant last_seen;
  bool incomplete = false; ///< something below `digest` is neither held nor refused: fetch again
};

/// One observation: what a look at a tag showed. A digest whose content was not stored is kept as one that is
/// still to be fetched.
struct Observation {
  std::string tag;
  SpanState state = SpanState::present;
  std::optional<oci::Digest>
      digest;         ///< present: what it points at; unpullable: where it resolved, but could not be fetched
  std::string answer; ///< unpullable: the registry's final answer
  base::Instant at;
};

/// The one writer of a database. Holds a lock beside the file until close() or destruction: a second writer
/// is refused with ErrorKind::busy. One thread at a time. Everything since the last checkpoint() is one
/// transaction; a process that is killed loses that much and nothing else, because content is always written
/// before what refers to it.
class Writer {
 public:
  /// Opens, makes where it is not there (folders included), and migrates. Failure: busy (locked, schema too
  /// new), integrity (damaged: says what to do), internal (read-only folder, disk full).
  static base::Result<Writer> open(const std::filesystem::path& path, const base::Clock& clock);
  ~Writer();
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  base::Result<RepositoryId> repository(const oci::RegistryName& registry, const oci::RepositoryName& name);
  /// Own newest spans, one per tag, by name.
  base::Result<std::vector<KnownTag>> known_tags(RepositoryId repository);
  /// Whether these bytes are held, or were refused for good. One point query.
  base::Result<std::optional<ContentRecord>> find_content(const oci::Digest& digest);
  /// The bytes, where they are held.
  base::Result<std::optional<std::string>> bytes(const oci::Digest& digest);
  /// Whether anything is recorded of any content. A first crawl need not ask for each digest then.
  base::Result<bool> has_content();
  /// From when on a new `--full` carries on, skipping tags seen since: the start of the own full check of
  /// this repository that was killed or interrupted last, or the first of several in a row (one that could
  /// not even list does not count). Nothing where a later one ended, or where that was more than seven days
  /// ago. Ask before begin_check().
  base::Result<std::optional<base::Instant>> unfinished_full_check(RepositoryId repository);

  base::Result<CheckId> begin_check(RepositoryId repository, CheckScope scope, base::Instant started);
  base::Status finish_check(CheckId check, CheckOutcome outcome, const CheckCounts& counts,
                            base::Instant finished);

  /// Stores verified content and what it means. Storing the same digest again changes nothing, except that a
  /// row without bytes gets them. `parsed` must come from exactly these bytes.
  base::Status add_manifest(const oci::Digest& digest, std::string_view media_type, std::string_view bytes,
                            const oci::ParsedManifest& parsed);
  base::Status add_config(const oci::Digest& digest, std::string_view media_type, std::string_view bytes,
                          const oci::ImageConfig& parsed);
  /// Notes that the registry refused content that something stored refers to.
  base::Status add_refusal(const oci::Digest& digest, std::string_view answer);

  /// Extends the tag's newest own span where state, digest and answer are the same, else opens a new one.
  /// Time does not go back: an `at` before the span's end counts as its end.
  base::Status observe(CheckId check, RepositoryId repository, const Observation& observation);
  base::Status add_failure(CheckId check, const FailureRecord& failure);

  /// Replaces the knowledge, all tables in one transaction (part of what checkpoint() makes durable). Opening
  /// a writer does this by itself with the built-in knowledge where that is a newer edition than the
  /// database's. Release instants that the database has beyond the last of `tables` are kept: who imports
  /// has no time zone to make them again. Failure: usage where `tables` are of an older edition.
  base::Status replace_knowledge(const windows::KnowledgeTables& tables);
  base::Result<windows::Knowledge> knowledge();
  /// Adds release instants whose date and label are not there yet; how many there were.
  base::Result<std::size_t> add_release_instants(std::span<const windows::ReleaseInstant> rows);

  /// Makes everything so far durable and visible to readers.
  base::Status checkpoint();
  /// checkpoint(), folds the write-ahead log into the file, closes and lets the lock go, so that a reader
  /// without write permission can read it. Whatever is called afterwards fails. Without it the destructor
  /// drops what was not made durable.
  base::Status close();

 private:
  friend class Outbox; // writes through the same transaction
  struct Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

} // namespace tagdb::store
