#include "command.hpp"
#include "open_database.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/cli/print_calendar.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

constexpr unsigned k_first_year = 2003; // the first Patch Tuesday was in its October
constexpr unsigned k_last_year = 9999;
constexpr std::size_t k_months = 12;

base::Result<std::chrono::year> parse_year(const std::string& text) {
  const auto number = base::parse_number(text);
  if (!number || *number == 0 || *number > k_last_year)
    return base::Error(base::ErrorKind::usage, "\"" + base::escape_untrusted(text) + "\" is no year",
                       "a year has four digits: tagdb calendar 2026");
  if (*number < k_first_year)
    return base::Error(base::ErrorKind::usage, "there was no Patch Tuesday before October 2003",
                       "the first year is 2003");
  return std::chrono::year(static_cast<int>(*number));
}

std::chrono::year year_of(base::Instant now) {
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year();
}

class Calendar final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("YEAR", 0, 1, m_year, "a year; none: this one");
    grammar.flag("next", m_options.next, "only the next release day");
    grammar.flag("previous", m_options.previous, "only the last release day");
    grammar.note(
        "The B release comes on the second Tuesday of a month at 10:00 in Redmond, as a rule; images "
        "appear within the hours after it. What did not go by the rule stands in the last column.");
    grammar.example("tagdb calendar --next", "when the next release is due");
    grammar.example("tagdb calendar 2027 --format json", "a year, for a scheduler");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    const auto now = session.clock.now();
    if (!m_year.empty()) {
      if (m_options.next || m_options.previous)
        return base::Error(base::ErrorKind::usage, "a year and --next or --previous do not go together");
      TAGDB_TRY_ASSIGN(m_options.year, parse_year(m_year.front()));
    }
    TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(session));
    // No build is 0: the instants without the releases.
    TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge(0));
    const auto& instants = knowledge.tables().instants;
    const auto days = days_asked(now, instants);
    if (!days) {
      // Beyond what is recorded it takes a time zone, which this program never loads.
      if (!context.carriers.calendar)
        return context.world.start_remote(context.world.arguments);
      return context.carriers.calendar(session, m_options);
    }
    std::vector<CalendarDay> lines;
    for (const auto& day : *days)
      lines.push_back(with_images(day, instants));
    session.print(session.json() ? calendar_document(lines, now) : calendar_text(lines, now, session.color));
    return 0;
  }

 private:
  /// Nothing where the instants do not reach that far.
  std::optional<std::vector<windows::ReleaseDay>>
  days_asked(base::Instant now, const std::vector<windows::ReleaseInstant>& instants) const {
    std::vector<windows::ReleaseDay> days;
    if (!m_options.next && !m_options.previous) {
      days = windows::release_days_of(m_options.year.value_or(year_of(now)), instants);
      return days.size() == k_months ? std::optional(std::move(days)) : std::nullopt;
    }
    for (const auto& [wanted, day] :
         {std::pair(m_options.previous, windows::previous_release_day(now, instants)),
          std::pair(m_options.next, windows::next_release_day(now, instants))}) {
      if (wanted && !day)
        return std::nullopt;
      if (wanted)
        days.push_back(*day);
    }
    return days;
  }

  static CalendarDay with_images(const windows::ReleaseDay& day,
                                 const std::vector<windows::ReleaseInstant>& instants) {
    CalendarDay line{day, {}, {}};
    for (const auto& row : instants) {
      if (row.label.month() != day.label.month())
        continue;
      if (row.date == day.date && row.label == day.label)
        line.released = row.released;
      else if (row.released == true)
        line.others.push_back(row);
    }
    return line;
  }

  std::vector<std::string> m_year;
  CalendarOptions m_options;
};

} // namespace

std::unique_ptr<Command> make_calendar() {
  return std::make_unique<Calendar>();
}

} // namespace tagdb::cli
