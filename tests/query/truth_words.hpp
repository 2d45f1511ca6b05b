#pragma once

#include "asking.hpp"
#include <tagdb/query/history.hpp>
#include <tagdb/query/truth.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query::test {

// Not inline: other headers of these tests have images of the same names.
const TestImage k_march("10.0.17763.7009", "2025-03-06T02:00:00Z");
const TestImage k_april("10.0.17763.7136", "2025-04-03T02:00:00Z");
const TestImage k_repaired("10.0.17763.7249", "2025-04-12T02:00:00Z");
const TestImage k_march_2025("10.0.26100.3476", "2025-03-06T02:00:00Z");
const TestImage k_april_2025("10.0.26100.3775", "2025-04-03T02:00:00Z");
const TestImage k_oob_2025("10.0.26100.3781", "2025-04-12T02:00:00Z");

constexpr const char* k_core = "windows/servercore";
constexpr const char* k_nano = "windows/nanoserver";

/// April 2025 as a daily crawl saw it: facts of microsoft/Windows-Containers#583.
inline void april(RecordBuilder& record) {
  // Before.
  record.check(k_core, "2025-04-01T12:00:00Z")
      .present({"ltsc2019", "1809", "10.0.17763.7009", "1809-KB5053596"}, k_march)
      .present({"ltsc2025", "10.0.26100.3476"}, k_march_2025);
  record.check(k_nano, "2025-04-01T12:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, k_march);
  // Patch Tuesday: everything moves.
  record.check(k_core, "2025-04-08T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_april)
      .present("ltsc2025", k_april_2025)
      .at("2025-04-08T20:00:07Z")
      .present({"10.0.17763.7136", "1809-KB5055519"}, k_april)
      .present("10.0.26100.3775", k_april_2025);
  record.check(k_nano, "2025-04-08T20:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7136"}, k_april);
  // A day later the floating tags are back, and the explicit ones are not.
  record.check(k_core, "2025-04-09T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_march)
      .present("ltsc2025", k_march_2025);
  record.check(k_nano, "2025-04-09T20:05:00Z").present({"ltsc2019", "1809"}, k_march);
  // The out-of-band images: first only by explicit tag.
  record.check(k_core, "2025-04-16T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_march)
      .present("ltsc2025", k_march_2025)
      .present({"10.0.17763.7249", "1809-KB5059091"}, k_repaired)
      .present("10.0.26100.3781", k_oob_2025);
  record.check(k_nano, "2025-04-17T20:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7249"}, k_repaired);
  record.check(k_core, "2025-04-23T20:00:00Z")
      .present({"ltsc2019", "1809"}, k_repaired)
      .present("ltsc2025", k_march_2025);
}

inline std::vector<Change> changes_of(const store::Reader& reader,
                                      const std::string& architecture = "amd64") {
  return must(changes(reader, Scope{t("2026-11-20"), std::nullopt, architecture}, {}));
}

/// "16T20:00:00 servercore:ltsc2019 lag 7009>7249 use 10.0.17763.7249": floating tags only.
inline std::string line_of(const Change& change) {
  const auto& event = change.event;
  const auto side = [](const std::optional<EventSide>& one) {
    return !one ? std::string("0") : one->revision ? std::to_string(one->revision->revision()) : "?";
  };
  std::string line = base::format_rfc3339(event.at).substr(8, 11) + " " +
                     change.repository.substr(change.repository.find('/') + 1) + ":" + change.tag + " " +
                     std::string(to_string(event.kind)) + " " + side(event.from) + ">" + side(event.to);
  if (!event.other.empty())
    line += " other " + event.other;
  if (!event.use.empty())
    line += " use " + event.use;
  return line;
}

inline std::vector<std::string> lines_of(const std::vector<Change>& changes) {
  std::vector<std::string> lines;
  for (const auto& change : changes)
    if (windows::parse_tag_name(change.tag).kind == windows::TagKind::floating)
      lines.push_back(line_of(change));
  return lines;
}

inline store::RepositoryRecord repository_of(const store::Reader& reader, std::string_view name = k_core) {
  for (auto& repository : must(reader.repositories()))
    if (repository.name == name)
      return repository;
  throw std::runtime_error("not crawled");
}

/// "lag 7009<7249 by 10.0.17763.7249 since 2025-04-16"; empty for none.
inline std::string words_of(const std::optional<FloatingTruth>& truth) {
  if (!truth)
    return "";
  std::string words =
      std::string(to_string(truth->state)) + " " + std::to_string(truth->revision->revision());
  if (truth->newest)
    words += "<" + std::to_string(truth->newest->revision()) + " by " + truth->newest_tag;
  if (truth->since)
    words += " since " + base::format_rfc3339(*truth->since).substr(0, 13);
  return words;
}

inline std::string truth_at(const store::Reader& reader, std::string_view tag, std::string_view at,
                            std::string_view repository = k_core, const std::string& architecture = "amd64") {
  const auto record = repository_of(reader, repository);
  const auto found = must(reader.find_tag(record.id, tag));
  const Scope scope{t("2026-11-20"), std::nullopt, architecture};
  return words_of(must(truth_of(reader, record, *found, scope, t(at))));
}

} // namespace tagdb::query::test
