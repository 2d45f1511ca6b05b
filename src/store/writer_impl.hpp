#pragma once

#include "content_cache.hpp"
#include "sqlite.hpp"
#include "writer_lock.hpp"
#include <tagdb/store/writer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tagdb::store {

struct Writer::Impl {
  // In this order: the lock is let go after the connection is closed.
  WriterLock lock;
  std::unique_ptr<Connection> db;
  const base::Clock& clock;
  ObserverId observer{};
  std::int64_t last_check_number = 0;
  /// Why nothing can be written any more. A failed statement rolls everything back that was not committed,
  /// and going on would record half of something.
  std::optional<base::Error> failure;
  std::map<std::pair<std::string, std::string>, RepositoryId> repositories;
  ContentCache contents;

  /// Runs `work` inside the current transaction, which begins with the first writing call after a checkpoint.
  template <class Work>
  auto write(Work&& work) -> decltype(work()) {
    if (failure)
      return *failure;
    if (!in_transaction) {
      TAGDB_TRY(db->execute("BEGIN IMMEDIATE"));
      in_transaction = true;
    }
    auto result = work();
    if (!result)
      fail(result.error());
    return result;
  }
  /// The same for questions, which need no transaction.
  template <class Work>
  auto read(Work&& work) -> decltype(work()) {
    if (failure)
      return *failure;
    return work();
  }

  base::Status open_observer();
  base::Status load_built_in();
  base::Status commit();
  void fail(const base::Error& error);
  /// The instant as the database writes it; many observations are of one second.
  const std::string& text_of(base::Instant instant);

  base::Result<RepositoryId> find_or_add_repository(const std::string& registry, const std::string& name);

  // writer_content.cpp
  base::Result<std::optional<ContentRow>> find_row(const oci::Digest& digest);
  base::Result<ContentRow> intern(const oci::Digest& digest, std::string_view media_type, std::uint64_t size);
  /// Nothing where the bytes were held before.
  base::Result<std::optional<ContentId>> put_bytes(const oci::Digest& digest, std::string_view media_type,
                                                   std::string_view bytes);
  base::Status add_entries(ContentId index, const oci::Index& entries);
  base::Status add_image(ContentId manifest, const oci::Manifest& parsed);
  base::Status add_config_facts(ContentId config, const oci::ImageConfig& parsed);
  base::Status apply_held_config(ContentId config);

  // writer_observe.cpp
  struct Newest;
  base::Result<Newest> newest_span(RepositoryId repository, std::string_view tag);
  base::Result<TagId> add_tag(RepositoryId repository, const std::string& name);
  base::Status observe(CheckId check, RepositoryId repository, const Observation& observation);

  bool in_transaction = false;

 private:
  friend class Writer;
  std::optional<base::Instant> m_text_instant;
  std::string m_text;

 public:
  Impl(WriterLock writer_lock, std::unique_ptr<Connection> connection, const base::Clock& the_clock)
      : lock(std::move(writer_lock)), db(std::move(connection)), clock(the_clock) {}
};

} // namespace tagdb::store
