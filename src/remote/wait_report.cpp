#include "wait_report.hpp"

#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagdb::remote {

namespace {

using query::Landing;
using query::LandingState;

std::string name_of(const Landing& landing) {
  return base::escape_untrusted(landing.repository + ":" + landing.tag);
}

std::string revision_of(const std::optional<windows::OsVersion>& revision) {
  return revision ? revision->to_string() : "nothing known";
}

std::string at(const Landing& landing) {
  return landing.at ? " at " + base::format_rfc3339(*landing.at) : std::string();
}

std::string words_of(const Landing& landing) {
  switch (landing.state) {
  case LandingState::landed:
    return fmt::format("landed         {} ({}){}", revision_of(landing.revision),
                       landing.release ? landing.release->to_string() : "", at(landing));
  case LandingState::explicit_only:
    return fmt::format("explicit only  {} ({}): use the tag {}; this one is at {}",
                       revision_of(landing.revision), landing.release ? landing.release->to_string() : "",
                       base::escape_untrusted(landing.explicit_tag), revision_of(landing.points_at));
  case LandingState::not_published:
    return "not published  " + (landing.points_at ? "at " + landing.points_at->to_string()
                                                  : std::string("and the tag itself was never seen"));
  }
  return "";
}

void write_landing(base::JsonWriter& json, const Landing& landing) {
  const auto version = [&](std::string_view key, const std::optional<windows::OsVersion>& value) {
    json.key(key).value(value ? std::optional(value->to_string()) : std::nullopt);
  };
  json.begin_object().member("registry", landing.registry).member("repository", landing.repository);
  json.member("tag", landing.tag);
  json.key("release").value(landing.release ? std::optional(landing.release->to_string()) : std::nullopt);
  json.member("state", query::to_string(landing.state));
  version("revision", landing.revision);
  json.key("at").value(landing.at ? std::optional(base::format_rfc3339(*landing.at)) : std::nullopt);
  json.key("explicitTag");
  if (landing.explicit_tag.empty())
    json.null();
  else
    json.value(landing.explicit_tag);
  version("pointsAt", landing.points_at);
  json.end_object();
}

} // namespace

int exit_code_of(const WaitResult& result) {
  if (result.landed())
    return 0;
  return base::exit_code(result.interrupted ? base::ErrorKind::interrupted : base::ErrorKind::no);
}

std::string wait_document(const WaitResult& result) {
  const auto outcome = result.interrupted ? store::CheckOutcome::interrupted : outcome_of(result.looks);
  // A look that the deadline cut off is no news where the deadline ended the wait.
  const auto told = !result.interrupted && outcome == store::CheckOutcome::interrupted
                        ? store::CheckOutcome::partial
                        : outcome;
  base::JsonWriter json;
  json.begin_object().member("schema", 1).member("asOf", base::format_rfc3339(result.looks.as_of));
  json.member("outcome", store::to_string(told));
  json.key("release").begin_object().member("label", result.release.label.to_string()).key("due");
  json.value(result.release.due ? std::optional(base::format_rfc3339(*result.release.due)) : std::nullopt);
  json.end_object().key("tags").begin_array();
  for (const auto& landing : result.tags)
    write_landing(json, landing);
  json.end_array();
  write_looks(json, result.looks);
  json.end_object();
  return json.text() + "\n";
}

std::string wait_text(const WaitResult& result) {
  std::string text = result.release.label.to_string();
  if (const auto& due = result.release.due)
    text += (*due > result.looks.as_of ? ", due " : ", published ") + base::format_rfc3339(*due);
  text += "\n";
  std::size_t width = 0;
  for (const auto& landing : result.tags)
    width = std::max(width, name_of(landing).size());
  for (const bool landed : {true, false})
    for (const auto& landing : result.tags)
      if ((landing.state == LandingState::landed) == landed)
        text += fmt::format("  {:<{}}  {}\n", name_of(landing), width, words_of(landing));
  return text;
}

std::optional<std::string> unfinished_line(const WaitResult& result) {
  if (result.landed())
    return std::nullopt;
  const auto missing =
      static_cast<std::size_t>(std::count_if(result.tags.begin(), result.tags.end(), [](const auto& landing) {
        return landing.state != LandingState::landed;
      }));
  const std::string what = result.tags.empty()
                               ? result.release.label.to_string() + " was not looked for yet"
                               : fmt::format("{} of {} tags had not landed", missing, result.tags.size());
  return fmt::format("{}: {}; what was seen is recorded in {}, and the same command goes on from there",
                     result.interrupted ? "interrupted" : "the deadline has passed", what,
                     result.looks.database.string());
}

} // namespace tagdb::remote
