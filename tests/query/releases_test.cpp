#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/releases.hpp>

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

std::chrono::year_month month(int year, unsigned number) {
  return std::chrono::year(year) / std::chrono::month(number);
}

ReleaseBound label(std::string_view text) {
  return must(windows::ReleaseLabel::parse(text));
}

const store::Reader& reference() {
  static const store::Reader reader = must(store::Reader::built_in());
  return reader;
}

base::Result<Releases> ask(const store::Reader& reader, ReleasesOptions options,
                           std::string_view now = "2026-11-20", std::string architecture = "amd64") {
  return releases(reader, Scope{t(now), std::nullopt, std::move(architecture)}, options);
}

ReleasesOptions range(ReleaseBound from, ReleaseBound to) {
  return {.repository = {}, .from = from, .to = to, .build = {}};
}

ReleasesOptions of_repository(std::string_view name, ReleaseBound from, ReleaseBound to) {
  auto options = range(from, to);
  options.repository = must(oci::RepositoryName::parse(name));
  return options;
}

std::string cell_of(const Releases& answer, std::size_t row, std::size_t column) {
  for (const auto& cell : answer.cells)
    if (cell.row == row && cell.column == column) {
      if (!cell.revision)
        return cell.end_of_support ? "end of support" : "nothing";
      return cell.revision->to_string() + (cell.kb ? " (" + cell.kb->to_string() + ")" : "");
    }
  return "";
}

/// "2020-01B 2020-02B"
std::string columns_of(const Releases& answer) {
  std::string text;
  for (const auto& column : answer.columns)
    text += (text.empty() ? "" : " ") + column.label.to_string();
  return text;
}

/// "ltsc2019 1809"
std::string rows_of(const Releases& answer) {
  std::string text;
  for (const auto& row : answer.rows)
    text += (text.empty() ? "" : " ") + row.floating_tag;
  return text;
}

/// One row: "2020-01B 10.0.17763.973 (KB4534273) | …", where it has cells.
std::string row_of(const Releases& answer, std::string_view tag) {
  std::string text;
  for (std::size_t row = 0; row < answer.rows.size(); ++row)
    for (std::size_t column = 0; answer.rows[row].floating_tag == tag && column < answer.columns.size();
         ++column)
      if (const auto cell = cell_of(answer, row, column); !cell.empty())
        text += (text.empty() ? "" : " | ") + answer.columns[column].label.to_string() + " " + cell;
  return text;
}

const ReleasesCell& cell_at(const Releases& answer, std::string_view tag, std::string_view label_text) {
  for (const auto& cell : answer.cells)
    if (answer.rows[cell.row].floating_tag == tag &&
        answer.columns[cell.column].label.to_string() == label_text)
      return cell;
  throw std::runtime_error("no cell " + std::string(tag) + " " + std::string(label_text));
}

} // namespace

TEST_CASE("the documentation's table of early 2020, row by row") {
  const auto answer = must(ask(reference(), range(month(2020, 1), month(2020, 3))));
  struct Row {
    const char *name, *tag, *first, *second, *third;
  };
  const Row rows[] = {
      {"Windows Server 2016", "ltsc2016", "10.0.14393.3443 (KB4534271)", "10.0.14393.3506 (KB4546850)",
       "10.0.14393.3568 (KB4551573)"},
      {"Windows Server, version 1803", "1803", "10.0.17134.1246 (KB4534293)", "10.0.17134.1305 (KB4546851)",
       "end of support"},
      {"Windows Server, version 1809", "1809", "10.0.17763.973 (KB4534273)", "10.0.17763.1040 (KB4546852)",
       "10.0.17763.1098 (KB4538461)"},
      {"Windows Server 2019", "ltsc2019", "10.0.17763.973 (KB4534273)", "10.0.17763.1040 (KB4546852)",
       "10.0.17763.1098 (KB4538461)"},
      {"Windows Server, version 1903", "1903", "10.0.18362.592 (KB4528760)", "10.0.18362.658 (KB4546853)",
       "10.0.18362.719 (KB4540673)"},
      {"Windows Server, version 1909", "1909", "10.0.18363.592 (KB4528760)", "10.0.18363.658 (KB4546853)",
       "10.0.18363.719 (KB4540673)"},
  };
  CHECK(rows_of(answer) == "1607 ltsc2016 1803 1809 ltsc2019 1903 1909");
  CHECK(columns_of(answer) == "2020-01B 2020-02B 2020-03B 2020-03 OOB");
  REQUIRE(answer.columns.size() == 4);
  CHECK(windows::format_day(*answer.columns[0].published) == "2020-01-14");
  CHECK(windows::format_day(*answer.columns[1].published) == "2020-02-18"); // not the superseded 11th
  CHECK(windows::format_day(*answer.columns[2].published) == "2020-03-10");
  for (const auto& row : rows) {
    INFO(row.tag);
    const auto at =
        static_cast<std::size_t>(std::find_if(answer.rows.begin(), answer.rows.end(),
                                              [&](const auto& one) { return one.floating_tag == row.tag; }) -
                                 answer.rows.begin());
    REQUIRE(at < answer.rows.size());
    CHECK(answer.rows[at].name == row.name);
    CHECK(cell_of(answer, at, 0) == row.first);
    CHECK(cell_of(answer, at, 1) == row.second);
    CHECK(cell_of(answer, at, 2) == row.third);
  }
  CHECK(cell_at(answer, "1903", "2020-03 OOB").kb == cell_at(answer, "1909", "2020-03 OOB").kb);
  const auto& february = cell_at(answer, "ltsc2019", "2020-02B");
  REQUIRE(february.release);
  CHECK(february.release->out_of_band);
  CHECK(february.evidence == EvidenceLevel::reference);
  CHECK(answer.rows[3].support.product == "Windows Server 2019");
  CHECK(answer.rows[3].support.phase == windows::SupportPhase::extended);
}

TEST_CASE("which columns and rows there are") {
  struct Case {
    const char* name;
    ReleasesOptions options;
    const char *columns, *rows;
  };
  const auto with_build = [](ReleasesOptions options, std::uint32_t build) {
    options.build = build;
    return options;
  };
  const Case cases[] = {
      {"2017-02 had no B", range(month(2017, 1), month(2017, 3)), "2017-01B 2017-03B", "1607 ltsc2016"},
      {"2018-01 came early, out of band", range(month(2018, 1), month(2018, 1)), "2018-01 OOB",
       "1607 ltsc2016 1709"},
      {"what came in the next month keeps its label", range(month(2018, 10), month(2018, 10)),
       "2018-10B 2018-10D", "1607 ltsc2016 1709 1803 1809 ltsc2019"},
      {"an OOB before its month's B", range(month(2021, 7), month(2021, 7)), "2021-07 OOB 2021-07B",
       "1607 ltsc2016 1809 ltsc2019 2004 20H2"},
      {"from one release to another", range(label("2020-02B"), label("2020-03B")), "2020-02B 2020-03B",
       "1607 ltsc2016 1803 1809 ltsc2019 1903 1909"},
      {"from a release on", range(label("2020-03 OOB"), month(2020, 3)), "2020-03 OOB", ""},
      {"from a B that was never released", range(label("2017-02B"), month(2017, 3)), "2017-03B",
       "1607 ltsc2016"},
      {"one build, still supported", with_build(range(month(2020, 2), month(2020, 3)), 18363),
       "2020-02B 2020-03B 2020-03 OOB", "1909"},
      {"one build, after its end", with_build(range(month(2020, 3), month(2020, 4)), 17134),
       "2020-03B 2020-04B", "1803"},
      {"one build, before its time", with_build(range(month(2020, 3), month(2020, 4)), 26100), "", ""},
      {"nothing is known of the time", range(month(2015, 1), month(2015, 12)), "", ""},
      {"nanoserver has tags of its own", of_repository("nanoserver", month(2018, 9), month(2018, 9)),
       "2018-09B", "sac2016 1709 1803"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto answer = must(ask(reference(), each.options));
    CHECK(columns_of(answer) == each.columns);
    if (*each.rows != '\0' || answer.columns.empty())
      CHECK(rows_of(answer) == each.rows);
  }
}

TEST_CASE("the end of support fills only a place without a release") {
  const auto answer = must(ask(reference(), range(month(2019, 10), month(2020, 4))));
  CHECK(row_of(answer, "1803") ==
        "2019-10B 10.0.17134.1069 (KB4520008) | 2019-11B 10.0.17134.1130 (KB4525237) | "
        "2019-12B 10.0.17134.1184 (KB4530717) | 2020-01B 10.0.17134.1246 (KB4534293) | "
        "2020-02B 10.0.17134.1305 (KB4546851) | 2020-03B end of support | 2020-03 OOB end of support | "
        "2020-04B end of support");
  CHECK_FALSE(cell_at(answer, "1803", "2020-02B").end_of_support);
  CHECK_FALSE(cell_at(answer, "1803", "2020-03B").revision);
}

TEST_CASE("Nano Server 2016 ended long before the other images of its build") {
  const auto answer =
      must(ask(reference(), of_repository("windows/nanoserver", month(2018, 9), month(2018, 11))));
  const auto row = row_of(answer, "sac2016");
  CHECK_THAT(row, Contains("2018-09B 10.0.14393."));
  CHECK_THAT(row, Contains("2018-11B end of support"));
}

TEST_CASE("what was crawled is observed, and what the reference lacks is derived") {
  const Record record([](RecordBuilder& builder) {
    const TestImage march("10.0.17763.1098", "2020-03-06T03:00:00Z");
    const TestImage february("10.0.17763.1040", "2020-02-14T02:38:03Z");
    const TestImage next("10.0.26100.40000", "2026-11-04T02:00:00Z");
    builder.check("windows/servercore", "2026-11-08T12:00:00Z")
        .present({"10.0.17763.1040", "1809-KB4546852"}, february)
        .present({"10.0.17763.1098", "1809-KB4538000"}, march);
    builder.check("windows/servercore", "2026-11-11T12:00:00Z")
        .present({"10.0.17763.1040", "1809-KB4546852"}, february)
        .present({"10.0.17763.1098", "1809-KB4538000"}, march)
        .present({"ltsc2025", "10.0.26100.40000", "ltsc2025-KB5999999"}, next);
  });
  const auto past = must(ask(record.reader(), range(month(2020, 1), month(2020, 3))));
  REQUIRE(past.crawled);
  CHECK(cell_at(past, "ltsc2019", "2020-01B").evidence == EvidenceLevel::reference);
  CHECK(cell_at(past, "ltsc2019", "2020-02B").evidence == EvidenceLevel::observed);
  CHECK(cell_at(past, "1809", "2020-02B").evidence == EvidenceLevel::observed);

  // The record wins, and the contradiction is shown.
  CHECK(cell_at(past, "ltsc2019", "2020-03B").kb->to_string() == "KB4538000");
  REQUIRE(past.warnings.size() == 1);
  CHECK(past.warnings.front().code == "contradiction");
  CHECK_THAT(past.warnings.front().message, Contains("KB4538000") && Contains("KB4538461"));

  const auto now = must(ask(record.reader(), range(month(2026, 9), month(2026, 11))));
  CHECK(columns_of(now) == "2026-09B 2026-11B");
  CHECK_FALSE(now.columns[1].published);
  const auto& derived = cell_at(now, "ltsc2025", "2026-11B");
  CHECK(derived.revision->to_string() == "10.0.26100.40000");
  CHECK(derived.kb->to_string() == "KB5999999");
  CHECK(derived.evidence == EvidenceLevel::observed);
  CHECK(derived.release->source == ReleaseAnswer::Source::derived);

  SECTION("evidence that is too weak is left out") {
    auto options = range(month(2020, 1), month(2020, 3));
    options.weakest = EvidenceLevel::observed;
    const auto answer = must(ask(record.reader(), options));
    CHECK(columns_of(answer) == "2020-02B 2020-03B");
    CHECK(rows_of(answer) == "1809 ltsc2019");
    CHECK(answer.cells.size() == 4); // 1809 and ltsc2019, two months
  }
  SECTION("another architecture was not crawled") {
    const auto answer =
        must(ask(record.reader(), range(month(2020, 2), month(2020, 2)), "2026-11-20", "arm64"));
    CHECK(cell_at(answer, "ltsc2019", "2020-02B").evidence == EvidenceLevel::reference);
  }
  SECTION("another repository was not crawled") {
    const auto answer =
        must(ask(record.reader(), of_repository("nanoserver", month(2020, 2), month(2020, 2))));
    CHECK_FALSE(answer.crawled);
    CHECK(cell_at(answer, "1809", "2020-02B").evidence == EvidenceLevel::reference);
  }
}

TEST_CASE("every month of the reference has its releases in it, once") {
  const auto answer = must(ask(reference(), range(month(2016, 1), month(2026, 12))));
  const auto knowledge = must(reference().knowledge());
  std::size_t expected = 0;
  for (const auto& release : knowledge.tables().releases)
    if (!release.superseded_by)
      expected +=
          knowledge.version_of_image("windows/servercore", release.version.build())->floating_tags.size();
  std::size_t found = 0;
  for (const auto& cell : answer.cells)
    found += cell.revision ? 1 : 0;
  CHECK(found == expected);
}

TEST_CASE("what cannot be a table") {
  struct Case {
    const char* name;
    ReleasesOptions options;
    base::ErrorKind kind;
    const char* words;
  };
  auto no_build = range(month(2020, 1), month(2020, 3));
  no_build.build = 12345;
  const Case cases[] = {
      {"backwards", range(month(2020, 3), month(2020, 1)), base::ErrorKind::usage, "ends before it begins"},
      {"backwards inside a month", range(label("2020-03 OOB"), label("2020-03B")), base::ErrorKind::usage,
       "ends before it begins"},
      {"a build without images", no_build, base::ErrorKind::not_found, "of build 12345"},
      {"a repository without base images",
       of_repository("dotnet/framework/runtime", month(2020, 1), month(2020, 3)), base::ErrorKind::not_found,
       "dotnet/framework/runtime"},
      {"a release that nobody knows", range(label("2020-04 OOB"), month(2020, 6)), base::ErrorKind::not_found,
       "no release 2020-04 OOB is known"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto answer = ask(reference(), each.options);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind() == each.kind);
    CHECK_THAT(answer.error().message(), Contains(each.words));
  }
}
