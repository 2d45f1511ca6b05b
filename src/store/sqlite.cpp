#include "sqlite.hpp"

#include <sqlite3.h>

#include <limits>
#include <utility>

namespace tagdb::store {

namespace {

/// How long another program's lock is waited for. Readers of a WAL database hardly ever wait, writers have
/// the lock file in front.
constexpr std::chrono::milliseconds k_busy_wait{5000};

} // namespace

Query::Query(Query&& other) noexcept
    : m_connection(other.m_connection),
      m_statement(std::exchange(other.m_statement, nullptr)),
      m_code(other.m_code),
      m_position(other.m_position) {}

Query::~Query() {
  if (m_statement == nullptr)
    return;
  // The code of reset repeats that of the last step, which was reported then.
  sqlite3_reset(m_statement);
  // What was bound is not ours and may go away now.
  sqlite3_clear_bindings(m_statement);
}

void Query::note(int code) {
  if (m_code == SQLITE_OK)
    m_code = code;
}

Query& Query::bind(std::int64_t value) {
  if (m_statement != nullptr)
    note(sqlite3_bind_int64(m_statement, ++m_position, value));
  return *this;
}

Query& Query::bind(std::string_view text) {
  // A null pointer would be bound as NULL; an empty text is not nothing.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  if (m_statement != nullptr)
    note(sqlite3_bind_text64(m_statement, ++m_position, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::bind_blob(std::string_view bytes) {
  const char* start = bytes.data() == nullptr ? "" : bytes.data();
  if (m_statement != nullptr)
    note(sqlite3_bind_blob64(m_statement, ++m_position, start, bytes.size(), SQLITE_STATIC));
  return *this;
}

Query& Query::bind_null() {
  if (m_statement != nullptr)
    note(sqlite3_bind_null(m_statement, ++m_position));
  return *this;
}

base::Result<bool> Query::step() {
  if (m_code != SQLITE_OK)
    return m_connection->error(m_code);
  const int code = sqlite3_step(m_statement);
  if (code == SQLITE_ROW)
    return true;
  if (code == SQLITE_DONE)
    return false;
  return m_connection->error(code);
}

base::Status Query::run() {
  for (;;) {
    TAGDB_TRY_ASSIGN(const bool row, step());
    if (!row)
      return {};
  }
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(m_statement, column);
}

std::string_view Query::text(int column) const {
  // Blobs come as they are; STRICT tables hold no number where a text is meant.
  const void* bytes = sqlite3_column_blob(m_statement, column);
  const int size = sqlite3_column_bytes(m_statement, column);
  return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
}

base::Result<std::unique_ptr<Connection>> Connection::open(const std::string& name, int flags,
                                                           std::string path) {
  // Only before SQLite's first use, for the whole process; where somebody else was first it just stays
  // slower. Nobody asks how much memory it uses, and keeping count takes a lock for each allocation. And
  // pages are allocated when they are needed: twenty beforehand for each connection and each temporary table
  // were a fifth of an answer's page faults.
  static const int configured =
      sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) | sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
  static_cast<void>(configured);
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(name.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  // A failed open still gives a handle, which must be closed.
  std::unique_ptr<Connection> connection(new Connection(database, std::move(path)));
  if (code != SQLITE_OK)
    return connection->error(code);
  connection->wait_for_locks(k_busy_wait);
  for (const auto& [setting, value] : {std::pair{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                                       {SQLITE_DBCONFIG_DQS_DML, 0},
                                       {SQLITE_DBCONFIG_DQS_DDL, 0},
                                       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                       {SQLITE_DBCONFIG_DEFENSIVE, 1}})
    if (const int set = sqlite3_db_config(database, setting, value, nullptr); set != SQLITE_OK)
      return connection->error(set);
  return connection;
}

Connection::~Connection() {
  finalize_all();
  sqlite3_close(m_database);
}

void Connection::finalize_all() {
  for (const auto& [sql, statement] : m_statements)
    sqlite3_finalize(statement);
  m_statements.clear();
}

base::Status Connection::close() {
  finalize_all();
  if (const int code = sqlite3_close(m_database); code != SQLITE_OK)
    return error(code);
  m_database = nullptr;
  return {};
}

Query Connection::use(const char* sql) {
  auto& statement = m_statements[sql];
  int code = SQLITE_OK;
  if (statement == nullptr)
    code = sqlite3_prepare_v3(m_database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  // Two uses at once would overwrite each other's parameters: a fault of ours, found by the first test that
  // does it.
  else if (sqlite3_stmt_busy(statement) != 0)
    return {*this, nullptr, SQLITE_MISUSE};
  return {*this, statement, code};
}

base::Status Connection::execute(const char* sql) {
  if (const int code = sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
    return error(code);
  return {};
}

base::Result<std::int64_t> Connection::integer(const char* sql) {
  auto query = use(sql);
  TAGDB_TRY_ASSIGN(const bool row, query.step());
  return row ? query.integer(0) : 0;
}

void Connection::wait_for_locks(std::chrono::milliseconds longest) {
  sqlite3_busy_timeout(m_database, static_cast<int>(longest.count()));
}

std::int64_t Connection::last_insert_id() const {
  return sqlite3_last_insert_rowid(m_database);
}

int Connection::changes() const {
  return sqlite3_changes(m_database);
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(m_database) == 0;
}

base::Error Connection::error(int code) {
  m_last_code = code;
  return sqlite_error(m_database, code, m_path);
}

base::Result<Transaction> Transaction::begin(Connection& connection, const char* begin) {
  TAGDB_TRY(connection.execute(begin));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr)) {}

Transaction::~Transaction() {
  // Some failures (a full disk) have rolled back already; then there is nothing to do.
  if (m_connection != nullptr && m_connection->in_transaction())
    (void)m_connection->execute("ROLLBACK");
}

base::Status Transaction::commit() {
  TAGDB_TRY(m_connection->execute("COMMIT"));
  m_connection = nullptr;
  return {};
}

} // namespace tagdb::store
