#pragma once

#include "migrate.hpp"
#include "store_fixture.hpp"
#include <tagdb/base/sha256.hpp>
#include <tagdb/windows/knowledge_csv.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tagdb::test {

/// schema/reference as it lies in the source tree, ordered.
inline windows::Knowledge reference() {
  std::vector<std::string> texts;
  std::vector<windows::TableText> tables;
  for (const auto name : windows::table_names()) {
    std::ifstream in(std::string(TAGDB_SOURCE_DIR "/schema/reference/") + std::string(name),
                     std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  for (std::size_t i = 0; i < texts.size(); ++i)
    tables.push_back({windows::table_names()[i], texts[i]});
  return windows::Knowledge(must(windows::parse_tables(tables)));
}

/// Everything in one text: equal texts, equal knowledge.
inline std::string print(const windows::Knowledge& knowledge) {
  return windows::print_document(knowledge.tables());
}
inline std::string knowledge_in(const std::filesystem::path& path) {
  return print(must(open_reader(path).knowledge()));
}

/// A database as the first tagdb left it: schema 1, with one tag that was seen once.
inline void make_first_schema(const std::filesystem::path& path) {
  const auto db =
      must(store::Connection::open(path.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, path.string()));
  const auto& first = store::migrations().front();
  must(db->execute("PRAGMA journal_mode = WAL"));
  must(db->execute("BEGIN"));
  must(db->execute(std::string(first.sql).c_str()));
  const std::string hash = base::sha256_hex(first.sql);
  must(db->use("INSERT INTO schema_migration VALUES (1, ?, ?, '2020-01-01T00:00:00Z')")
           .bind(first.name)
           .bind(hash)
           .run());
  must(db->execute(("PRAGMA application_id = " + std::to_string(store::k_application_id)).c_str()));
  must(db->execute("PRAGMA user_version = 1"));
  must(db->execute(R"(
    INSERT INTO observer VALUES (1, '00112233445566778899aabbccddeeff', '2020-01-01T00:00:00Z', 1);
    INSERT INTO registry VALUES (1, 'mcr.microsoft.com');
    INSERT INTO repository VALUES (1, 1, 'windows/servercore');
    INSERT INTO tag VALUES (1, 1, 'ltsc2019', 'floating', '', '', NULL, NULL);
    INSERT INTO check_run (id, observer_id, number, repository_id, scope, started, finished, outcome)
      VALUES (1, 1, 1, 1, 'full', '2020-02-20T00:00:00Z', '2020-02-20T00:00:05Z', 'complete');
    INSERT INTO content VALUES
      (1, 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
       'application/vnd.oci.image.index.v1+json', 2, NULL, x'7b7d');
    INSERT INTO span VALUES
      (1, 1, 1, 1, 'present', 1, '', '2020-02-20T00:00:01Z', '2020-02-20T00:00:01Z', 1, 1))"));
  must(db->execute("COMMIT"));
}

/// In the folder of somebody else, as somebody who cannot write there: the words of `ask`. In a process of
/// its own, because root may write anywhere and cannot come back from being nobody.
inline std::string as_stranger(const std::filesystem::path& folder, const std::function<std::string()>& ask) {
  namespace fs = std::filesystem;
  constexpr uid_t k_nobody = 65534;
  fs::permissions(folder, fs::perms(0555));
  Child child([&](int pipe) {
    if (::geteuid() == 0 && (::setgid(k_nobody) != 0 || ::setuid(k_nobody) != 0))
      return Child::say(pipe, "cannot become nobody");
    Child::say(pipe, ask());
  });
  auto answer = child.rest();
  fs::permissions(folder, fs::perms(0755));
  return answer;
}

} // namespace tagdb::test
