#pragma once

#include "sqlite.hpp"
#include "support/catch.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/store/reader.hpp>
#include <tagdb/store/verify.hpp>

#include <sqlite3.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tagdb::test {

inline const std::string k_core = "windows/servercore";

inline store::Reader open_reader(const std::filesystem::path& path) {
  auto reader = must(store::Reader::open(path));
  if (!reader)
    throw std::runtime_error("there is no database at " + path.string());
  return *std::move(reader);
}

inline store::RepositoryId repository_of(const store::Reader& reader, std::string_view name = k_core,
                                         std::string_view registry = "mcr.microsoft.com") {
  for (const auto& record : must(reader.repositories()))
    if (record.name == name && record.registry == registry)
      return record.id;
  throw std::runtime_error("no such repository in the test database");
}

inline std::vector<store::SpanRecord> spans_of(const store::Reader& reader, std::string_view tag) {
  const auto record = must(reader.find_tag(repository_of(reader), tag));
  return record ? must(reader.spans(record->id)) : std::vector<store::SpanRecord>();
}

/// The four digits that tell test images apart.
inline std::string short_name(const oci::Digest& digest) {
  return std::string(digest.encoded().substr(0, 4));
}

/// "present 3fd9 01-01..01-02": enough to compare a history at a glance.
inline std::vector<std::string> history_of(const store::Reader& reader, std::string_view tag) {
  std::vector<std::string> lines;
  for (const auto& span : spans_of(reader, tag))
    lines.push_back(std::string(to_string(span.state)) + (span.digest ? " " + short_name(*span.digest) : "") +
                    (span.answer.empty() ? "" : " " + span.answer) + " " +
                    base::format_date(span.first_seen).substr(5) + ".." +
                    base::format_date(span.last_seen).substr(5));
  return lines;
}

/// The file as SQLite sees it, for what no writer of ours would do.
inline void tamper(const std::filesystem::path& path, const char* sql) {
  const auto connection = must(store::Connection::open(path.string(), SQLITE_OPEN_READWRITE, path.string()));
  must(connection->execute("PRAGMA foreign_keys = OFF"));
  must(connection->execute("PRAGMA ignore_check_constraints = ON"));
  must(connection->execute(sql));
}

inline std::vector<std::string> damages_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  for (const auto& damage : must(store::verify_database(path)).damages)
    lines.push_back(damage.what + " " + damage.where + ": " + damage.message);
  return lines;
}

/// A process of our own with a pipe to it.
class Child {
 public:
  explicit Child(const std::function<void(int pipe)>& work) {
    int ends[2];
    if (::pipe(ends) != 0)
      throw std::runtime_error("no pipe");
    m_pid = ::fork();
    if (m_pid < 0)
      throw std::runtime_error("no child process");
    if (m_pid == 0) {
      ::close(ends[0]);
      try {
        work(ends[1]);
      } catch (const std::exception& e) {
        say(ends[1], std::string("exception: ") + e.what());
      }
      // Without the parent's destructors: its temporary folders are not ours to remove.
      ::_exit(0);
    }
    ::close(ends[1]);
    m_pipe = ends[0];
  }
  ~Child() {
    kill();
    ::close(m_pipe);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  static void say(int pipe, std::string_view text) {
    if (::write(pipe, text.data(), text.size()) < 0)
      ::_exit(2);
  }

  /// Waits for one byte; false when the child has ended.
  bool wait_for_byte() {
    char byte = 0;
    return ::read(m_pipe, &byte, 1) == 1;
  }
  /// All that the child said until its end.
  std::string rest() {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(m_pipe, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(got));
    return text;
  }
  void kill() {
    if (m_pid <= 0)
      return;
    ::kill(m_pid, SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
    m_pid = 0;
  }

 private:
  pid_t m_pid = 0;
  int m_pipe = -1;
};

} // namespace tagdb::test
