#include "database.hpp"
#include "migrate.hpp"
#include "rows.hpp"
#include "verify_knowledge.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/store/verify.hpp>

#include <utility>

namespace tagdb::store {

namespace {

/// What one look at a database collects. A check that trips over damage ends with a note; the next one still
/// runs.
class Verification {
 public:
  explicit Verification(Connection& connection) : m_db(connection) {}

  base::Result<VerifyReport> run() {
    TAGDB_TRY(attempt("integrity", "the file", &Verification::integrity));
    TAGDB_TRY(attempt("integrity", "the tables", &Verification::words));
    TAGDB_TRY(attempt("foreignKey", "the tables", &Verification::foreign_keys));
    TAGDB_TRY(attempt("migration", "schema_migration", &Verification::migrations_differ));
    TAGDB_TRY(attempt("content", "content", &Verification::contents));
    TAGDB_TRY(attempt("span", "span", &Verification::spans));
    TAGDB_TRY(attempt("span", "span", &Verification::span_checks));
    TAGDB_TRY(attempt("check", "check_run", &Verification::checks));
    TAGDB_TRY(attempt("knowledge", "the knowledge tables", &Verification::knowledge));
    return std::move(m_report);
  }

 private:
  base::Status attempt(std::string_view what, std::string_view where, base::Status (Verification::*check)()) {
    auto status = (this->*check)();
    if (status)
      return {};
    // Damage is what was looked for; anything else (an unreadable disk) means that nothing can be said.
    if (status.error().kind() != base::ErrorKind::integrity)
      return status;
    note(what, std::string(where), status.error().message());
    return {};
  }

  void note(std::string_view what, std::string where, std::string message) {
    m_report.damages.push_back({std::string(what), std::move(where), std::move(message)});
  }

  template <class Row>
  base::Status for_each(const char* sql, Row&& row) {
    auto query = m_db.use(sql);
    for (;;) {
      TAGDB_TRY_ASSIGN(const bool more, query.step());
      if (!more)
        return {};
      row(query);
    }
  }

  base::Status integrity() {
    return for_each("PRAGMA integrity_check", [&](const Query& row) {
      if (row.text(0) != "ok")
        note("integrity", "the file", base::escape_untrusted(row.text(0)));
    });
  }

  /// The tables' own CHECKs again: of a database opened read-only SQLite does not even load them.
  base::Status words() {
    static constexpr const char* k_sql = R"(
      SELECT 'tag', id, kind FROM tag WHERE kind NOT IN ('floating', 'revision', 'kb', 'other')
      UNION ALL
      SELECT 'check_run', id, scope || ' ' || outcome FROM check_run
      WHERE scope NOT IN ('quiet', 'full')
         OR outcome NOT IN ('running', 'complete', 'partial', 'failed', 'interrupted')
      UNION ALL
      SELECT 'span', id, state || iif(content_id IS NULL, ' without content', ' with content') FROM span
      WHERE state NOT IN ('present', 'absent', 'unpullable')
         OR (state = 'present' AND content_id IS NULL) OR (state = 'absent' AND content_id IS NOT NULL))";
    return for_each(k_sql, [&](const Query& row) {
      note("integrity", row.string(0) + " row " + std::to_string(row.integer(1)),
           "\"" + base::escape_untrusted(row.text(2)) + "\" is nothing that a writer writes");
    });
  }

  base::Status foreign_keys() {
    return for_each("PRAGMA foreign_key_check", [&](const Query& row) {
      note("foreignKey", row.string(0) + " row " + std::to_string(row.integer(1)),
           "refers to a row of " + row.string(2) + " that is not there");
    });
  }

  base::Status migrations_differ() {
    TAGDB_TRY_ASSIGN(auto differing, differing_migrations(m_db));
    for (auto& sentence : differing)
      note("migration", "schema_migration", std::move(sentence));
    return {};
  }

  base::Status contents() {
    static constexpr const char* k_sql =
        "SELECT id, digest, size, bytes FROM content WHERE bytes IS NOT NULL";
    return for_each(k_sql, [&](const Query& row) {
      const auto bytes = row.text(3);
      ++m_report.contents;
      m_report.bytes += bytes.size();
      const auto digest = read_digest(row, 1);
      if (!digest)
        note("content", "row " + std::to_string(row.integer(0)), digest.error().message());
      else if (!digest->verifiable())
        note("content", digest->to_string(), "cannot be verified: its algorithm is not sha256");
      else if (!digest->matches(bytes))
        note("content", digest->to_string(), "the bytes do not hash to the digest");
      else if (row.count(2) != bytes.size())
        note("content", digest->to_string(),
             "is " + std::to_string(bytes.size()) + " bytes, but " + std::to_string(row.count(2)) +
                 " are recorded");
    });
  }

  base::Status spans() {
    // Numbers count the spans of a tag by one observer, and what follows begins where the one before had
    // ended, or later.
    static constexpr const char* k_sql = R"(
      SELECT r.name || '/' || p.name || ':' || t.name, s.number, s.first_seen, s.last_seen,
             lag(s.number, 1, 0) OVER w, lag(s.last_seen) OVER w,
             lag(s.state || ' ' || coalesce(s.content_id, '') || ' ' || s.answer) OVER w
               = s.state || ' ' || coalesce(s.content_id, '') || ' ' || s.answer
      FROM span s JOIN tag t ON t.id = s.tag_id
      JOIN repository p ON p.id = t.repository_id JOIN registry r ON r.id = p.registry_id
      WINDOW w AS (PARTITION BY s.tag_id, s.observer_id ORDER BY s.number))";
    return for_each(k_sql, [&](const Query& row) {
      ++m_report.spans;
      const std::string where = base::escape_untrusted(row.text(0));
      const std::string which = "span " + std::to_string(row.integer(1));
      for (const int column : {2, 3})
        if (const auto instant = read_instant(row, column); !instant)
          note("span", where, which + ": " + instant.error().message());
      if (row.text(3) < row.text(2))
        note("span", where, which + " ends before it begins");
      if (row.integer(1) != row.integer(4) + 1)
        note("span", where, which + " follows span " + std::to_string(row.integer(4)));
      if (!row.is_null(5) && row.text(2) < row.text(5))
        note("span", where, which + " begins before the one before it ends");
      if (row.integer(6) != 0)
        note("span", where, which + " shows the same as the one before it");
    });
  }

  base::Status span_checks() {
    static constexpr const char* k_sql = R"(
      SELECT r.name || '/' || p.name || ':' || t.name, s.number
      FROM span s JOIN tag t ON t.id = s.tag_id
      JOIN repository p ON p.id = t.repository_id JOIN registry r ON r.id = p.registry_id
      JOIN check_run o ON o.id = s.opened_by JOIN check_run c ON c.id = s.confirmed_by
      WHERE o.observer_id <> s.observer_id OR c.observer_id <> s.observer_id
         OR o.repository_id <> t.repository_id OR c.repository_id <> t.repository_id OR c.number < o.number)";
    return for_each(k_sql, [&](const Query& row) {
      note("span", base::escape_untrusted(row.text(0)),
           "span " + std::to_string(row.integer(1)) + " was seen by checks that cannot have seen it");
    });
  }

  base::Status checks() {
    static constexpr const char* k_sql = R"(
      SELECT id, number FROM check_run
      WHERE finished < started OR (finished IS NULL) <> (outcome = 'running') OR number < 1)";
    return for_each(k_sql, [&](const Query& row) {
      note("check", "check " + std::to_string(row.integer(0)),
           "its times, number and outcome (number " + std::to_string(row.integer(1)) +
               ") contradict each other");
    });
  }

  base::Status knowledge() { return verify_knowledge(m_db, m_report.damages); }

  Connection& m_db;
  VerifyReport m_report;
};

} // namespace

base::Result<VerifyReport> verify_database(const std::filesystem::path& path) {
  TAGDB_TRY_ASSIGN(const auto connection, open_for_reading(path));
  if (!connection)
    return base::Error(base::ErrorKind::not_found, "there is no database at " + path.string(),
                       "make one with `tagdb sync`, or name another with --db");
  return Verification(*connection).run();
}

} // namespace tagdb::store
