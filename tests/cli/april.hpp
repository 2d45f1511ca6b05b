#pragma once

#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"

#include <filesystem>
#include <string_view>

namespace tagdb::test {

/// April 2025 as a daily crawl saw it (microsoft/Windows-Containers#583,
/// docker-library/official-images#18884): the floating tags of Windows Server 2019 go to April's images, back
/// to March's within a day, and on to the out-of-band image a week (nanoserver) or two (servercore) later;
/// ltsc2025 stays on March's. The explicit tags are right all along.
inline void record_april(const std::filesystem::path& path) {
  const TestImage march("10.0.17763.7009", "2025-03-06T02:00:00Z");
  const TestImage april("10.0.17763.7136", "2025-04-03T02:00:00Z");
  const TestImage repaired("10.0.17763.7249", "2025-04-12T02:00:00Z");
  const TestImage march_2025("10.0.26100.3476", "2025-03-06T02:00:00Z");
  const TestImage april_2025("10.0.26100.3775", "2025-04-03T02:00:00Z");
  const TestImage repaired_2025("10.0.26100.3781", "2025-04-12T02:00:00Z");
  const TestImage ended("10.0.19042.1889", "2022-08-04T02:00:00Z");

  const ManualClock clock;
  RecordBuilder record(path, clock);
  const auto core = [&](std::string_view at) -> RecordBuilder& {
    return record.check("windows/servercore", at).present("20H2", ended);
  };
  const auto nano = [&](std::string_view at) -> RecordBuilder& {
    return record.check("windows/nanoserver", at);
  };
  core("2025-04-01T12:00:00Z")
      .present({"ltsc2019", "1809", "10.0.17763.7009", "1809-KB5053596"}, march)
      .present({"ltsc2025", "10.0.26100.3476", "ltsc2025-KB5053598"}, march_2025);
  nano("2025-04-01T12:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, march);
  core("2025-04-08T20:00:00Z")
      .present({"ltsc2019", "1809"}, april)
      .present("ltsc2025", march_2025)
      .at("2025-04-08T20:00:07Z")
      .present({"10.0.17763.7136", "1809-KB5055519"}, april)
      .present({"10.0.26100.3775", "ltsc2025-KB5055523"}, april_2025);
  nano("2025-04-08T20:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7136"}, april);
  core("2025-04-09T20:00:00Z").present({"ltsc2019", "1809"}, march).present("ltsc2025", march_2025);
  nano("2025-04-09T20:05:00Z").present({"ltsc2019", "1809"}, march);
  core("2025-04-16T20:00:00Z")
      .present({"ltsc2019", "1809"}, march)
      .present("ltsc2025", march_2025)
      .present({"10.0.17763.7249", "1809-KB5059091"}, repaired)
      .present({"10.0.26100.3781", "ltsc2025-KB5059087"}, repaired_2025);
  nano("2025-04-17T20:05:00Z").present({"ltsc2019", "1809", "10.0.17763.7249"}, repaired);
  core("2025-04-23T20:00:00Z").present({"ltsc2019", "1809"}, repaired).present("ltsc2025", march_2025);
  record.close();
}

/// Hours after the last check of record_april.
inline base::Instant after_april() {
  return instant("2025-04-24T06:00:00Z");
}

} // namespace tagdb::test
