#pragma once

#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"

#include <filesystem>

namespace tagdb::test {

/// February 2020 as three checks saw it: the out-of-band image of the 18th, the march image after it, a tag
/// that cannot be had, and a second repository with two architectures.
inline void record_february(const std::filesystem::path& path) {
  const TestImage january("10.0.17763.973", "2020-01-10T02:00:00Z");
  const TestImage february("10.0.17763.1040", "2020-02-14T02:38:03Z");
  const TestImage march("10.0.17763.1098", "2020-03-06T03:00:00Z");
  const TestImage older("10.0.14393.3504", "2020-02-07T02:00:00Z");
  TestImage nano("10.0.17763.1040", "2020-02-14T04:00:00Z", "nano");
  nano.add("arm");

  const ManualClock clock;
  RecordBuilder record(path, clock);
  const auto core = [&](std::string_view at) -> RecordBuilder& {
    return record.check("windows/servercore", at)
        .present({"10.0.17763.973", "1809-KB4534273"}, january)
        .present({"ltsc2016", "10.0.14393.3504", "1607-KB4537764"}, older)
        .unpullable("10.0.17763.1039");
  };
  core("2020-02-13T02:11:09Z").present({"ltsc2019", "1809"}, january).present_bare("1809-amd64", january);
  core("2020-02-19T02:11:09Z")
      .present({"ltsc2019", "1809", "10.0.17763.1040", "1809-KB4546852"}, february)
      .present_bare("1809-amd64", february);
  core("2020-02-25T18:05:40Z")
      .present({"ltsc2019", "1809", "10.0.17763.1040", "1809-KB4546852"}, february)
      .present_bare("1809-amd64", february);
  core("2020-03-10T18:20:11Z")
      .present({"10.0.17763.1040", "1809-KB4546852"}, february)
      .present({"ltsc2019", "10.0.17763.1098", "1809-KB4538461"}, march)
      .present("1809", TestImage(march).relisted())
      .present_bare("1809-amd64", march);
  record.check("windows/nanoserver", "2020-03-10T18:25:00Z")
      .present({"1809", "10.0.17763.1040", "1809-KB4546852"}, nano);
  record.close();
}

/// Two days after the last check of record_february.
inline base::Instant after_february() {
  return instant("2020-03-12T06:00:00Z");
}

} // namespace tagdb::test
