#include "status_print.hpp"

#include "documents.hpp"
#include "open_database.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>

namespace tagdb::cli {

namespace {

std::string ago(const query::Freshness& freshness) {
  if (!freshness.last_complete)
    return "never checked completely";
  return "checked " + base::format_rfc3339(*freshness.last_complete) + ", " +
         base::format_age(*freshness.age) + " ago";
}

std::string repository_line(const query::RepositoryStatus& repository) {
  std::string line = ago(repository.freshness);
  if (!repository.complete() && repository.last_check)
    line += "; the check of " + base::format_rfc3339(*repository.last_check) + " was " +
            std::string(store::to_string(repository.outcome));
  return line + (repository.freshness.stale ? "; stale" : "");
}

/// "2020-03B, due 2020-03-10T17:00:00Z: there at 3 of 4 tags"
std::string due_line(const query::Status& status) {
  std::size_t landed = 0, asked = 0;
  for (const auto& version : status.versions) {
    asked += version.landed.has_value() ? 1 : 0;
    landed += version.landed.value_or(false) ? 1 : 0;
  }
  std::string line =
      status.due->label.to_string() + ", due since " + base::format_rfc3339(status.due->instant);
  if (asked == 0)
    return line;
  if (landed == asked)
    return line + ": landed everywhere";
  return line + ": landed at " + std::to_string(landed) + " of " + std::to_string(asked) + " tags";
}

std::string support_words(const query::VersionStatus& version) {
  if (!version.support)
    return "";
  const auto& support = *version.support;
  std::string words(windows::to_string(support.phase));
  const auto end =
      support.phase == windows::SupportPhase::mainstream ? support.mainstream_end : version.support_end;
  return end ? words + " until " + windows::format_day(*end) : words;
}

std::string versions_table(const query::Status& status, bool bold) {
  std::vector<std::vector<std::string>> rows{
      {"TAG", "REVISION", "KB", "RELEASE", "STATE", "NEWEST", "BEHIND", "SUPPORT"}};
  for (const auto& version : status.versions) {
    const auto& truth = version.truth;
    const bool newer = truth.newest && *truth.revision < *truth.newest;
    rows.push_back({base::escape_untrusted(repository_for_people(version.registry, version.repository) + ":" +
                                           truth.tag.name),
                    truth.revision->to_string(), truth.kb ? truth.kb->to_string() : "",
                    version.release ? version.release->label.to_string() : "",
                    std::string(query::to_string(version.state)), newer ? truth.newest->to_string() : "",
                    version.behind > 0 ? std::to_string(version.behind) : "", support_words(version)});
  }
  return table(rows, bold);
}

void write_version(base::JsonWriter& json, const query::VersionStatus& version) {
  const auto& truth = version.truth;
  json.begin_object();
  json.member("repository", version.repository).member("registry", version.registry);
  json.member("floatingTag", truth.tag.name);
  write_text(json, "revision", truth.revision);
  write_text(json, "kb", truth.kb);
  write_text(json, "digest", truth.digest);
  write_release(json, version.release);
  write_text(json, "newestRevision", truth.newest);
  write_known(json, "newestTag", truth.newest_tag);
  json.member("state", query::to_string(version.state));
  write_instant(json, "since", truth.since);
  json.member("behind", static_cast<std::uint64_t>(version.behind));
  json.member("landed", version.landed);
  write_known(json, "product", version.support ? version.support->product : std::string());
  write_support(json, version.support);
  json.end_object();
}

void write_repository(base::JsonWriter& json, const query::RepositoryStatus& repository) {
  json.begin_object();
  json.member("repository", repository.repository).member("registry", repository.registry);
  write_instant(json, "lastComplete", repository.freshness.last_complete);
  json.key("age");
  if (repository.freshness.age)
    json.value(static_cast<std::int64_t>(repository.freshness.age->count()));
  else
    json.null();
  json.member("complete", repository.complete()).member("stale", repository.freshness.stale);
  write_known(json, "reason", repository.freshness.reason);
  write_instant(json, "lastCheck", repository.last_check);
  write_known(json, "outcome",
              repository.last_check ? store::to_string(repository.outcome) : std::string_view());
  json.end_object();
}

void write_warning(base::JsonWriter& json, const query::Warning& warning) {
  json.begin_object().member("code", warning.code).member("message", warning.message).end_object();
}

/// What is amiss everywhere, stale data first.
std::vector<query::Warning> all_warnings(const query::Status& status) {
  std::vector<query::Warning> all;
  for (const auto& repository : status.repositories)
    if (repository.freshness.stale)
      all.push_back({"stale", repository_for_people(repository.registry, repository.repository) +
                                  " is stale: " + repository.freshness.reason});
  all.insert(all.end(), status.warnings.begin(), status.warnings.end());
  for (const auto& version : status.versions)
    all.insert(all.end(), version.warnings.begin(), version.warnings.end());
  return all;
}

} // namespace

std::string status_document(const query::Status& status) {
  base::JsonWriter json;
  begin_document(json, status.as_of);
  json.key("age");
  if (const auto age = status.age())
    json.value(static_cast<std::int64_t>(age->count()));
  else
    json.null();
  json.member("complete", status.complete()).member("stale", status.stale());
  json.member("behind", static_cast<std::uint64_t>(status.behind()));
  write_known(json, "dueRelease", status.due ? status.due->label.to_string() : std::string());
  write_instant(json, "dueSince", status.due ? std::optional(status.due->instant) : std::nullopt);
  write_instant(json, "nextRelease", status.next ? std::optional(status.next->instant) : std::nullopt);
  write_known(json, "nextLabel", status.next ? status.next->label.to_string() : std::string());
  json.key("repositories").begin_array();
  for (const auto& repository : status.repositories)
    write_repository(json, repository);
  json.end_array().key("versions").begin_array();
  for (const auto& version : status.versions)
    write_version(json, version);
  json.end_array().key("warnings").begin_array();
  for (const auto& warning : all_warnings(status))
    write_warning(json, warning);
  json.end_array().end_object();
  return json.text() + "\n";
}

std::string status_text(const query::Status& status, bool bold) {
  std::vector<std::vector<std::string>> head;
  for (const auto& repository : status.repositories)
    head.push_back({base::escape_untrusted(repository_for_people(repository.registry, repository.repository)),
                    repository_line(repository)});
  if (status.due)
    head.push_back({"release", due_line(status)});
  if (status.next)
    head.push_back(
        {"next", status.next->label.to_string() + ", due " + base::format_rfc3339(status.next->instant)});
  std::string text = table(head, false);
  if (!status.versions.empty())
    text += "\n" + versions_table(status, bold);
  std::string lines;
  for (const auto& warning : all_warnings(status))
    if (warning.code != "stale") // said above, and again where it ends the command
      lines += "! " + warning.message + "\n";
  if (!lines.empty())
    text += "\n" + lines;
  if (status.ended > 0)
    text += "\nLeft out: " + std::to_string(status.ended) + " floating tag" + (status.ended == 1 ? "" : "s") +
            " of products whose support has ended.\n";
  return text;
}

} // namespace tagdb::cli
