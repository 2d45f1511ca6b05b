#include "sync_report.hpp"

#include "failure_records.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/cli/print_events.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace tagdb::remote {

namespace {

using store::CheckOutcome;

bool has(const SyncResult& result, CheckOutcome outcome) {
  return std::any_of(result.repositories.begin(), result.repositories.end(),
                     [&](const auto& report) { return report.outcome == outcome; });
}

std::string duration(std::chrono::nanoseconds took) {
  const auto seconds = std::chrono::duration<double>(took).count();
  if (seconds < 100)
    return fmt::format("{:.1f} s", seconds);
  return base::format_age(std::chrono::round<std::chrono::seconds>(took));
}

/// "3 tags", "1 tag".
std::string counted(std::uint64_t number, std::string_view one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string repository_line(const sync::RepositoryReport& report) {
  const auto& counts = report.counts;
  std::string line = report.repository.to_string() + ": ";
  if (report.outcome == CheckOutcome::failed)
    return line + "its tags could not be listed\n";
  line += fmt::format("{} listed, {} asked", counted(counts.listed, "tag"), report.asked);
  if (report.fresh > 0)
    line += fmt::format(", {} new", report.fresh);
  if (report.moved > 0)
    line += fmt::format(", {} moved", report.moved);
  if (counts.failed + counts.known > 0)
    line += fmt::format(", {} failed ({} of them known)", counts.failed + counts.known, counts.known);
  line += fmt::format("; {} fetched, {}, {}, {}", counts.fetched, counted(counts.requests, "request"),
                      base::format_bytes(counts.bytes), duration(report.took));
  if (report.outcome != CheckOutcome::complete)
    line += fmt::format(" ({})", store::to_string(report.outcome));
  return line + "\n";
}

void write_check(base::JsonWriter& json, const std::string& registry, const sync::RepositoryReport& report) {
  const auto& counts = report.counts;
  json.begin_object();
  json.member("repository", report.repository.to_string()).member("registry", registry);
  json.member("checkId", static_cast<std::int64_t>(report.check));
  json.member("outcome", store::to_string(report.outcome));
  json.member("listed", counts.listed).member("asked", report.asked).member("resolved", counts.resolved);
  json.member("fetched", counts.fetched).member("requests", counts.requests).member("bytes", counts.bytes);
  json.member("skipped", counts.skipped).member("failed", counts.failed).member("known", counts.known);
  json.end_object();
}

std::string_view words_for(sync::AskReason reason) {
  switch (reason) {
  case sync::AskReason::fresh:
    return "new";
  case sync::AskReason::floating:
    return "floating";
  case sync::AskReason::incomplete:
    return "incomplete";
  case sync::AskReason::sample:
    return "sample";
  case sync::AskReason::full:
    return "full";
  case sync::AskReason::unlisted:
    return "unlisted";
  }
  return "";
}

constexpr sync::AskReason k_reasons[] = {sync::AskReason::floating,   sync::AskReason::fresh,
                                         sync::AskReason::incomplete, sync::AskReason::sample,
                                         sync::AskReason::full,       sync::AskReason::unlisted};

std::vector<std::string> tags_for(const sync::Plan& plan, sync::AskReason reason) {
  std::vector<std::string> tags;
  for (const auto& ask : plan.asks)
    if (ask.reason == reason)
      tags.push_back(ask.tag);
  return tags;
}

} // namespace

CheckOutcome outcome_of(const SyncResult& result) {
  if (has(result, CheckOutcome::interrupted))
    return CheckOutcome::interrupted;
  const bool failed = has(result, CheckOutcome::failed);
  if (failed && std::all_of(result.repositories.begin(), result.repositories.end(),
                            [](const auto& report) { return report.outcome == CheckOutcome::failed; }))
    return CheckOutcome::failed;
  return failed || has(result, CheckOutcome::partial) ? CheckOutcome::partial : CheckOutcome::complete;
}

int exit_code_of(const SyncResult& result, bool strict) {
  const auto outcome = outcome_of(result);
  if (outcome == CheckOutcome::interrupted)
    return base::exit_code(result.deadline_passed ? base::ErrorKind::partial : base::ErrorKind::interrupted);
  std::uint64_t failures = 0;
  for (const auto& report : result.repositories)
    failures += report.counts.failed + (strict ? report.counts.known : 0);
  const bool done = outcome == CheckOutcome::complete && failures == 0;
  return done ? 0 : base::exit_code(base::ErrorKind::partial);
}

void write_looks(base::JsonWriter& json, const SyncResult& result) {
  json.member("registry", result.registry).key("checks").begin_array();
  for (const auto& report : result.repositories)
    write_check(json, result.registry, report);
  json.end_array().key("events").begin_array();
  for (const auto& event : result.events)
    cli::write_event(json, event);
  json.end_array().key("failures").begin_array();
  for (const auto& report : result.repositories)
    for (const auto& failure : report.failures)
      write_failure(json, failure);
  json.end_array();
}

std::string sync_document(const SyncResult& result) {
  base::JsonWriter json;
  json.begin_object().member("schema", 1).member("asOf", base::format_rfc3339(result.as_of));
  json.member("outcome", store::to_string(outcome_of(result)));
  write_looks(json, result);
  json.end_object();
  return json.text() + "\n";
}

std::string sync_text(const SyncResult& result) {
  std::string text = result.registry + "\n";
  for (const auto& report : result.repositories)
    text += "  " + repository_line(report);
  if (!result.events.empty())
    text += cli::format_events(result.events);
  return text;
}

std::vector<std::string> failure_lines(const SyncResult& result, std::size_t limit) {
  std::vector<std::string> lines;
  std::uint64_t fresh = 0, known = 0;
  for (const auto& report : result.repositories)
    for (const auto& failure : report.failures) {
      // A list that could not be had and ended the command is said as its error.
      if (failure.known)
        ++known;
      else if (++fresh <= limit)
        lines.push_back(failure_line(failure));
    }
  if (fresh > limit)
    lines.push_back(fmt::format("and {} more; all are in the table `failure` of {}", fresh - limit,
                                result.database.string()));
  if (known > 0)
    lines.push_back(fmt::format("{} refused as in an earlier sync: known, and not counted",
                                known == 1 ? "1 thing is" : fmt::format("{} things are", known)));
  return lines;
}

std::optional<std::string> interruption_line(const SyncResult& result) {
  if (outcome_of(result) != CheckOutcome::interrupted)
    return std::nullopt;
  std::string done;
  for (const auto& report : result.repositories)
    done += fmt::format("{}{} of {} in {}", done.empty() ? "" : ", ", report.counts.resolved,
                        counted(report.asked, "tag"), report.repository.to_string());
  return fmt::format(
      "interrupted{}: what was seen ({}) is recorded in {}; the same command goes on from there",
      result.deadline_passed ? " by the deadline" : "", done, result.database.string());
}

std::string plan_document(base::Instant as_of, const std::string& registry,
                          const std::vector<PlannedRepository>& planned) {
  base::JsonWriter json;
  json.begin_object().member("schema", 1).member("asOf", base::format_rfc3339(as_of));
  json.member("dryRun", true).member("registry", registry).key("items").begin_array();
  for (const auto& [repository, plan] : planned) {
    json.begin_object().member("repository", repository.to_string()).member("skipped", plan.skipped);
    json.key("asks").begin_array();
    for (const auto& ask : plan.asks)
      json.begin_object().member("tag", ask.tag).member("reason", words_for(ask.reason)).end_object();
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.text() + "\n";
}

std::string plan_text(const std::string& registry, const std::vector<PlannedRepository>& planned) {
  constexpr std::size_t k_shown = 12;
  std::string text = registry + "\n";
  for (const auto& [repository, plan] : planned) {
    text += fmt::format("  {}: would ask for {}, {} not due\n", repository.to_string(),
                        counted(plan.asks.size(), "tag"), plan.skipped);
    for (const auto reason : k_reasons) {
      auto tags = tags_for(plan, reason);
      if (tags.empty())
        continue;
      const auto number = tags.size();
      tags.resize(std::min(number, k_shown));
      text += fmt::format("    {:<10} {:>6}  {}{}\n", words_for(reason), number, base::join(tags, " "),
                          number > k_shown ? " ..." : "");
    }
  }
  return text;
}

} // namespace tagdb::remote
