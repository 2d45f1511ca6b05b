#include <tagdb/report/prometheus.hpp>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace tagdb::report {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

/// Inside the quotes of a label: backslash, quote and line feed (exposition format, "escaping").
std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"')
      text += '\\';
    text += c;
  }
  return text;
}

std::int64_t seconds(base::Instant at) {
  return at.time_since_epoch().count();
}

/// One metric with its series. Without any it is left out: a TYPE alone says nothing.
class Gauge {
 public:
  Gauge(std::string_view name, std::string_view help) : m_name(name), m_help(help) {}

  void add(const Labels& labels, std::int64_t value) {
    m_series += m_name;
    for (const auto& label : labels) {
      m_series += &label == &labels.front() ? "{" : ",";
      m_series.append(label.first).append("=\"").append(escaped(label.second)).append("\"");
    }
    m_series += (labels.empty() ? " " : "} ") + std::to_string(value) + "\n";
  }

  std::string text() const {
    if (m_series.empty())
      return {};
    return "# HELP " + m_name + " " + std::string(m_help) + "\n# TYPE " + m_name + " gauge\n" + m_series;
  }

 private:
  std::string m_name;
  std::string_view m_help;
  std::string m_series;
};

std::string of_repositories(const query::Status& status) {
  Gauge last("tagdb_last_complete_check_timestamp_seconds",
             "When the last complete check of the repository began.");
  Gauge complete("tagdb_data_complete", "Whether the newest check of the repository was complete.");
  Gauge stale("tagdb_data_stale",
              "Whether the data is too old, or from before a release that has been due for three days.");
  for (const auto& repository : status.repositories) {
    const Labels labels{{"registry", repository.registry}, {"repository", repository.repository}};
    if (repository.freshness.last_complete)
      last.add(labels, seconds(*repository.freshness.last_complete));
    complete.add(labels, repository.complete() ? 1 : 0);
    stale.add(labels, repository.freshness.stale ? 1 : 0);
  }
  return last.text() + complete.text() + stale.text();
}

std::string of_versions(const query::Status& status) {
  using query::VersionState;
  Gauge state("tagdb_floating_tag_state", "1 for the state that the floating tag is in.");
  Gauge info("tagdb_floating_tag_info", "What the floating tag points at, and the newest explicit tag.");
  Gauge behind("tagdb_releases_behind", "Releases of its build that are newer than what the tag points at.");
  Gauge landed("tagdb_release_landed", "Whether the release that is due is there at the tag.");
  Gauge end("tagdb_support_end_timestamp_seconds", "The end of the product's last supported day, UTC.");
  for (const auto& version : status.versions) {
    const Labels labels{
        {"registry", version.registry}, {"repository", version.repository}, {"tag", version.truth.tag.name}};
    const auto with = [&](Labels more) {
      more.insert(more.begin(), labels.begin(), labels.end());
      return more;
    };
    for (const auto each :
         {VersionState::current, VersionState::lag, VersionState::rollback, VersionState::pending})
      state.add(with({{"state", std::string(query::to_string(each))}}), version.state == each ? 1 : 0);
    const auto& newest = version.truth.newest;
    info.add(with({{"revision", version.truth.revision ? version.truth.revision->to_string() : ""},
                   {"newest_revision", newest ? newest->to_string() : ""},
                   {"newest_tag", version.truth.newest_tag}}),
             1);
    behind.add(labels, static_cast<std::int64_t>(version.behind));
    if (version.landed)
      landed.add(labels, *version.landed ? 1 : 0);
    if (version.support && version.support_end)
      end.add(with({{"product", version.support->product}}),
              seconds(*version.support_end + std::chrono::days(1)));
  }
  return state.text() + info.text() + behind.text() + landed.text() + end.text();
}

/// Without the release's label: a label that changes every month would make a new series of it.
std::string of_release(std::string_view name, std::string_view help,
                       const std::optional<windows::ReleaseInstant>& release) {
  Gauge gauge(name, help);
  if (release)
    gauge.add({}, seconds(release->instant));
  return gauge.text();
}

std::int64_t troubles(const query::Status& status) {
  auto count = static_cast<std::int64_t>(status.warnings.size());
  for (const auto& version : status.versions)
    count += std::count_if(version.warnings.begin(), version.warnings.end(),
                           [](const auto& warning) { return warning.code != "endOfSupport"; });
  return count;
}

} // namespace

std::string prometheus(const query::Status& status) {
  Gauge written("tagdb_status_timestamp_seconds", "When this status was written.");
  written.add({}, seconds(status.as_of));
  Gauge trouble("tagdb_floating_tags_in_trouble",
                "Warnings about floating tags: lag, rollback, differing aliases, vanished, and the like.");
  trouble.add({}, troubles(status));
  return written.text() + of_repositories(status) + of_versions(status) + trouble.text() +
         of_release("tagdb_due_release_timestamp_seconds", "When the last B release became due.",
                    status.due) +
         of_release("tagdb_next_release_timestamp_seconds", "When the next B release is due.", status.next);
}

} // namespace tagdb::report
