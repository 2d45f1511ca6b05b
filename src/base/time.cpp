#include "scanner.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/base/time.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tagdb::base {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

const Instant k_first = sys_days(std::chrono::year(0) / 1 / 1);
const Instant k_last = sys_days(std::chrono::year(9999) / 12 / 31) + hours(23) + minutes(59) + seconds(59);

/// A calendar day, or nothing for one that no calendar has.
std::optional<sys_days> make_day(unsigned year, unsigned month, unsigned day) {
  const year_month_day date(std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                            std::chrono::day(day));
  if (!date.ok())
    return std::nullopt;
  return sys_days(date);
}

std::optional<sys_days> scan_date(Scanner& in) {
  const auto year = in.digits(4);
  if (!year || !in.skip('-'))
    return std::nullopt;
  const auto month = in.digits(2);
  if (!month || !in.skip('-'))
    return std::nullopt;
  const auto day = in.digits(2);
  if (!day)
    return std::nullopt;
  return make_day(*year, *month, *day);
}

/// "hh:mm:ss". A leap second is told as the second before it: Instant has none, and neither has a registry.
std::optional<seconds> scan_time(Scanner& in) {
  const auto hour = in.digits(2);
  if (!hour || *hour > 23 || !in.skip(':'))
    return std::nullopt;
  const auto minute = in.digits(2);
  if (!minute || *minute > 59 || !in.skip(':'))
    return std::nullopt;
  const auto second = in.digits(2);
  if (!second || *second > 60)
    return std::nullopt;
  return hours(*hour) + minutes(*minute) + seconds(std::min(*second, 59u));
}

/// "Z" or "+hh:mm": what is to be subtracted to get UTC.
std::optional<seconds> scan_offset(Scanner& in) {
  if (in.skip('Z') || in.skip('z'))
    return seconds(0);
  const bool west = in.skip('-');
  if (!west && !in.skip('+'))
    return std::nullopt;
  const auto hour = in.digits(2);
  if (!hour || *hour > 23 || !in.skip(':'))
    return std::nullopt;
  const auto minute = in.digits(2);
  if (!minute || *minute > 59)
    return std::nullopt;
  const seconds offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

std::optional<Instant> scan_rfc3339(Scanner& in) {
  const auto day = scan_date(in);
  if (!day || !(in.skip('T') || in.skip('t') || in.skip(' ')))
    return std::nullopt;
  const auto time = scan_time(in);
  if (!time || (in.skip('.') && !in.skip_digits()))
    return std::nullopt;
  const auto offset = scan_offset(in);
  if (!offset || !in.at_end())
    return std::nullopt;
  const Instant instant = *day + *time - *offset;
  if (instant < k_first || instant > k_last)
    return std::nullopt;
  return instant;
}

constexpr std::array<std::string_view, 12> k_months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> k_days = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};

std::optional<unsigned> scan_month(Scanner& in) {
  for (unsigned i = 0; i < k_months.size(); ++i)
    if (in.skip(k_months[i]))
      return i + 1;
  return std::nullopt;
}

/// Whether a name of a day stands here, long or short. That it is the right one for the date is not asked: a
/// server whose calendar is off by a day still says when to come back.
bool skip_day_name(Scanner& in, bool in_full) {
  return std::any_of(k_days.begin(), k_days.end(),
                     [&](std::string_view name) { return in.skip(in_full ? name : name.substr(0, 3)); });
}

std::optional<Instant> at(unsigned year, unsigned month, unsigned day, seconds time) {
  const auto date = make_day(year, month, day);
  if (!date)
    return std::nullopt;
  return *date + time;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<Instant> scan_imf_fixdate(Scanner in) {
  if (!skip_day_name(in, false) || !in.skip(", "))
    return std::nullopt;
  const auto day = in.digits(2);
  if (!day || !in.skip(' '))
    return std::nullopt;
  const auto month = scan_month(in);
  if (!month || !in.skip(' '))
    return std::nullopt;
  const auto year = in.digits(4);
  if (!year || !in.skip(' '))
    return std::nullopt;
  const auto time = scan_time(in);
  if (!time || !in.skip(" GMT") || !in.at_end())
    return std::nullopt;
  return at(*year, *month, *day, *time);
}

/// "Sunday, 06-Nov-94 08:49:37 GMT". The RFC asks for a pivot that moves with today; a fixed one needs no
/// clock, and is right for every date that a registry can mean.
std::optional<Instant> scan_rfc850(Scanner in) {
  constexpr unsigned k_pivot = 70;
  if (!skip_day_name(in, true) || !in.skip(", "))
    return std::nullopt;
  const auto day = in.digits(2);
  if (!day || !in.skip('-'))
    return std::nullopt;
  const auto month = scan_month(in);
  if (!month || !in.skip('-'))
    return std::nullopt;
  const auto year = in.digits(2);
  if (!year || !in.skip(' '))
    return std::nullopt;
  const auto time = scan_time(in);
  if (!time || !in.skip(" GMT") || !in.at_end())
    return std::nullopt;
  return at(*year + (*year < k_pivot ? 2000 : 1900), *month, *day, *time);
}

/// "Sun Nov  6 08:49:37 1994"
std::optional<Instant> scan_asctime(Scanner in) {
  if (!skip_day_name(in, false) || !in.skip(' '))
    return std::nullopt;
  const auto month = scan_month(in);
  if (!month || !in.skip(' '))
    return std::nullopt;
  const auto day = in.skip(' ') ? in.digits(1) : in.digits(2);
  if (!day || !in.skip(' '))
    return std::nullopt;
  const auto time = scan_time(in);
  if (!time || !in.skip(' '))
    return std::nullopt;
  const auto year = in.digits(4);
  if (!year || !in.at_end())
    return std::nullopt;
  return at(*year, *month, *day, *time);
}

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<Unit, 5> k_units = {{{'w', 604'800}, {'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};

std::optional<seconds> scan_duration(Scanner& in) {
  constexpr std::int64_t k_max = std::numeric_limits<std::int32_t>::max(); // 68 years
  std::int64_t total = 0;
  // Each unit once and the larger first: "30m2h" is more likely a mistake than a wish.
  auto unit = k_units.begin();
  do {
    const auto count = in.number(k_max);
    if (!count)
      return std::nullopt;
    unit = std::find_if(unit, k_units.end(), [&](const Unit& each) { return in.skip(each.letter); });
    if (unit == k_units.end())
      return std::nullopt;
    const auto part = static_cast<std::int64_t>(*count) * unit->seconds;
    if (part > k_max - total)
      return std::nullopt;
    total += part;
    ++unit;
  } while (!in.at_end());
  return seconds(total);
}

} // namespace

std::string format_rfc3339(Instant instant) {
  const Instant bounded = std::clamp(instant, k_first, k_last);
  const auto day = std::chrono::floor<days>(bounded);
  const year_month_day date(day);
  const auto second = (bounded - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600,
                     second / 60 % 60, second % 60);
}

std::string format_date(Instant instant) {
  return format_rfc3339(instant).substr(0, 10);
}

Result<Instant> parse_rfc3339(std::string_view text) {
  Scanner in(text);
  if (const auto instant = scan_rfc3339(in))
    return *instant;
  return Error(ErrorKind::usage, fmt::format("'{}' is no RFC 3339 time", escape_untrusted(text)),
               "write it as 2020-02-20T18:00:00Z, with Z or an offset such as +01:00");
}

Result<Instant> parse_date(std::string_view text) {
  Scanner in(text);
  const auto day = scan_date(in);
  if (day && in.at_end())
    return Instant(*day);
  return Error(ErrorKind::usage, fmt::format("'{}' is no date", escape_untrusted(text)),
               "write it as 2020-02-20");
}

std::optional<Instant> parse_http_date(std::string_view text) {
  const Scanner in(text);
  if (const auto instant = scan_imf_fixdate(in))
    return instant;
  if (const auto instant = scan_rfc850(in))
    return instant;
  return scan_asctime(in);
}

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  Scanner in(text);
  if (const auto duration = scan_duration(in))
    return *duration;
  return Error(ErrorKind::usage, fmt::format("'{}' is no duration", escape_untrusted(text)),
               "write it as 90s, 15m, 2h30m, 35d or 1w, up to 68 years");
}

std::string format_age(std::chrono::seconds age) {
  struct Name {
    std::int64_t seconds;
    std::string_view name;
  };
  constexpr std::array<Name, 3> k_names = {{{86'400, "day"}, {3'600, "hour"}, {60, "minute"}}};
  std::int64_t count = std::max<std::int64_t>(age.count(), 0);
  std::string_view name = "second";
  for (const auto& each : k_names) {
    if (count >= each.seconds) {
      count /= each.seconds;
      name = each.name;
      break;
    }
  }
  return fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
}

} // namespace tagdb::base
