#include "reference_files.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/release_label.hpp>

#include <algorithm>

using namespace tagdb::windows;
using namespace std::chrono_literals;

TEST_CASE("release labels as people write them") {
  struct Case {
    const char* name;
    std::string_view text;
    std::string_view printed; ///< empty where refused
    std::string_view short_form;
  };
  const Case cases[] = {
      {"as tagdb prints it", "2020-02B", "2020-02B", "2B"},
      {"release information", "2020-02 B", "2020-02B", "2B"},
      {"hotpatch calendar", "2026.05 B", "2026-05B", "5B"},
      {"dash", "2020-02-B", "2020-02B", "2B"},
      {"lower case", "2020-02b", "2020-02B", "2B"},
      {"out of band", "2019-05 OOB", "2019-05 OOB", "5 OOB"},
      {"out of band without a space", "2019-05oob", "2019-05 OOB", "5 OOB"},
      {"month without zero", "2020-2B", "2020-02B", "2B"},
      {"short form, year after", "2B 2020", "2020-02B", "2B"},
      {"short form, year before", "2020 11B", "2020-11B", "11B"},
      {"spaces around", "  2018-10 D ", "2018-10D", "10D"},
      {"letter A", "2016-08 A", "2016-08A", "8A"},
      {"letter E", "2016-08 E", "2016-08E", "8E"},
      {"no year", "2B", "", ""},
      {"no letter", "2020-02", "", ""},
      {"month 13", "2020-13B", "", ""},
      {"month 0", "2020-00B", "", ""},
      {"letter F", "2020-02F", "", ""},
      {"before the first Patch Tuesday", "2002-12B", "", ""},
      {"a product, not a year", "1809 B", "", ""},
      {"two letters", "2020-02BB", "", ""},
      {"empty", "", "", ""},
      {"very long", "2020-02                                   B", "", ""},
      {"sign", "2020-+2B", "", ""},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    const auto label = ReleaseLabel::parse(each.text);
    REQUIRE(label.has_value() == !each.printed.empty());
    if (!label)
      continue;
    CHECK(label->to_string() == each.printed);
    CHECK(label->to_short_string() == each.short_form);
    CHECK(ReleaseLabel::parse(label->to_string()) == *label);
  }
}

TEST_CASE("2B alone is ambiguous, and says so") {
  const auto label = ReleaseLabel::parse("2B");
  REQUIRE(!label);
  CHECK(label.error().kind() == tagdb::base::ErrorKind::usage);
  CHECK(label.error().message().find("ambiguous") != std::string::npos);
  CHECK(label.error().hint().find("2020-02B") != std::string::npos);
  CHECK(parse_short_label("2B") == ShortLabel{std::chrono::February, ReleaseLetter::b});
  CHECK(parse_short_label("02b") == ShortLabel{std::chrono::February, ReleaseLetter::b});
  CHECK(parse_short_label("11 OOB") == ShortLabel{std::chrono::November, ReleaseLetter::oob});
  for (const auto* text : {"2020-02B", "13B", "B", "2", "2-", "002B", "2B ", ""}) {
    INFO(text);
    CHECK(!parse_short_label(text));
  }
}

TEST_CASE("every label prints and reads back, and the order is total: by year and month first") {
  std::vector<ReleaseLabel> labels;
  for (int year = 2016; year <= 2028; ++year)
    for (unsigned month = 1; month <= 12; ++month)
      for (unsigned letter = 0; letter < 6; ++letter)
        labels.emplace_back(std::chrono::year(year) / month, static_cast<ReleaseLetter>(letter));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    CHECK(ReleaseLabel::parse(labels[i].to_string()) == labels[i]);
    if (i > 0) {
      CHECK(labels[i - 1] < labels[i]);
      CHECK(!(labels[i] < labels[i - 1]));
    }
  }
  CHECK(*ReleaseLabel::parse("2020-02 OOB") < *ReleaseLabel::parse("2020-03 A"));
  CHECK(*ReleaseLabel::parse("2019-12 OOB") < *ReleaseLabel::parse("2020-01 A"));
}

TEST_CASE("labels that break arithmetic are read as data") {
  for (const auto& row : test_reference::cases("ms_label_anomalies.csv")) {
    INFO(row.at("label") + " " + row.at("date"));
    const auto label = ReleaseLabel::parse(row.at("label"));
    REQUIRE(label);
    const auto spaced = label->to_string().insert(7, label->is_out_of_band() ? "" : " ");
    CHECK(spaced == row.at("label"));
  }
}
