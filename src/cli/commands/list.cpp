#include "command.hpp"
#include "documents.hpp"
#include "open_database.hpp"
#include "table.hpp"
#include "values.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/list.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? value->to_string() : std::string();
}

std::string codes_of(const std::vector<query::Warning>& warnings) {
  std::vector<std::string> codes;
  for (const auto& warning : warnings)
    codes.push_back(warning.code);
  return base::join(codes, " ");
}

std::string list_text(const std::vector<query::ListItem>& items, bool bold) {
  const bool several = std::any_of(items.begin(), items.end(), [&](const auto& item) {
    return item.repository != items.front().repository || item.registry != items.front().registry;
  });
  const bool warned =
      std::any_of(items.begin(), items.end(), [](const auto& item) { return !item.warnings.empty(); });
  std::vector<std::string> heading{"TAG",    "KIND",      "REVISION", "KB",
                                   "DIGEST", "LAST SEEN", "RELEASE",  "SUPPORT"};
  if (several)
    heading.insert(heading.begin(), "REPOSITORY");
  if (warned)
    heading.emplace_back("WARNING");
  std::vector<std::vector<std::string>> rows{std::move(heading)};
  for (const auto& item : items) {
    std::vector<std::string> row{base::escape_untrusted(item.tag.name),
                                 std::string(windows::to_string(item.tag.kind)),
                                 text_of(item.revision),
                                 text_of(item.kb),
                                 item.digest ? item.digest->abbreviated() : "",
                                 base::format_date(item.last_seen),
                                 item.release ? item.release->label.to_string() : "",
                                 item.support ? support_end_for_people(*item.support) : ""};
    if (several)
      row.insert(row.begin(), base::escape_untrusted(repository_for_people(item.registry, item.repository)));
    if (warned)
      row.push_back(codes_of(item.warnings));
    rows.push_back(std::move(row));
  }
  return table(rows, bold);
}

void write_item(base::JsonWriter& json, const query::ListItem& item) {
  json.begin_object();
  json.member("repository", item.repository).member("registry", item.registry).member("tag", item.tag.name);
  json.member("kind", windows::to_string(item.tag.kind));
  write_known(json, "architecture", item.tag.architecture);
  write_known(json, "locale", item.tag.locale);
  write_text(json, "revision", item.revision);
  write_text(json, "kb", item.kb);
  write_text(json, "digest", item.digest);
  write_known(json, "mediaType", item.media_type);
  json.member("firstSeen", base::format_rfc3339(item.first_seen));
  json.member("lastSeen", base::format_rfc3339(item.last_seen));
  write_release(json, item.release);
  write_support(json, item.support);
  write_warnings(json, item.warnings);
  json.end_object();
}

/// RFC 4180: the columns are the keys of the JSON items, lines end in CRLF.
std::string list_csv(const std::vector<query::ListItem>& items) {
  std::string text = "repository,registry,tag,kind,architecture,locale,revision,kb,digest,mediaType,"
                     "firstSeen,lastSeen,warnings,release,support\r\n";
  for (const auto& item : items) {
    text +=
        csv_record({item.repository, item.registry, item.tag.name,
                    std::string(windows::to_string(item.tag.kind)), item.tag.architecture, item.tag.locale,
                    text_of(item.revision), text_of(item.kb), text_of(item.digest), item.media_type,
                    base::format_rfc3339(item.first_seen), base::format_rfc3339(item.last_seen),
                    codes_of(item.warnings), item.release ? item.release->label.to_string() : "",
                    item.support ? std::string(windows::to_string(item.support->phase)) : ""});
  }
  return text;
}

class List final : public Command {
 public:
  void declare(Grammar& grammar) override;
  base::Result<int> run(const Context& context) override;

 private:
  base::Result<query::ListOptions> options() const;

  std::optional<windows::TagKind> m_kind;
  std::optional<unsigned> m_build;
  bool m_featured = false;
  std::optional<std::string> m_repository;
  std::optional<std::string> m_at;
};

void List::declare(Grammar& grammar) {
  grammar.formats({"text", "json", "csv"});
  auto& kind =
      grammar.value("kind", "KIND", "only tags of this kind", [this](std::string_view text) -> base::Status {
        m_kind = windows::parse_tag_kind(text);
        return {};
      });
  for (const auto each : {windows::TagKind::floating, windows::TagKind::revision, windows::TagKind::kb,
                          windows::TagKind::other})
    kind.choices.push_back(windows::to_string(each));
  grammar.number("build", m_build, 1, 2147483647, "only tags of this build, as in 17763");
  grammar.text("repo", "REPO", m_repository, "only this repository");
  grammar.text("at", "TIME", m_at,
               "what was there then: a date (its last second, UTC), an RFC 3339 instant or a release "
               "(2020-02B)");
  grammar.flag("featured", m_featured,
               "only the floating tags of products that are supported then, by their plain names");
  grammar.example("tagdb list --featured", "the tags to build on, and until when they are supported");
  grammar.example("tagdb list --kind floating", "what can move, and where it points");
  grammar.example("tagdb list --build 17763 --format csv > tags.csv", "one product, for a spreadsheet");
}

base::Result<query::ListOptions> List::options() const {
  query::ListOptions options;
  options.kind = m_kind;
  options.build = m_build;
  options.featured = m_featured;
  if (m_repository) {
    TAGDB_TRY_ASSIGN(options.repository, parse_repository(*m_repository));
  }
  return options;
}

base::Result<int> List::run(const Context& context) {
  const auto& session = context.session;
  TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
  TAGDB_TRY_ASSIGN(auto asked, options());
  std::optional<Moment> at;
  if (m_at) {
    TAGDB_TRY_ASSIGN(at, parse_time(*m_at, scope.now));
  }
  TAGDB_TRY_ASSIGN(const auto reader, open_database(session));
  if (at) {
    TAGDB_TRY_ASSIGN(asked.at, instant_of(*at, reader, scope.now));
  }
  TAGDB_TRY_ASSIGN(const auto items, query::list(reader, scope, asked));
  TAGDB_TRY_ASSIGN(const auto repositories, repositories_asked(reader, scope, asked.repository));
  TAGDB_TRY_ASSIGN(const auto stale, judge_freshness(session, reader, repositories, asked.at));
  if (session.json()) {
    base::JsonWriter json;
    begin_document(json, asked.at.value_or(scope.now));
    json.key("items").begin_array();
    for (const auto& item : items)
      write_item(json, item);
    json.end_array().end_object();
    session.print(json.text() + "\n");
  } else if (session.options.format == "csv") {
    session.print(list_csv(items));
  } else if (!items.empty()) {
    session.print(list_text(items, session.color));
  } else {
    session.log.info("no tag is like that");
  }
  for (const auto& warning : stale)
    session.log.warning(warning.message);
  return 0;
}

} // namespace

std::unique_ptr<Command> make_list() {
  return std::make_unique<List>();
}

} // namespace tagdb::cli
