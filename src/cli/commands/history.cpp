#include "command.hpp"
#include "documents.hpp"
#include "open_database.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/history.hpp>

namespace tagdb::cli {

namespace {

std::string state_words(const query::HistoryItem& item) {
  if (item.event)
    return std::string(query::to_string(item.event->kind));
  switch (item.segment.state) {
  case store::SpanState::absent:
    return "absent";
  case store::SpanState::unpullable:
    return "unpullable";
  case store::SpanState::present:
    break;
  }
  // Nobody saw it begin: it was there when the looking began.
  return "seen";
}

std::string history_text(const std::vector<query::HistoryItem>& items, bool bold) {
  std::vector<std::vector<std::string>> rows{
      {"SEEN FIRST", "SEEN LAST", "EVENT", "REVISION", "KB", "DIGEST"}};
  for (const auto& item : items) {
    rows.push_back(
        {base::format_rfc3339(item.segment.first_seen), base::format_rfc3339(item.segment.last_seen),
         state_words(item), item.side && item.side->revision ? item.side->revision->to_string() : "",
         item.side && item.side->kb ? item.side->kb->to_string() : "",
         item.side ? item.side->digest.abbreviated() : base::escape_untrusted(item.segment.answer)});
    if (item.event && !item.event->use.empty())
      rows.back().push_back("use the tag " + base::escape_untrusted(item.event->use));
  }
  const auto& tag = items.front();
  return base::escape_untrusted(repository_for_people(tag.registry, tag.repository) + ":" + tag.tag) + "\n" +
         table(rows, bold);
}

void write_item(base::JsonWriter& json, const query::HistoryItem& item) {
  json.begin_object();
  json.member("repository", item.repository).member("registry", item.registry).member("tag", item.tag);
  json.key("event");
  if (item.event)
    json.value(query::to_string(item.event->kind));
  else
    json.null();
  json.member("at", base::format_rfc3339(item.event ? item.event->at : item.segment.first_seen));
  write_side(json, "from", item.event ? item.event->from : std::nullopt);
  write_side(json, "to", item.segment.state == store::SpanState::absent ? std::nullopt : item.side);
  json.member("firstSeen", base::format_rfc3339(item.segment.first_seen));
  json.member("lastSeen", base::format_rfc3339(item.segment.last_seen));
  json.key("id");
  if (item.event)
    json.value(item.event->id);
  else
    json.null();
  write_known(json, "use", item.event ? item.event->use : std::string());
  write_known(json, "other", item.event ? item.event->other : std::string());
  json.end_object();
}

class History final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("TAG", 1, 1, m_tag, "as for resolve: ltsc2019, nanoserver:1809, KB4546852");
    grammar.note("Each line is a stretch of time in which every look showed the same. The first stretch of a "
                 "tag that was there when the crawling "
                 "began has no event: nobody saw it begin.");
    grammar.note(
        "lag, lagEnded and aliasDiffers come from comparing a floating tag with the revision tags of "
        "its build and with the other names of its product; such a line shows what is newer.");
    grammar.example("tagdb history ltsc2019", "every image the tag pointed at, and what moved it");
    grammar.example("tagdb history nanoserver:1809 --format json", "the same for programs");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
    TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(m_tag.front()));
    TAGDB_TRY_ASSIGN(const auto reader, open_database(session));
    TAGDB_TRY_ASSIGN(const auto repository, query::choose_repository(reader, scope, query));
    TAGDB_TRY_ASSIGN(const auto items, query::history(reader, scope, query));
    TAGDB_TRY_ASSIGN(const auto stale, judge_freshness(session, reader, {repository}, std::nullopt));
    if (session.json()) {
      base::JsonWriter json;
      begin_document(json, scope.now);
      json.key("items").begin_array();
      for (const auto& item : items)
        write_item(json, item);
      json.end_array().end_object();
      session.print(json.text() + "\n");
    } else if (!items.empty()) {
      session.print(history_text(items, session.color));
    }
    for (const auto& warning : stale)
      session.log.warning(warning.message);
    return 0;
  }

 private:
  std::vector<std::string> m_tag;
};

} // namespace

std::unique_ptr<Command> make_history() {
  return std::make_unique<History>();
}

} // namespace tagdb::cli
