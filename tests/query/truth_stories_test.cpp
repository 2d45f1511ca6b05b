#include "support/catch.hpp"
#include "truth_words.hpp"
#include "two_observers.hpp"

#include <functional>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

struct Story {
  std::string name;
  std::function<void(RecordBuilder&)> fill;
  std::vector<std::string> events;
  std::string truth; ///< of ltsc2019 now
};

const auto checked = [](RecordBuilder& record, std::string_view at) -> RecordBuilder& {
  return record.check(k_core, at);
};

} // namespace

TEST_CASE("lags, told from whole checks") {
  const std::vector<Story> stories = {
      {"an explicit tag comes first, the floating one follows",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .at("2025-04-08T20:00:05Z")
             .present("10.0.17763.7136", k_april);
         checked(r, "2025-04-09T20:00:00Z").present("ltsc2019", k_april);
       },
       {"08T20:00:05 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 moved 7009>7136",
        "09T20:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"one check asks the explicit tag first: no lag of four seconds",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("10.0.17763.7136", k_april)
             .at("2025-04-08T20:00:04Z")
             .present("ltsc2019", k_april);
       },
       {"08T20:00:04 servercore:ltsc2019 moved 7009>7136"},
       "current 7136"},
      {"a check that was killed between the two is judged by the next one",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.17763.7136", k_april)
             .abandon();
         checked(r, "2025-04-08T20:10:00Z").present("ltsc2019", k_april);
       },
       {"08T20:10:00 servercore:ltsc2019 moved 7009>7136"},
       "current 7136"},
      {"a killed check, and it lagged indeed",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("10.0.17763.7136", k_april).abandon();
         checked(r, "2025-04-08T20:10:00Z").present("ltsc2019", k_march);
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136"},
       "lag 7009<7136 by 10.0.17763.7136 since 2025-04-08T20"},
      {"the floating tag gave no answer: nothing is known of it then",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("10.0.17763.7136", k_april)
             .finish(store::CheckOutcome::partial);
       },
       {},
       "current 7009"},
      {"two newer ones: one lag, ended when the last is reached",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("10.0.17763.7136", k_april);
         checked(r, "2025-04-16T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.17763.7249", k_repaired);
         checked(r, "2025-04-17T20:00:00Z").present("ltsc2019", k_april);
         checked(r, "2025-04-18T20:00:00Z").present("ltsc2019", k_repaired);
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "17T20:00:00 servercore:ltsc2019 moved 7009>7136", "18T20:00:00 servercore:ltsc2019 moved 7136>7249",
        "18T20:00:00 servercore:ltsc2019 lagEnded 7009>7249"},
       "current 7249"},
      {"the explicit tag is withdrawn",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("10.0.17763.7136", k_april);
         checked(r, "2025-04-09T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
         checked(r, "2025-04-10T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 lagEnded 7009>7009"},
       "current 7009"},
      {"went back, and the explicit tag is withdrawn too: still a rollback",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present({"ltsc2019", "10.0.17763.7136"}, k_april);
         checked(r, "2025-04-09T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
         checked(r, "2025-04-10T20:00:00Z").present("ltsc2019", k_march).absent("10.0.17763.7136");
       },
       {"08T20:00:00 servercore:ltsc2019 moved 7009>7136",
        "09T20:00:00 servercore:ltsc2019 rollback 7136>7009"},
       "rollback 7009 since 2025-04-09T20"},
      {"behind since the baseline: no event begins it, one ends it",
       [](RecordBuilder& r) {
         checked(r, "2025-04-10T12:00:00Z")
             .present({"ltsc2019", "10.0.17763.7009"}, k_march)
             .present("10.0.17763.7136", k_april);
         checked(r, "2025-04-11T12:00:00Z").present("ltsc2019", k_april);
       },
       {"11T12:00:00 servercore:ltsc2019 moved 7009>7136",
        "11T12:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"a rollback in the baseline, and out of it",
       [](RecordBuilder& r) {
         checked(r, "2025-04-10T12:00:00Z")
             .present("ltsc2019", k_april)
             .present("10.0.17763.7136", k_april)
             .abandon();
         checked(r, "2025-04-11T12:00:00Z").present("ltsc2019", k_march);
         checked(r, "2025-04-12T12:00:00Z").present("ltsc2019", k_repaired);
       },
       {"11T12:00:00 servercore:ltsc2019 rollback 7136>7009 use 10.0.17763.7136",
        "12T12:00:00 servercore:ltsc2019 moved 7009>7249"},
       "current 7249"},
      {"an explicit tag that cannot be had makes nothing lag",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).unpullable("10.0.17763.7136");
       },
       {},
       "current 7009"},
      {"one whose image is of another revision than its name says neither",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.17763.7136", TestImage(k_march).relisted());
       },
       {},
       "current 7009"},
      {"another build is another product",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .present("10.0.26100.3775", k_april_2025);
       },
       {},
       "current 7009"},
      {"a KB tag is no revision tag",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("1809-KB5055519", k_april);
       },
       {},
       "current 7009"},
      {"the other name of the product moves alone",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present("ltsc2019", k_march)
             .at("2025-04-08T20:00:02Z")
             .present({"1809", "10.0.17763.7136"}, k_april);
         checked(r, "2025-04-09T20:00:00Z").present({"ltsc2019", "1809"}, k_april);
       },
       {"08T20:00:02 servercore:1809 moved 7009>7136",
        "08T20:00:02 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "08T20:00:02 servercore:ltsc2019 aliasDiffers 7009>7136 other 1809 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 moved 7009>7136",
        "09T20:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"two indexes of one revision do not differ",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "1809", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z")
             .present({"ltsc2019", "10.0.17763.7136"}, k_april)
             .present("1809", TestImage(k_april).relisted());
       },
       {"08T20:00:00 servercore:1809 moved 7009>7136", "08T20:00:00 servercore:ltsc2019 moved 7009>7136"},
       "current 7136"},
      {"it vanished while it lagged, and came back on the newest",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", k_march).present("10.0.17763.7136", k_april);
         checked(r, "2025-04-09T20:00:00Z").absent("ltsc2019");
         checked(r, "2025-04-10T20:00:00Z").absent("ltsc2019");
         checked(r, "2025-04-11T20:00:00Z").present("ltsc2019", k_april);
       },
       {"08T20:00:00 servercore:ltsc2019 lag 7009>7136 use 10.0.17763.7136",
        "09T20:00:00 servercore:ltsc2019 vanished 7009>0 use 10.0.17763.7009",
        "11T20:00:00 servercore:ltsc2019 reappeared 7009>7136",
        "11T20:00:00 servercore:ltsc2019 lagEnded 7009>7136"},
       "current 7136"},
      {"published again: the explicit tag of the same revision",
       [](RecordBuilder& r) {
         checked(r, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
         checked(r, "2025-04-08T20:00:00Z").present("ltsc2019", TestImage(k_march).relisted());
       },
       {"08T20:00:00 servercore:ltsc2019 republished 7009>7009 use 10.0.17763.7009"},
       "current 7009"},
  };
  for (const auto& story : stories) {
    INFO(story.name);
    const Record record(story.fill);
    CHECK(lines_of(changes_of(record.reader())) == story.events);
    CHECK(truth_at(record.reader(), "ltsc2019", "2026-01-01") == story.truth);
  }
}

TEST_CASE("what a second observer saw") {
  // The daily observer misses the rollback; the other one was there.
  const tagdb::test::TempDir folder;
  const auto path = folder / "tagdb.sqlite";
  const tagdb::test::ManualClock clock(t("2025-01-01"));
  {
    RecordBuilder own(path, clock);
    checked(own, "2025-04-01T12:00:00Z").present({"ltsc2019", "10.0.17763.7009"}, k_march);
    checked(own, "2025-04-08T20:00:00Z").present("ltsc2019", k_april).present("10.0.17763.7136", k_april);
    checked(own, "2025-04-23T20:00:00Z")
        .present("ltsc2019", k_repaired)
        .present("10.0.17763.7249", k_repaired);
    own.close();
  }
  const auto lines = [&] { return lines_of(changes_of(*must(store::Reader::open(path)))); };
  CHECK(lines() == std::vector<std::string>{"08T20:00:00 servercore:ltsc2019 moved 7009>7136",
                                            "23T20:00:00 servercore:ltsc2019 moved 7136>7249"});
  become_another_observer(path);
  {
    RecordBuilder other(path, clock);
    checked(other, "2025-04-09T20:00:00Z").present("ltsc2019", k_march);
    checked(other, "2025-04-17T20:00:00Z")
        .present("ltsc2019", k_march)
        .present("10.0.17763.7249", k_repaired);
    // A slow check of this observer, begun before the other one's and ended after it, had asked the floating
    // tag before it moved.
    checked(other, "2025-04-23T19:50:00Z")
        .present("ltsc2019", k_march)
        .at("2025-04-23T20:30:00Z")
        .present("10.0.17763.7249", k_repaired);
    other.close();
  }
  CHECK(lines() ==
        std::vector<std::string>{"08T20:00:00 servercore:ltsc2019 moved 7009>7136",
                                 "09T20:00:00 servercore:ltsc2019 rollback 7136>7009 use 10.0.17763.7136",
                                 "23T20:00:00 servercore:ltsc2019 moved 7009>7249"});
}

TEST_CASE("nothing is compared across architectures") {
  TestImage march("10.0.17763.7009", "2025-03-06T02:00:00Z", "multi");
  march.add("arm");
  TestImage april_arm_only = [] {
    TestImage image("10.0.17763.7136", "2025-04-03T02:00:00Z", "multi");
    image.add("arm");
    return image;
  }();
  const Record record([&](RecordBuilder& r) {
    r.check(k_nano, "2025-04-01T12:00:00Z")
        .present({"1809", "10.0.17763.7009"}, march)
        .present_bare("1809-amd64", march)
        .present_bare("1809-arm32v7", march, "arm")
        .present_bare("10.0.17763.7009-amd64", march)
        .present_bare("10.0.17763.7009-arm32v7", march, "arm");
    // Only the arm half of April is there, by a tag of its own.
    r.check(k_nano, "2025-04-08T20:00:00Z")
        .present("1809", march)
        .present_bare("1809-amd64", march)
        .present_bare("1809-arm32v7", march, "arm")
        .present_bare("10.0.17763.7136-arm32v7", april_arm_only, "arm");
  });
  CHECK(lines_of(changes_of(record.reader())) ==
        std::vector<std::string>{
            "08T20:00:00 nanoserver:1809-arm32v7 lag 7009>7136 use 10.0.17763.7136-arm32v7"});
  CHECK(lines_of(changes_of(record.reader(), "arm")) ==
        std::vector<std::string>{
            "08T20:00:00 nanoserver:1809 lag 7009>7136 use 10.0.17763.7136-arm32v7",
            "08T20:00:00 nanoserver:1809-arm32v7 lag 7009>7136 use 10.0.17763.7136-arm32v7"});
  CHECK(truth_at(record.reader(), "1809", "2025-05-01", k_nano) == "current 7009");
  CHECK(truth_at(record.reader(), "1809", "2025-05-01", k_nano, "arm") ==
        "lag 7009<7136 by 10.0.17763.7136-arm32v7 since 2025-04-08T20");
  CHECK(truth_at(record.reader(), "1809-amd64", "2025-05-01", k_nano) == "current 7009");
  CHECK(truth_at(record.reader(), "1809-arm32v7", "2025-05-01", k_nano) ==
        "lag 7009<7136 by 10.0.17763.7136-arm32v7 since 2025-04-08T20");
}
