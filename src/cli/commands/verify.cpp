#include "command.hpp"
#include "documents.hpp"
#include "mirror_images.hpp"
#include "open_database.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/store/verify.hpp>

namespace tagdb::cli {

namespace {

constexpr std::string_view k_advice = "keep this file, and crawl into a new one: tagdb sync --db NEW";
/// A file that is damaged all over is not told page by page.
constexpr std::size_t k_shown = 50;

std::string report_text(const store::VerifyReport& report, const std::string& path) {
  std::string text = base::escape_untrusted(path, 1000) + "\n";
  text += "  contents   " + std::to_string(report.contents) + " re-hashed, " +
          base::format_bytes(report.bytes) + "\n";
  text += "  spans      " + std::to_string(report.spans) + "\n";
  if (report.damages.empty())
    return text + "  sound\n";
  text += "  DAMAGED    " + std::to_string(report.damages.size()) +
          (report.damages.size() == 1 ? " place\n" : " places\n");
  for (std::size_t i = 0; i < report.damages.size() && i < k_shown; ++i) {
    const auto& damage = report.damages[i];
    text += "    " + damage.what + " " + base::escape_untrusted(damage.where) + ": " +
            base::escape_untrusted(damage.message) + "\n";
  }
  if (report.damages.size() > k_shown)
    text +=
        "    … and " + std::to_string(report.damages.size() - k_shown) + " more; --format json lists all\n";
  return text;
}

std::string report_document(const store::VerifyReport& report, const std::string& path, base::Instant now) {
  base::JsonWriter json;
  begin_document(json, now);
  json.member("outcome", report.damages.empty() ? "complete" : "failed");
  json.key("items").begin_array();
  json.begin_object()
      .member("database", path)
      .member("contents", report.contents)
      .member("bytes", report.bytes)
      .member("spans", report.spans)
      .end_object();
  json.end_array();
  json.key("failures").begin_array();
  for (const auto& damage : report.damages) {
    json.begin_object()
        .member("reference", damage.where)
        .member("stage", "verify")
        .member("code", damage.what);
    json.key("status").null();
    json.key("tries").null();
    json.member("advice", k_advice).member("message", damage.message).end_object();
  }
  json.end_array().end_object();
  return json.text() + "\n";
}

class Verify final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("oci:DIR", 0, 1, m_layout, "an OCI layout; none: the database");
    grammar.note("Re-hashes every stored manifest and config, and checks SQLite's structure, the references "
                 "between tables and the history "
                 "of every tag. Changes nothing. Exit code 7 where something is damaged.");
    grammar.note(
        "Of a layout: re-hashes every blob and walks the graph from each name. What is missing, damaged "
        "or leads nowhere is exit code 7; what nothing leads to is only said, and tagdb gc removes it.");
    grammar.example("tagdb verify", "is the database sound");
    grammar.example("tagdb verify oci:/media/disk/images", "is everything on the disk, byte for byte");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    if (!m_layout.empty())
      return run_layout(context);
    TAGDB_TRY(database_exists(session));
    TAGDB_TRY_ASSIGN(const auto report, store::verify_database(session.options.db));
    const auto path = session.options.db.string();
    session.print(session.json() ? report_document(report, path, session.clock.now())
                                 : report_text(report, path));
    if (report.damages.empty())
      return 0;
    if (!session.json())
      session.log.warning("the database is damaged; " + std::string(k_advice));
    return base::exit_code(base::ErrorKind::integrity);
  }

 private:
  base::Result<int> run_layout(const Context& context) const {
    if (!is_layout(m_layout.front()))
      return base::Error(base::ErrorKind::usage,
                         "\"" + base::escape_untrusted(m_layout.front()) + "\" is no layout",
                         "write it as oci:DIR; the database is named with --db");
    if (!context.carriers.verify)
      return context.world.start_remote(context.world.arguments);
    return context.carriers.verify(context.session, LayoutOptions{m_layout.front(), false, {}});
  }

  std::vector<std::string> m_layout;
};

} // namespace

std::unique_ptr<Command> make_verify() {
  return std::make_unique<Verify>();
}

} // namespace tagdb::cli
