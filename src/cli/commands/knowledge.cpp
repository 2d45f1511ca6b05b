#include "command.hpp"
#include "knowledge_print.hpp"
#include "open_database.hpp"
#include <tagdb/base/file.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/store/writer.hpp>
#include <tagdb/windows/knowledge_csv.hpp>

namespace tagdb::cli {

namespace {

/// The built-in tables are 270 kB. More than this is no knowledge.
constexpr std::size_t k_most_bytes = 16u << 20;

/// The document's bytes. Failure: not_found, usage where it is too large.
base::Result<std::string> read_document(const Session& session, const std::string& file) {
  if (file == "-")
    return session.read_input(k_most_bytes);
  std::error_code ignored;
  // Asked before, because such a file is a mistake of who typed, not a fault.
  if (std::filesystem::is_regular_file(file, ignored) &&
      std::filesystem::file_size(file, ignored) > k_most_bytes)
    return base::Error(base::ErrorKind::usage, base::escape_untrusted(file) + " is larger than " +
                                                   base::format_bytes(k_most_bytes) +
                                                   ": that is no knowledge");
  TAGDB_TRY_ASSIGN(auto bytes, base::read_file(file, k_most_bytes));
  if (!bytes)
    return base::Error(base::ErrorKind::not_found, "there is no file " + base::escape_untrusted(file));
  return *std::move(bytes);
}

class Knowledge final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("ACTION", 1, 1, m_action,
                       "show: which edition, and what is in it; import: take the tables of FILE instead; "
                       "export: write them to FILE");
    grammar.positionals().back().choices = {"show", "import", "export"};
    grammar.positional("FILE", 0, 1, m_file, "for import and export; - is standard input or output");
    grammar.note(
        "What is known about releases, updates of hosts and lifecycles comes with the program, and is "
        "kept in the database. A newer edition comes in with a newer program or by import. One wrong "
        "row, and nothing of a file is taken; nor is an older edition.");
    grammar.example("tagdb knowledge show", "how old the knowledge is");
    grammar.example("tagdb knowledge export - | ssh gap tagdb knowledge import -",
                    "bring it behind an air gap");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    const auto& action = m_action.front();
    if (action == "show") {
      if (!m_file.empty())
        return base::Error(base::ErrorKind::usage, "knowledge show takes no FILE");
      return show(session);
    }
    if (m_file.empty())
      return base::Error(base::ErrorKind::usage, "knowledge " + action + " needs a FILE",
                         "- is standard " + std::string(action == "import" ? "input" : "output"));
    return action == "import" ? take_in(session, m_file.front()) : write_out(session, m_file.front());
  }

 private:
  static base::Result<int> show(const Session& session) {
    TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(session));
    TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());
    TAGDB_TRY_ASSIGN(const auto built_in, store::Reader::built_in());
    TAGDB_TRY_ASSIGN(const auto own, built_in.knowledge_edition());
    const KnowledgeView view{session.clock.now(), knowledge.edition(), own,
                             has_database(session) ? session.options.db.string() : std::string(),
                             windows::table_sizes(knowledge.tables())};
    session.print(session.json() ? knowledge_document(view) : knowledge_text(view, session.color));
    return 0;
  }

  static bool has_database(const Session& session) {
    std::error_code ignored;
    return !session.options.db.empty() && std::filesystem::exists(session.options.db, ignored);
  }

  static base::Result<int> take_in(const Session& session, const std::string& file) {
    if (session.options.db.empty())
      return base::Error(base::ErrorKind::usage, "there is no place for the database", "name one with --db");
    const std::string name = file == "-" ? "standard input" : base::escape_untrusted(file);
    TAGDB_TRY_ASSIGN(const auto bytes, read_document(session, file));
    auto tables = windows::parse_document(bytes);
    if (!tables)
      return std::move(tables).error().while_doing("reading " + name);
    TAGDB_TRY_ASSIGN(auto writer, store::Writer::open(session.options.db, session.clock));
    TAGDB_TRY_ASSIGN(const auto before, writer.knowledge());
    TAGDB_TRY(writer.replace_knowledge(*tables));
    // What the database keeps of its own (release instants beyond the file's) is no change.
    TAGDB_TRY_ASSIGN(const auto after, writer.knowledge());
    TAGDB_TRY(writer.close());
    const KnowledgeImport report{session.clock.now(), session.options.db.string(), before.edition(),
                                 after.edition(), windows::compare_tables(before.tables(), after.tables())};
    session.print(session.json() ? import_document(report) : import_text(report, session.color));
    return 0;
  }

  static base::Result<int> write_out(const Session& session, const std::string& file) {
    TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(session));
    TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());
    const auto document = windows::print_document(knowledge.tables());
    if (file == "-") {
      session.print(document);
      return 0;
    }
    TAGDB_TRY(base::write_file_atomically(file, document));
    if (session.json())
      session.print(export_document(session.clock.now(), knowledge.edition(), file, document.size(),
                                    windows::table_sizes(knowledge.tables())));
    else
      session.log.info("wrote " + base::format_bytes(document.size()) + " to " +
                       base::escape_untrusted(file));
    return 0;
  }

  std::vector<std::string> m_action, m_file;
};

} // namespace

std::unique_ptr<Command> make_knowledge() {
  return std::make_unique<Knowledge>();
}

} // namespace tagdb::cli
