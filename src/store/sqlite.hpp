#pragma once

#include <tagdb/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace tagdb::store {

/// What an SQLite result code means for whoever reads the message: which file, which folder, what to do next.
/// `database` may be null (it could not be opened).
base::Error sqlite_error(sqlite3* database, int code, const std::string& path);

/// Whether opening failed because files beside the database could not be made: what a folder without write
/// permission looks like.
bool is_unwritable(int code);

/// One use of a prepared statement: binds in order, steps, reads columns; put back by the destructor. A
/// failure to prepare or to bind comes out of the first step(), so that a call site reads in one line.
///
/// Texts that are bound or read are not copied: what is bound must live until the Query ends, what is read
/// until the next step.
class Query {
 public:
  ~Query();
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;

  Query& bind(std::int64_t value);
  Query& bind(std::string_view text);
  Query& bind(const std::string& text) { return bind(std::string_view(text)); }
  Query& bind(const char* text) { return bind(std::string_view(text)); }
  Query& bind_blob(std::string_view bytes);
  Query& bind_null();
  /// Counts are unsigned outside and signed in the database, which has no other.
  Query& bind_count(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  /// Row ids.
  template <class Id>
  requires std::is_enum_v<Id> Query& bind(Id id) {
    static_assert(std::is_same_v<std::underlying_type_t<Id>, std::int64_t>,
                  "only row ids are bound as numbers");
    return bind(static_cast<std::int64_t>(id));
  }
  template <class T>
  Query& bind(const std::optional<T>& maybe) {
    return maybe ? bind(*maybe) : bind_null();
  }

  /// True: a row stands ready. False: there are no more.
  base::Result<bool> step();
  /// Steps to the end; rows are not wanted.
  base::Status run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  /// Empty for NULL.
  std::string_view text(int column) const;
  std::string string(int column) const { return std::string(text(column)); }
  template <class Id>
  Id id(int column) const {
    return Id{integer(column)};
  }

 private:
  friend class Connection;
  Query(class Connection& connection, sqlite3_stmt* statement, int code)
      : m_connection(&connection), m_statement(statement), m_code(code) {}
  void note(int code);

  class Connection* m_connection;
  sqlite3_stmt* m_statement;
  int m_code;         ///< the first failure of preparing or binding
  int m_position = 0; ///< of the last bound parameter
};

/// An open database with its prepared statements. Not movable: statements and messages point into it.
class Connection {
 public:
  /// `name` is a path or, with SQLITE_OPEN_URI, a URI; `path` is what messages call it. Sets what is not kept
  /// in the file: extended codes, foreign keys, busy timeout, no double-quoted strings, no trust in the
  /// schema's functions.
  static base::Result<std::unique_ptr<Connection>> open(const std::string& name, int flags, std::string path);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The statement of this text, prepared at its first use. `sql` is a constant: its address is its name in
  /// the cache. One use at a time for each.
  Query use(const char* sql);
  /// Statements without parameters and without wanted rows.
  base::Status execute(const char* sql);
  /// The single integer that a statement yields.
  base::Result<std::int64_t> integer(const char* sql);

  /// How long a lock of another connection is waited for; five seconds at first.
  void wait_for_locks(std::chrono::milliseconds longest);

  std::int64_t last_insert_id() const;
  /// Rows changed by the last INSERT, UPDATE or DELETE.
  int changes() const;
  bool in_transaction() const;
  /// The extended code of the last failure on this connection.
  int last_code() const { return m_last_code; }
  const std::string& path() const { return m_path; }

  base::Error error(int code);
  /// Ends all statements and closes; the destructor does the same without a word.
  base::Status close();

 private:
  Connection(sqlite3* database, std::string path) : m_database(database), m_path(std::move(path)) {}
  void finalize_all();

  sqlite3* m_database;
  std::string m_path;
  int m_last_code = 0;
  std::unordered_map<const char*, sqlite3_stmt*> m_statements;
};

/// BEGIN … COMMIT; what is not committed is rolled back.
class Transaction {
 public:
  /// `begin` is "BEGIN", "BEGIN IMMEDIATE" or "BEGIN EXCLUSIVE".
  static base::Result<Transaction> begin(Connection& connection, const char* begin);
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  base::Status commit();

 private:
  explicit Transaction(Connection& connection) : m_connection(&connection) {}
  Connection* m_connection;
};

} // namespace tagdb::store
