#include "command.hpp"
#include "open_database.hpp"
#include "releases_print.hpp"
#include "values.hpp"
#include <tagdb/base/terminal.hpp>
#include <tagdb/base/text.hpp>

namespace tagdb::cli {

namespace {

/// Half a year, the month of the end included.
constexpr std::chrono::months k_default_months{5};
constexpr std::size_t k_default_width = 80;

std::chrono::year_month month_of(base::Instant now) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  return day.year() / day.month();
}

std::chrono::year_month month_of(const query::ReleaseBound& bound) {
  if (const auto* label = std::get_if<windows::ReleaseLabel>(&bound))
    return label->month();
  return std::get<std::chrono::year_month>(bound);
}

/// "2020-02"; nothing where the text is no month.
std::optional<std::chrono::year_month> parse_month(std::string_view text) {
  const auto dash = text.find('-');
  if (dash != 4)
    return std::nullopt;
  const auto year = base::parse_number(text.substr(0, dash));
  const auto month = base::parse_number(text.substr(dash + 1));
  if (!year || !month || *year == 0 || *month < 1 || *month > 12 || text.size() > dash + 3)
    return std::nullopt;
  return std::chrono::year(static_cast<int>(*year)) / std::chrono::month(static_cast<unsigned>(*month));
}

std::string bound_for_people(const query::ReleaseBound& bound) {
  if (const auto* label = std::get_if<windows::ReleaseLabel>(&bound))
    return label->to_string();
  const auto month = std::get<std::chrono::year_month>(bound);
  return windows::format_day(windows::Date(month / 1)).substr(0, std::string_view("2020-02").size());
}

class Releases final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.formats({"text", "json", "csv", "markdown"});
    grammar.text("from", "RELEASE", m_from, "the first: a month (2020-01) or a release (2020-01B)");
    grammar.text("to", "RELEASE", m_to, "the last, included; without either: the last six months");
    grammar.text("repo", "REPO", m_repository, "of which images (windows/servercore without it)");
    grammar.number("build", m_build, 1, 2147483647, "only products of this build, as in 17763");
    grammar.note("One row for each floating tag, one column for each release: the table of Microsoft's "
                 "documentation. What was crawled is observed; the rest is from the reference.");
    grammar.example("tagdb releases --from 2020-01 --to 2020-03", "the months around the break of 2020-02");
    grammar.example("tagdb releases --format markdown", "the last six months, for a wiki");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
    query::ReleasesOptions asked{.repository = {},
                                 .from = month_of(scope.now),
                                 .to = month_of(scope.now),
                                 .build = m_build,
                                 .weakest = session.options.evidence};
    if (m_repository) {
      TAGDB_TRY_ASSIGN(asked.repository, parse_repository(*m_repository));
    }
    TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(session));
    if (m_to) {
      TAGDB_TRY_ASSIGN(asked.to, parse_bound("--to", *m_to, reader));
    }
    asked.from = month_of(asked.to) - k_default_months;
    if (m_from) {
      TAGDB_TRY_ASSIGN(asked.from, parse_bound("--from", *m_from, reader));
    }
    TAGDB_TRY_ASSIGN(const auto answer, query::releases(reader, scope, asked));
    if (answer.cells.empty())
      return nothing_known(asked, answer, scope.now);
    TAGDB_TRY_ASSIGN(const auto stale, judge(session, reader, asked, answer));
    session.print(print(context, answer));
    if (!session.json())
      for (const auto& warning : answer.warnings)
        session.log.warning(warning.message);
    for (const auto& warning : stale)
      session.log.warning(warning.message);
    return 0;
  }

 private:
  static base::Result<query::ReleaseBound> parse_bound(std::string_view option, const std::string& text,
                                                       const store::Reader& reader) {
    if (const auto month = parse_month(text))
      return query::ReleaseBound(*month);
    if (const auto label = windows::parse_short_label(text))
      return ambiguous(option, reader, *label);
    auto label = windows::ReleaseLabel::parse(text);
    if (!label)
      return base::Error(base::ErrorKind::usage,
                         std::string(option) + ": \"" + base::escape_untrusted(text) +
                             "\" is neither a month nor a release",
                         "write a month as 2020-02, a release as 2020-02B or \"2020-02 OOB\"");
    return query::ReleaseBound(*label);
  }

  /// "2B" alone, with the releases that it can be.
  static base::Error ambiguous(std::string_view option, const store::Reader& reader,
                               const windows::ShortLabel& label) {
    auto error = query::ambiguous_label(reader, label);
    error.with_hint(std::string(option) + " takes a month as in 2020-02, or a release as in 2020-02B");
    return error;
  }

  static base::Error nothing_known(const query::ReleasesOptions& asked, const query::Releases& answer,
                                   base::Instant now) {
    std::string what = asked.build ? " of build " + std::to_string(*asked.build) : "";
    if (asked.weakest != query::EvidenceLevel::reference)
      what += " with evidence " + std::string(query::to_string(asked.weakest));
    return base::Error(base::ErrorKind::not_found,
                       "no release" + what + " is known from " + bound_for_people(asked.from) + " to " +
                           bound_for_people(asked.to),
                       edition_for_people(answer.edition, now) +
                           "; tagdb sync and tagdb knowledge import bring newer ones");
  }

  /// A table of past months does not age.
  static base::Result<std::vector<query::Warning>> judge(const Session& session, const store::Reader& reader,
                                                         const query::ReleasesOptions& asked,
                                                         const query::Releases& answer) {
    const auto end =
        base::Instant(windows::Date(month_of(asked.to) / std::chrono::last)) + std::chrono::days(1);
    const bool past = end < answer.as_of;
    if (answer.crawled)
      return judge_freshness(session, reader, {*answer.crawled}, past ? std::optional(end) : std::nullopt);
    query::Resolution newest; // ages like a floating tag: what it showed at the end of the range
    newest.kind = windows::TagKind::floating;
    newest.as_of = past ? end : answer.as_of;
    return judge_reference(session, reader, newest);
  }

  static std::string print(const Context& context, const query::Releases& answer) {
    const auto& format = context.session.options.format;
    if (format == "json")
      return releases_document(answer);
    if (format == "csv")
      return releases_csv(answer);
    if (format == "markdown")
      return releases_markdown(answer);
    std::optional<std::size_t> width;
    if (context.world.streams.is_terminal(base::Stream::standard_output)) {
      const auto columns = base::terminal_width(base::Stream::standard_output);
      width = columns ? static_cast<std::size_t>(*columns) : k_default_width;
    }
    return releases_text(answer, width, context.session.color);
  }

  std::optional<std::string> m_from, m_to, m_repository;
  std::optional<unsigned> m_build;
};

} // namespace

std::unique_ptr<Command> make_releases() {
  return std::make_unique<Releases>();
}

} // namespace tagdb::cli
