#include "database.hpp"
#include "rows.hpp"
#include "writer_impl.hpp"
#include <tagdb/base/file.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <unistd.h>

namespace tagdb::store {

namespace {

/// How long a killed or interrupted full check stays worth going on with: what it saw before is no fresher
/// than that.
constexpr std::chrono::hours k_full_check_keeps{7 * 24};

/// How long close() waits for readers. An answer takes milliseconds.
constexpr std::chrono::milliseconds k_fold_wait{500};

/// 128 random bits: what names this database's looks wherever they are merged.
base::Result<std::string> make_uid() {
  static constexpr std::string_view k_hex = "0123456789abcdef";
  std::array<unsigned char, 16> random{};
  if (::getentropy(random.data(), random.size()) != 0)
    return base::system_error("cannot get random bytes from the system", errno);
  std::string uid;
  for (const unsigned char byte : random) {
    uid += k_hex[byte >> 4];
    uid += k_hex[byte & 15];
  }
  return uid;
}

} // namespace

Writer::Writer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

base::Result<Writer> Writer::open(const std::filesystem::path& path, const base::Clock& clock) {
  if (path.has_parent_path())
    TAGDB_TRY(base::make_directories(path.parent_path()));
  const auto real = real_path(path);
  TAGDB_TRY_ASSIGN(auto lock, WriterLock::acquire(real));
  TAGDB_TRY_ASSIGN(auto connection, open_for_writing(real, clock));
  auto impl = std::make_unique<Impl>(std::move(lock), std::move(connection), clock);
  TAGDB_TRY(impl->open_observer());
  TAGDB_TRY(impl->load_built_in());
  return Writer(std::move(impl));
}

base::Status Writer::Impl::open_observer() {
  static constexpr const char* k_select = "SELECT id FROM observer WHERE is_self = 1";
  static constexpr const char* k_insert = "INSERT INTO observer (uid, created, is_self) VALUES (?, ?, 1)";
  static constexpr const char* k_last =
      "SELECT coalesce(max(number), 0) FROM check_run WHERE observer_id = ?";
  {
    auto query = db->use(k_select);
    TAGDB_TRY_ASSIGN(const bool row, query.step());
    if (row)
      observer = query.id<ObserverId>(0);
  }
  if (observer == ObserverId{}) {
    TAGDB_TRY_ASSIGN(const auto uid, make_uid());
    const std::string now = base::format_rfc3339(clock.now());
    TAGDB_TRY(db->use(k_insert).bind(uid).bind(now).run());
    observer = ObserverId{db->last_insert_id()};
  }
  auto query = db->use(k_last);
  TAGDB_TRY(query.bind(observer).step());
  last_check_number = query.integer(0);
  return {};
}

void Writer::Impl::fail(const base::Error& error) {
  failure = error;
  if (db->in_transaction())
    (void)db->execute("ROLLBACK");
  in_transaction = false;
}

base::Status Writer::Impl::commit() {
  if (failure)
    return *failure;
  if (!in_transaction)
    return {};
  if (auto status = db->execute("COMMIT"); !status) {
    fail(status.error());
    return status;
  }
  in_transaction = false;
  return {};
}

const std::string& Writer::Impl::text_of(base::Instant instant) {
  if (m_text_instant != instant) {
    m_text = base::format_rfc3339(instant);
    m_text_instant = instant;
  }
  return m_text;
}

base::Result<RepositoryId> Writer::repository(const oci::RegistryName& registry,
                                              const oci::RepositoryName& name) {
  return m_impl->write(
      [&] { return m_impl->find_or_add_repository(registry.to_string(), name.to_string()); });
}

base::Result<RepositoryId> Writer::Impl::find_or_add_repository(const std::string& registry,
                                                                const std::string& name) {
  static constexpr const char* k_add_registry =
      "INSERT INTO registry (name) VALUES (?) ON CONFLICT DO NOTHING";
  static constexpr const char* k_add = "INSERT INTO repository (registry_id, name) SELECT id, ?2 FROM "
                                       "registry WHERE name = ?1 ON CONFLICT DO NOTHING";
  static constexpr const char* k_find =
      "SELECT p.id FROM repository p JOIN registry r ON r.id = p.registry_id WHERE r.name = ? AND p.name = ?";
  const auto known = repositories.find({registry, name});
  if (known != repositories.end())
    return known->second;
  TAGDB_TRY(db->use(k_add_registry).bind(registry).run());
  TAGDB_TRY(db->use(k_add).bind(registry).bind(name).run());
  auto query = db->use(k_find);
  TAGDB_TRY(query.bind(registry).bind(name).step());
  const auto id = query.id<RepositoryId>(0);
  repositories.emplace(std::pair(registry, name), id);
  return id;
}

base::Result<std::optional<base::Instant>> Writer::unfinished_full_check(RepositoryId repository) {
  // Several killed runs in a row are one: the earliest start counts. A run that could not even list has no
  // say.
  static constexpr const char* k_sql = R"(
    SELECT min(started) FROM check_run
    WHERE observer_id = ?1 AND repository_id = ?2 AND scope = 'full' AND outcome IN ('running', 'interrupted')
      AND started >= ?3
      AND number > (SELECT coalesce(max(number), 0) FROM check_run
                    WHERE observer_id = ?1 AND repository_id = ?2 AND scope = 'full'
                      AND outcome IN ('complete', 'partial')))";
  return m_impl->read([&]() -> base::Result<std::optional<base::Instant>> {
    const std::string oldest = base::format_rfc3339(m_impl->clock.now() - k_full_check_keeps);
    auto query = m_impl->db->use(k_sql);
    TAGDB_TRY_ASSIGN(const bool row, query.bind(m_impl->observer).bind(repository).bind(oldest).step());
    if (!row)
      return std::nullopt;
    return read_optional_instant(query, 0);
  });
}

base::Result<CheckId> Writer::begin_check(RepositoryId repository, CheckScope scope, base::Instant started) {
  static constexpr const char* k_sql =
      "INSERT INTO check_run (observer_id, number, repository_id, scope, started, outcome) "
      "VALUES (?, ?, ?, ?, ?, 'running')";
  auto& self = *m_impl;
  return self.write([&]() -> base::Result<CheckId> {
    TAGDB_TRY(self.db->use(k_sql)
                  .bind(self.observer)
                  .bind(self.last_check_number + 1)
                  .bind(repository)
                  .bind(to_string(scope))
                  .bind(self.text_of(started))
                  .run());
    ++self.last_check_number;
    return CheckId{self.db->last_insert_id()};
  });
}

base::Status Writer::finish_check(CheckId check, CheckOutcome outcome, const CheckCounts& counts,
                                  base::Instant finished) {
  static constexpr const char* k_sql = "UPDATE check_run SET outcome = ?, finished = max(started, ?), listed "
                                       "= ?, resolved = ?, fetched = ?, requests = ?, "
                                       "bytes = ?, skipped = ?, failed = ?, known = ? WHERE id = ?";
  auto& self = *m_impl;
  return self.write([&]() -> base::Status {
    return self.db->use(k_sql)
        .bind(to_string(outcome))
        .bind(self.text_of(finished))
        .bind_count(counts.listed)
        .bind_count(counts.resolved)
        .bind_count(counts.fetched)
        .bind_count(counts.requests)
        .bind_count(counts.bytes)
        .bind_count(counts.skipped)
        .bind_count(counts.failed)
        .bind_count(counts.known)
        .bind(check)
        .run();
  });
}

base::Status Writer::add_failure(CheckId check, const FailureRecord& failure) {
  static constexpr const char* k_sql =
      "INSERT INTO failure (check_id, reference, stage, status, code, tries, known, message, advice) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
  auto& self = *m_impl;
  return self.write([&]() -> base::Status {
    return self.db->use(k_sql)
        .bind(check)
        .bind(failure.reference)
        .bind(failure.stage)
        .bind(std::int64_t{failure.status})
        .bind(failure.code)
        .bind(std::int64_t{failure.tries})
        .bind(std::int64_t{failure.known})
        .bind(failure.message)
        .bind(failure.advice)
        .run();
  });
}

base::Status Writer::checkpoint() {
  return m_impl->commit();
}

base::Status Writer::close() {
  auto& self = *m_impl;
  TAGDB_TRY(self.commit());
  // Where a reader stays in the log, the log stays too and the next writer folds it in: nothing is lost by
  // that, so it is not worth a long wait.
  self.db->wait_for_locks(k_fold_wait);
  TAGDB_TRY(self.db->use("PRAGMA wal_checkpoint(TRUNCATE)").run());
  TAGDB_TRY(self.db->close());
  self.failure =
      base::Error(base::ErrorKind::internal, "the database " + self.db->path() + " was closed already");
  self.lock.release();
  return {};
}

} // namespace tagdb::store
