#include "database.hpp"
#include "reader_impl.hpp"

namespace tagdb::store {

namespace {

base::Result<CheckRecord> read_check_row(const Query& query) {
  return read_check(query);
}

} // namespace

Reader::Reader(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

base::Result<std::optional<Reader>> Reader::open(const std::filesystem::path& path) {
  TAGDB_TRY_ASSIGN(auto connection, open_for_reading(path));
  if (!connection)
    return std::nullopt;
  auto impl = std::make_unique<Impl>();
  impl->db = std::move(connection);
  return Reader(std::move(impl));
}

base::Result<bool> Reader::is_outdated(const std::filesystem::path& path) {
  return store::is_outdated(path);
}

base::Result<std::vector<RepositoryRecord>> Reader::repositories() const {
  // One that was only tried (a typo, a registry that was down) has no tags and must not make a name
  // ambiguous.
  static constexpr const char* k_sql = "SELECT p.id, r.name, p.name FROM repository p JOIN registry r ON "
                                       "r.id = p.registry_id WHERE EXISTS (SELECT 1 FROM tag t WHERE "
                                       "t.repository_id = p.id) ORDER BY r.name, p.name";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query, [](const Query& row) -> base::Result<RepositoryRecord> {
    return RepositoryRecord{row.id<RepositoryId>(0), row.string(1), row.string(2)};
  });
}

base::Result<std::optional<CheckRecord>> Reader::last_complete_check(RepositoryId repository) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_CHECK_COLUMNS(
      "c") " FROM check_run c WHERE c.repository_id = ? AND c.outcome = 'complete' "
           "ORDER BY c.started DESC, c.id DESC LIMIT 1";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(repository), read_check_row);
}

base::Result<std::optional<CheckRecord>> Reader::first_check(RepositoryId repository) const {
  // A check that saw something opened a span: whatever is seen for the first time is new.
  static constexpr const char* k_sql =
      "SELECT " TAGDB_CHECK_COLUMNS("c") " FROM check_run c WHERE c.repository_id = ? "
                                         "AND EXISTS (SELECT 1 FROM span s WHERE s.opened_by = c.id) "
                                         "ORDER BY c.started, c.id LIMIT 1";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(repository), read_check_row);
}

base::Result<std::optional<CheckRecord>> Reader::first_complete_check(RepositoryId repository) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_CHECK_COLUMNS(
      "c") " FROM check_run c WHERE c.repository_id = ? AND c.outcome = 'complete' "
           "ORDER BY c.started, c.id LIMIT 1";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(repository), read_check_row);
}

base::Result<std::optional<CheckRecord>> Reader::complete_check_before(RepositoryId repository,
                                                                       base::Instant instant) const {
  // `started` is what the index orders by; a check that began after the instant cannot have ended before it.
  static constexpr const char* k_sql =
      "SELECT " TAGDB_CHECK_COLUMNS("c") " FROM check_run c WHERE c.repository_id = ?1 AND c.started < ?2 "
                                         "AND c.finished < ?2 AND c.outcome = 'complete' "
                                         "ORDER BY c.started DESC, c.id DESC LIMIT 1";
  const std::string text = base::format_rfc3339(instant);
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(repository).bind(text), read_check_row);
}

base::Result<std::optional<CheckRecord>> Reader::check(CheckId id) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_CHECK_COLUMNS("c") " FROM check_run c WHERE c.id = ?";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(id), read_check_row);
}

base::Result<std::vector<CheckRecord>> Reader::checks(RepositoryId repository) const {
  static constexpr const char* k_sql = "SELECT " TAGDB_CHECK_COLUMNS(
      "c") " FROM check_run c WHERE c.repository_id = ? ORDER BY c.started, c.id";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(repository), read_check_row);
}

base::Result<std::optional<CheckRecord>> Reader::check_before(const CheckRecord& check) const {
  // By number: an observer's own order, also within one second.
  static constexpr const char* k_sql = "SELECT " TAGDB_CHECK_COLUMNS(
      "c") " FROM check_run c WHERE c.observer_id = ?1 AND c.number < ?2 AND c.repository_id = ?3 "
           "ORDER BY c.number DESC LIMIT 1";
  auto query = m_impl->db->use(k_sql);
  return first_row(query.bind(check.observer).bind(check.number).bind(check.repository), read_check_row);
}

base::Result<std::vector<FailureRecord>> Reader::failures(CheckId id) const {
  static constexpr const char* k_sql = "SELECT reference, stage, code, message, advice, status, tries, known "
                                       "FROM failure WHERE check_id = ? ORDER BY id";
  auto query = m_impl->db->use(k_sql);
  return all_rows(query.bind(id), [](const Query& row) -> base::Result<FailureRecord> {
    return FailureRecord{row.string(0),
                         row.string(1),
                         row.string(2),
                         row.string(3),
                         row.string(4),
                         static_cast<int>(row.integer(5)),
                         static_cast<int>(row.integer(6)),
                         row.integer(7) != 0};
  });
}

} // namespace tagdb::store
