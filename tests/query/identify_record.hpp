#pragma once

#include "asking.hpp"
#include "made_image.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query::test {

inline constexpr std::string_view k_day = "2024-06-20T12:00:00Z";

inline std::string apply(std::string_view what, std::string_view created) {
  return fmt::format("Apply image {}@{}", what, created);
}
inline std::string install(std::string_view what, std::string_view created) {
  return fmt::format("Install update {}@{}", what, created);
}

// servercore: one base layer under two revisions, then a new base layer, published alone at first.
inline const MadeImage k_january{
    "10.0.17763.5329",
    {"core base 1", "core update 5329"},
    {apply("1809-RTM-amd64", "2019-05-08T09:00:00Z"), install("1809-amd64", "2024-01-05T01:00:00Z")}};
inline const MadeImage k_february{
    "10.0.17763.5458",
    {"core base 1", "core update 5458"},
    {apply("1809-RTM-amd64", "2019-05-08T09:00:00Z"), install("1809-amd64", "2024-02-09T01:00:00Z")}};
inline const MadeImage k_rebased{
    "10.0.17763.5576", {"core base 2"}, {apply("10.0.17763.5576", "2024-03-08T01:00:00Z")}};
inline const MadeImage k_april{
    "10.0.17763.5696",
    {"core base 2", "core update 5696"},
    {apply("10.0.17763.5576", "2024-03-08T01:00:00Z"), install("10.0.17763.5696", "2024-04-05T01:00:00Z")}};
inline const MadeImage k_nano{
    "10.0.17763.5458", {"nano 5458"}, {apply("10.0.17763.5458", "2024-02-09T02:00:00Z")}};
// Built on February's servercore, and crawled too.
inline const MadeImage k_iis{"10.0.17763.5458",
                             {"core base 1", "core update 5458", "iis"},
                             {apply("1809-RTM-amd64", "2019-05-08T09:00:00Z"),
                              install("1809-amd64", "2024-02-09T01:00:00Z"),
                              "powershell add iis@2024-02-14T10:00:00Z"}};

inline void fill(RecordBuilder& record) {
  record.check("windows/servercore", k_day);
  present(record, "10.0.17763.5329", k_january, k_day);
  present(record, "10.0.17763.5458", k_february, k_day);
  present(record, "1809-KB5034768", k_february, k_day);
  present(record, "10.0.17763.5576", k_rebased, k_day);
  present(record, "10.0.17763.5696", k_april, k_day);
  present(record, "ltsc2019", k_april, k_day);
  record.check("windows/nanoserver", k_day);
  present(record, "10.0.17763.5458", k_nano, k_day);
  record.check("windows/servercore/iis", k_day);
  present(record, "windowsservercore-ltsc2019", k_iis, k_day);
}

inline std::vector<oci::Digest> digests_of(const std::vector<std::string>& words) {
  std::vector<oci::Digest> digests;
  for (const auto& word : words)
    digests.push_back(digest_of(word));
  return digests;
}

/// What `docker inspect` tells of an image built on this one.
inline ImageFacts built_on(const MadeImage& base) {
  ImageFacts facts;
  facts.name = "app:1";
  facts.os = "windows";
  facts.architecture = "amd64";
  facts.os_version = base.os_version;
  facts.diff_ids = digests_of(base.diff_ids);
  facts.diff_ids.push_back(digest_of("app"));
  return facts;
}
inline ImageFacts named_by(const oci::Digest& digest) {
  ImageFacts facts;
  facts.name = "it";
  facts.digests.push_back(digest);
  return facts;
}

inline Identification asked(Record& record, ImageFacts facts) {
  return must(identify(record.reader(), record.scope(), {std::move(facts), {}}));
}
inline base::Error refused(Record& record, ImageFacts facts) {
  auto answer = identify(record.reader(), record.scope(), {std::move(facts), {}});
  if (answer)
    throw std::runtime_error("identified: " + answer->repository);
  return std::move(answer).error();
}

/// "windows/servercore 10.0.17763.5458 diffIds 2"
inline std::string words_of(const Identification& answer) {
  std::string where = answer.repository;
  for (const auto& candidate : answer.candidates)
    where += (where.empty() ? "" : "|") + candidate;
  return fmt::format("{} {} {} {}", where, answer.revision ? answer.revision->to_string() : "-",
                     answer.match ? to_string(*answer.match) : "-",
                     answer.behind ? fmt::format("{}", *answer.behind) : "-");
}
inline std::string codes_of(const Identification& answer) {
  std::string text;
  for (const auto& warning : answer.warnings)
    text += (text.empty() ? "" : " ") + warning.code;
  return text;
}

} // namespace tagdb::query::test
