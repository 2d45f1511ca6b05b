#include "documents.hpp"
#include "table.hpp"
#include <tagdb/cli/print_calendar.hpp>

#include <array>

namespace tagdb::cli {

namespace {

constexpr std::string_view k_estimate =
    "The Marketplace date is an estimate: five working days later, holidays not counted. Until then host "
    "images there carry the base images of the release before.";
constexpr std::size_t k_width = 100;

std::string weekday(windows::Date date) {
  constexpr std::array<std::string_view, 7> k_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  return std::string(k_names[std::chrono::weekday(date).c_encoding()]);
}

/// How Redmond's clock shows the instant: the zone's name is data, and so is its distance from UTC.
std::string in_redmond(const windows::ReleaseDay& day) {
  const auto offset = std::chrono::hours(day.zone == "PDT" ? -7 : -8);
  const auto local = base::format_rfc3339(day.publishes + offset);
  return local.substr(11, 5) + " " + day.zone;
}

std::string note_of(const CalendarDay& line) {
  std::string note = line.released == false ? "no images" : "";
  for (const auto& other : line.others)
    note += (note.empty() ? "" : "; ") + std::string(line.released == false ? "" : "also ") +
            other.label.to_string() + " on " + windows::format_day(other.date);
  return note;
}

} // namespace

std::string calendar_text(const std::vector<CalendarDay>& days, base::Instant now, bool bold) {
  std::vector<std::vector<std::string>> rows{
      {"RELEASE", "PATCH TUESDAY", "PUBLISHED (UTC)", "IN REDMOND", "MARKETPLACE (EST.)", "IMAGES"}};
  for (const auto& line : days) {
    const auto& day = line.day;
    rows.push_back({day.label.to_string(), weekday(day.date) + " " + windows::format_day(day.date),
                    base::format_rfc3339(day.publishes), in_redmond(day),
                    weekday(day.marketplace) + " " + windows::format_day(day.marketplace), note_of(line)});
  }
  std::string text = table(rows, bold);
  if (days.size() == 1) {
    const auto& only = days.front().day;
    text += "\n" + std::string(only.publishes > now ? "in " : "") +
            base::format_age(only.publishes > now ? only.publishes - now : now - only.publishes) +
            (only.publishes > now ? "" : " ago") + "\n";
  }
  return text + "\n" + wrapped(k_estimate, k_width, 0) + "\n";
}

std::string calendar_document(const std::vector<CalendarDay>& days, base::Instant now) {
  base::JsonWriter json;
  begin_document(json, now);
  json.key("items").begin_array();
  for (const auto& line : days) {
    const auto& day = line.day;
    const auto date = windows::format_day(day.date);
    json.begin_object().member("month", date.substr(0, std::string_view("2020-02").size()));
    json.member("label", day.label.to_string()).member("date", date);
    json.member("publishes", base::format_rfc3339(day.publishes)).member("zone", day.zone);
    json.member("marketplace", windows::format_day(day.marketplace)).member("marketplaceEstimated", true);
    json.member("released", line.released);
    json.key("others").begin_array();
    for (const auto& other : line.others)
      json.begin_object()
          .member("label", other.label.to_string())
          .member("date", windows::format_day(other.date))
          .member("publishes", base::format_rfc3339(other.instant))
          .end_object();
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.text() + "\n";
}

} // namespace tagdb::cli
