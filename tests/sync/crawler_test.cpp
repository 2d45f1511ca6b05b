#include "crawl_fixture.hpp"
#include "support/catch.hpp"

#include <sstream>

using namespace tagdb;
using namespace std::chrono_literals;
using store::CheckOutcome;
using store::SpanState;
using test::CrawlFixture;
using test::FakeRegistry;
using test::TestImage;

namespace {

const TestImage k_january("10.0.17763.973");
const TestImage k_february("10.0.17763.1040");
const TestImage k_march("10.0.17763.1098");

std::vector<std::string> fetched(const std::vector<std::string>& asked) {
  std::vector<std::string> digests;
  for (const auto& request : asked)
    if (request.rfind("GET sha256:", 0) == 0)
      digests.push_back(request);
  std::sort(digests.begin(), digests.end());
  return digests;
}

std::string get(const oci::Digest& digest) {
  return "GET " + digest.to_string();
}

} // namespace

TEST_CASE("a first crawl records every tag and everything below it") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.tag("10.0.17763.1040", k_february);
  f.registry.tag("10.0.17763.973", k_january);
  f.registry.tag("10.0.17763.973-amd64", k_january.platform().manifest.digest);

  const auto report = f.sync();

  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(report.failures.empty());
  CHECK(report.counts.listed == 4);
  CHECK(report.counts.resolved == 4);
  CHECK(report.counts.fetched == 6);
  CHECK(report.counts.requests == 11); // the list, four tags, six contents
  CHECK(report.fresh == 4);
  const auto tags = f.tags();
  CHECK(tags.size() == 4);
  CHECK(tags.at("ltsc2019").digest == k_february.digest());
  CHECK(tags.at("10.0.17763.973-amd64").digest == k_january.platform().manifest.digest);
  for (const auto& [name, tag] : tags)
    CHECK_FALSE(tag.incomplete);
  for (const auto* image : {&k_january, &k_february}) {
    CHECK(f.held(image->digest()));
    CHECK(f.held(image->platform().manifest.digest));
    CHECK(f.held(image->platform().config.digest));
  }
  // Each digest once, although tags and an index share them.
  const auto asked = fetched(f.registry.asked());
  CHECK(std::adjacent_find(asked.begin(), asked.end()) == asked.end());
  CHECK(f.progress.started == 1);
  CHECK(f.progress.finished == 1);
  CHECK(f.progress.last.tags_done == 4);
}

TEST_CASE("after nothing changed only the list and what can move is asked") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.tag("10.0.17763.1040", k_february);
  f.sync();
  f.registry.asked();
  const auto report = f.sync();
  CHECK(f.registry.asked() == std::vector<std::string>{"list", "HEAD ltsc2019"});
  CHECK(report.counts.skipped == 1);
  CHECK(report.moved + report.fresh == 0);
  CHECK(f.tags().at("ltsc2019").last_seen > f.tags().at("10.0.17763.1040").last_seen);
}

TEST_CASE("what the database holds is not fetched again") {
  CrawlFixture f;
  f.registry.tag("10.0.17763.1040", k_february);
  f.sync();
  f.registry.asked();
  f.registry.tag("1809-KB4546852", k_february);
  f.registry.tag("1809", TestImage(k_february).relisted()); // another index around the same manifest
  const auto report = f.sync();
  CHECK(fetched(f.registry.asked()) == std::vector{get(TestImage(k_february).relisted().digest())});
  CHECK(report.counts.fetched == 1);
  CHECK(f.tags().at("1809-KB4546852").digest == k_february.digest());
}

TEST_CASE("a known tag that shows something else is read again") {
  const auto a = k_january.digest(), b = k_february.digest(), c = k_march.digest();
  const auto gone = FakeRegistry::status(404); // an answer to HEAD has no body for a code
  struct Case {
    std::string name;
    std::vector<FakeRegistry::Step> readings; // after the first crawl, which read a
    std::size_t reads;
    CheckOutcome outcome;
    SpanState state;
    std::optional<oci::Digest> digest;
    std::string failure_code;
  };
  const auto is = [](const oci::Digest& digest) { return FakeRegistry::points_at(digest); };
  const std::vector<Case> cases = {
      {"unchanged: read once", {is(a)}, 1, CheckOutcome::complete, SpanState::present, a, ""},
      {"moved: the second read agrees", {is(b), is(b)}, 2, CheckOutcome::complete, SpanState::present, b, ""},
      {"an edge that was ahead for a moment",
       {is(b), is(a)},
       2,
       CheckOutcome::complete,
       SpanState::present,
       a,
       ""},
      {"moved twice meanwhile", {is(b), is(c), is(c)}, 3, CheckOutcome::complete, SpanState::present, c, ""},
      {"never twice the same",
       {is(b), is(c), is(b), is(c)},
       4,
       CheckOutcome::partial,
       SpanState::present,
       a,
       "UNSTABLE"},
      {"refused twice",
       {gone, gone, gone, gone},
       2,
       CheckOutcome::complete,
       SpanState::unpullable,
       std::nullopt,
       "notFound"},
  };
  for (const auto& c_ : cases) {
    DYNAMIC_SECTION(c_.name) {
      CrawlFixture f;
      for (const auto* image : {&k_february, &k_march}) {
        f.registry.tag("spare-" + image->platform().os_version, *image);
      }
      f.registry.tag("ltsc2019", k_january);
      f.sync();
      f.registry.asked();
      if (c_.state == SpanState::unpullable) {
        f.registry.list_only("ltsc2019");
      } else {
        f.registry.script("ltsc2019", c_.readings);
      }
      const auto report = f.sync();
      CHECK(f.registry.count("HEAD ltsc2019") == c_.reads);
      CHECK(report.outcome == c_.outcome);
      const auto tag = f.tags().at("ltsc2019");
      CHECK(tag.state == c_.state);
      CHECK(tag.digest == c_.digest);
      REQUIRE(report.failures.size() == (c_.failure_code.empty() ? 0 : 1));
      if (!c_.failure_code.empty())
        CHECK(report.failures.front().code == c_.failure_code);
      CHECK(report.moved == (c_.digest && *c_.digest != a ? 1u : 0u));
    }
  }
}

TEST_CASE("a move is recorded at once where it is not to be confirmed") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_january);
  f.sync();
  f.registry.tag("ltsc2019", k_february);
  f.registry.asked();
  f.sync({.confirm_moves = false});
  CHECK(f.registry.count("HEAD ltsc2019") == 1);
  CHECK(f.tags().at("ltsc2019").digest == k_february.digest());
}

TEST_CASE("listed and refused for good: unpullable, new at first and known from then on") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.list_only("sac2016");
  auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete); // a refusal is an answer
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].reference == "windows/servercore:sac2016");
  CHECK(report.failures[0].stage == "resolve");
  CHECK(report.failures[0].status == 404);
  CHECK_FALSE(report.failures[0].known);
  CHECK(report.counts.failed == 1);
  CHECK(f.tags().at("sac2016").state == SpanState::unpullable);
  CHECK(f.tags().at("sac2016").answer.substr(0, 3) == "404");
  CHECK(f.tags().at("ltsc2019").state == SpanState::present);

  report = f.sync();
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].known);
  CHECK(report.counts.known == 1);
  CHECK(report.counts.failed == 0);

  SECTION("another answer is new again") {
    f.registry.always("sac2016", FakeRegistry::status(403, "DENIED"));
    report = f.sync();
    REQUIRE(report.failures.size() == 1);
    CHECK_FALSE(report.failures[0].known);
    CHECK(report.failures[0].status == 403);
  }
  SECTION("it can be had at last") {
    f.registry.tag("sac2016", k_january);
    CHECK(f.sync().failures.empty());
    CHECK(f.tags().at("sac2016").digest == k_january.digest());
  }
}

TEST_CASE("a tag that resolves to what is refused is unpullable and keeps its digest") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.drop(k_february.digest());
  for (const bool known : {false, true}) {
    const auto report = f.sync();
    CHECK(report.outcome == CheckOutcome::complete);
    REQUIRE(report.failures.size() == 1);
    CHECK(report.failures[0].stage == "manifest");
    CHECK(report.failures[0].known == known);
    CHECK(f.tags().at("ltsc2019").state == SpanState::unpullable);
    CHECK(f.tags().at("ltsc2019").digest == k_february.digest());
    CHECK(f.tags().at("ltsc2019").answer == "404 MANIFEST_UNKNOWN");
  }
}

TEST_CASE("what is refused below a tag is a failure of its own; the tag is there") {
  CrawlFixture f;
  const auto& manifest = k_february.platform().manifest.digest;
  const auto& config = k_february.platform().config.digest;
  const bool child = GENERATE(true, false);
  const auto& missing = child ? manifest : config;
  f.registry.tag("10.0.17763.1040", k_february);
  f.registry.drop(missing);
  auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].reference == "windows/servercore@" + missing.to_string());
  CHECK(report.failures[0].stage == (child ? "manifest" : "config"));
  CHECK_FALSE(report.failures[0].known);
  CHECK(f.tags().at("10.0.17763.1040").digest == k_february.digest());
  CHECK_FALSE(f.tags().at("10.0.17763.1040").incomplete);
  CHECK(f.content(missing)->refused.substr(0, 3) == "404");

  SECTION("the same refusal for a new tag is known") {
    f.registry.tag("1809-KB4546852", k_february.digest());
    report = f.sync();
    REQUIRE(report.failures.size() == 1);
    CHECK(report.failures[0].known);
    CHECK(f.tags().at("1809-KB4546852").digest == k_february.digest());
  }
  SECTION("a new tag may find it there") {
    f.registry.tag("1809-KB4546852", k_february);
    CHECK(f.sync().failures.empty());
    CHECK(f.held(missing));
  }
}

TEST_CASE("bytes with another hash are refused, reported, never stored, and asked for again next time") {
  CrawlFixture f;
  const auto& wrong =
      GENERATE(true, false) ? k_february.platform().manifest.digest : k_february.platform().config.digest;
  f.registry.tag("10.0.17763.1040", k_february);
  f.registry.always(wrong.to_string(), FakeRegistry::body("{}", std::string(oci::k_docker_manifest)));
  auto report = f.sync();
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].reference == "windows/servercore@" + wrong.to_string());
  CHECK_FALSE(f.held(wrong));
  CHECK(f.tags().at("10.0.17763.1040").incomplete);

  f.registry.always(wrong.to_string(), FakeRegistry::points_at(wrong));
  f.registry.asked();
  report = f.sync();
  CHECK(report.failures.empty());
  CHECK(f.held(wrong));
  CHECK_FALSE(f.tags().at("10.0.17763.1040").incomplete);
  CHECK(f.held(k_february.platform().config.digest));
}

TEST_CASE("a root with another hash makes its tag unpullable") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.always(k_february.digest().to_string(),
                    FakeRegistry::body("{}", std::string(oci::k_docker_list)));
  const auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(report.counts.failed == 1);
  CHECK(f.tags().at("ltsc2019").state == SpanState::unpullable);
  CHECK_FALSE(f.held(k_february.digest()));
}

TEST_CASE("a root that is no manifest makes its tag unpullable") {
  const std::string bytes =
      GENERATE(as<std::string>{}, "", "[", "<html>log in</html>", R"({"schemaVersion":1})",
               R"({"schemaVersion":2,"mediaType":"application/x-cake"})");
  CAPTURE(bytes);
  CrawlFixture f;
  const test::Blob blob(bytes);
  f.registry.put(blob);
  f.registry.tag("ltsc2019", blob.digest);
  f.registry.tag("1809", k_february);
  for (const bool known : {false, true}) {
    const auto report = f.sync();
    CHECK(report.outcome == CheckOutcome::complete);
    REQUIRE(report.failures.size() == 1);
    CHECK(report.failures[0].known == known);
    CHECK(f.tags().at("ltsc2019").state == SpanState::unpullable);
    CHECK_FALSE(f.tags().at("ltsc2019").answer.empty());
    CHECK_FALSE(f.held(blob.digest));
    CHECK(f.tags().at("1809").state == SpanState::present);
  }
}

TEST_CASE("a config that nobody can read is refused once and known from then on") {
  CrawlFixture f;
  const test::Blob config("[]");
  const auto type = GENERATE(as<std::string>{}, std::string(oci::k_docker_config), "application/x-chart");
  const bool image = type == oci::k_docker_config;
  const test::Blob manifest(R"({"schemaVersion":2,"mediaType":")" + std::string(oci::k_docker_manifest) +
                            R"(","config":{"mediaType":")" + type + R"(","size":2,"digest":")" +
                            config.digest.to_string() + R"("},"layers":[]})");
  f.registry.put(config);
  f.registry.put(manifest);
  f.registry.tag("10.0.17763.1-amd64", manifest.digest);
  auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(report.failures.size() == (image ? 1 : 0));
  CHECK(report.counts.failed == (image ? 1 : 0));
  CHECK_FALSE(f.held(config.digest));
  CHECK_FALSE(f.tags().at("10.0.17763.1-amd64").incomplete);
  f.registry.tag("10.0.17763.1", manifest.digest);
  report = f.sync();
  CHECK(report.counts.failed == 0);
  CHECK(report.counts.known == (image ? 1 : 0));
}

TEST_CASE("a tag that fails for now is not recorded, and the check is partial") {
  CrawlFixture f;
  f.registry.tag("10.0.17763.1040", k_february);
  f.registry.tag("10.0.17763.973", k_january);
  const bool at_tag = GENERATE(true, false);
  const std::string what = at_tag ? "10.0.17763.1040" : k_february.digest().to_string();
  f.registry.always(what, FakeRegistry::status(503));
  auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::partial);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].reference == "windows/servercore:10.0.17763.1040");
  CHECK(report.failures[0].status == 503);
  CHECK(report.failures[0].tries == 2);
  CHECK(report.counts.failed == 1);
  CHECK(f.tags().count("10.0.17763.1040") == 0);
  CHECK(f.tags().count("10.0.17763.973") == 1);

  f.registry.always(what, FakeRegistry::points_at(k_february.digest()));
  report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(f.tags().at("10.0.17763.1040").digest == k_february.digest());
}

TEST_CASE("what fails for now below a tag is fetched by the next run") {
  CrawlFixture f;
  f.registry.tag("10.0.17763.1040", k_february);
  const auto config = k_february.platform().config.digest;
  f.registry.script(config.to_string(), {FakeRegistry::reset(), FakeRegistry::reset()});
  auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::partial);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].stage == "config");
  CHECK(f.tags().at("10.0.17763.1040").incomplete);

  f.registry.asked();
  report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(f.held(config));
  CHECK_FALSE(f.tags().at("10.0.17763.1040").incomplete);
  // What was held is read from the database, not from the network.
  CHECK(fetched(f.registry.asked()) == std::vector{get(config)});
}

TEST_CASE("a reset is tried again before it counts") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.script("ltsc2019", {FakeRegistry::reset()});
  f.registry.script(k_february.digest().to_string(), {FakeRegistry::status(502)});
  const auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(report.failures.empty());
  CHECK(f.tags().at("ltsc2019").digest == k_february.digest());
}

TEST_CASE("a tag that is gone from the list") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.tag("10.0.17763.973", k_january);
  f.sync();

  SECTION("and not there when asked is absent; later it is not even asked") {
    f.registry.remove("10.0.17763.973");
    f.registry.asked();
    auto report = f.sync();
    CHECK(report.outcome == CheckOutcome::complete);
    CHECK(report.failures.empty());
    CHECK(f.registry.count("HEAD 10.0.17763.973") == 1);
    const auto first = f.tags().at("10.0.17763.973");
    CHECK(first.state == SpanState::absent);

    f.registry.asked();
    f.sync();
    CHECK(f.registry.count("HEAD 10.0.17763.973") == 0);
    const auto second = f.tags().at("10.0.17763.973");
    CHECK(second.state == SpanState::absent);
    CHECK(second.first_seen == first.first_seen);
    CHECK(second.last_seen > first.last_seen);

    f.registry.tag("10.0.17763.973", k_january);
    report = f.sync();
    CHECK(report.fresh == 1);
    CHECK(f.tags().at("10.0.17763.973").state == SpanState::present);
  }
  SECTION("and still there when asked is there") {
    f.registry.unlist("10.0.17763.973");
    f.sync();
    CHECK(f.tags().at("10.0.17763.973").state == SpanState::present);
    CHECK(f.tags().at("10.0.17763.973").last_seen == f.tags().at("ltsc2019").last_seen);
  }
  SECTION("and fails for now stays what it was") {
    f.registry.remove("10.0.17763.973");
    f.registry.always("10.0.17763.973", FakeRegistry::status(500));
    CHECK(f.sync().outcome == CheckOutcome::partial);
    CHECK(f.tags().at("10.0.17763.973").state == SpanState::present);
  }
}

TEST_CASE("tags whose histories can have got an event are named") {
  CrawlFixture f;
  for (const auto* name : {"ltsc2019", "1809", "1607", "10.0.17763.973"})
    f.registry.tag(name, k_january);
  CHECK(f.sync().changed.empty()); // the baseline
  CHECK(f.sync().changed.empty()); // nothing happened
  f.registry.tag("ltsc2019", k_february);
  f.registry.tag("10.0.17763.1040", k_february);
  f.registry.list_only("1809");
  f.registry.remove("10.0.17763.973");
  // An absence has no event yet when it is seen first: the absent tag is named with the second look.
  auto report = f.sync();
  CHECK(report.changed == std::vector<std::string>{"10.0.17763.1040", "1809", "ltsc2019"});
  CHECK(f.sync().changed == std::vector<std::string>{"10.0.17763.973"});
  CHECK(f.sync().changed.empty());
  f.registry.tag("10.0.17763.973", k_january);
  CHECK(f.sync().changed == std::vector<std::string>{"10.0.17763.973"});
}

TEST_CASE("a list that cannot be had fails the check and changes nothing") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.sync();
  const auto before = f.tags().at("ltsc2019").last_seen;
  const auto step = GENERATE(FakeRegistry::status(404, "NAME_UNKNOWN"), FakeRegistry::status(500),
                             FakeRegistry::body("<html>log in</html>", "text/html"), FakeRegistry::reset());
  f.registry.always("list", step);
  const auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::failed);
  REQUIRE(report.error);
  REQUIRE(report.failures.size() == 1);
  CHECK(report.failures[0].stage == "list");
  CHECK(report.failures[0].reference == "windows/servercore");
  CHECK(f.tags().at("ltsc2019").last_seen == before);
  CHECK(f.tags().at("ltsc2019").state == SpanState::present);
}

TEST_CASE("names that are no tags are left out with a warning") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.list("../../etc/passwd");
  f.registry.list("x\ny");
  const auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(report.counts.listed == 1);
  CHECK(f.tags().size() == 1);
  CHECK(std::count_if(f.said.begin(), f.said.end(), [](const auto& line) {
          return line.find("2 of the listed names") != std::string::npos;
        }) == 1);
}

TEST_CASE("where HEAD is refused the bytes that came with GET are used") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  f.registry.script("ltsc2019", {FakeRegistry::status(405)});
  const auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(f.held(k_february.digest()));
  CHECK(f.held(k_february.platform().config.digest));
  CHECK(f.registry.count(get(k_february.digest())) == 0);
}

TEST_CASE("indexes in indexes are followed to a small depth") {
  const int levels = GENERATE(1, 3, 4, 5, 9);
  CAPTURE(levels);
  CrawlFixture f;
  f.registry.tag("base", k_february);
  f.registry.remove("base");
  auto inner = k_february.index();
  // `levels` indexes in all; the innermost lists the platform's manifest.
  for (int i = 1; i < levels; ++i) {
    const test::Blob outer(
        R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)"
        R"({"mediaType":"application/vnd.oci.image.index.v1+json","size":1,"digest":")" +
        inner.digest.to_string() + "\"}]}");
    f.registry.put(outer);
    inner = outer;
  }
  f.registry.tag("ltsc2019", inner.digest);
  const auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(f.tags().at("ltsc2019").digest == inner.digest);
  CHECK_FALSE(f.tags().at("ltsc2019").incomplete);
  CHECK(f.held(k_february.platform().config.digest) == (levels <= 4));
  CHECK(report.failures.size() == (levels <= 4 ? 0 : 1));
}

TEST_CASE("a stopped crawl keeps what it has, and the next one goes on") {
  CrawlFixture f;
  for (int i = 0; i < 40; ++i)
    f.registry.tag("10.0.17763." + std::to_string(i), TestImage("10.0.17763." + std::to_string(i)));
  const int stop_after = GENERATE(0, 1, 30, 90, 130);
  CAPTURE(stop_after);
  int requests = 0;
  f.registry.on_request = [&] { ++requests; };
  auto report = f.sync({}, [&] { return requests > stop_after; });
  CHECK(report.outcome == CheckOutcome::interrupted);
  CHECK(report.failures.empty());
  const auto before = f.tags();
  CHECK(before.size() < 40);
  for (const auto& [name, tag] : before)
    CHECK(f.held(*tag.digest));

  f.registry.asked();
  report = f.sync();
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(f.tags().size() == 40);
  for (const auto& [name, tag] : f.tags())
    CHECK_FALSE(tag.incomplete);
  // What was complete is not asked again: it was seen an hour ago.
  for (const auto& [name, tag] : before)
    if (!tag.incomplete)
      CHECK(f.registry.count("HEAD " + name) == 0);
}

TEST_CASE("a registry that fails tag after tag is left alone") {
  CrawlFixture f;
  for (int i = 0; i < 1500; ++i) {
    const auto name = "10.0.17763." + std::to_string(i);
    f.registry.tag(name, k_february);
    if (i >= 5)
      f.registry.always(name, FakeRegistry::reset());
  }
  const auto report = f.sync();
  CHECK(report.outcome == CheckOutcome::partial);
  CHECK(report.failures.size() < 700);
  CHECK(f.registry.asked().size() < 1500);
  CHECK(report.failures.back().message.find("were not asked") != std::string::npos);
  CHECK(f.tags().size() == 5);
}

TEST_CASE("a full check asks every tag; one that was cut off is carried on") {
  CrawlFixture f;
  for (int i = 0; i < 40; ++i)
    f.registry.tag("10.0.17763." + std::to_string(i), k_february);
  f.sync();
  f.registry.asked();
  int requests = 0;
  f.registry.on_request = [&] { ++requests; };
  auto report = f.sync({.scope = store::CheckScope::full}, [&] { return requests > 20; });
  CHECK(report.outcome == CheckOutcome::interrupted);
  const auto first = f.registry.asked().size() - 1;
  CHECK(first < 40);
  f.registry.on_request = {};
  report = f.sync({.scope = store::CheckScope::full});
  CHECK(report.outcome == CheckOutcome::complete);
  CHECK(f.registry.asked().size() - 1 + report.counts.skipped == 40);
  CHECK(report.counts.skipped > 0);
  report = f.sync({.scope = store::CheckScope::full});
  CHECK(f.registry.asked().size() == 41);
}

TEST_CASE("a plan asks for the list only and records nothing") {
  CrawlFixture f;
  f.registry.tag("ltsc2019", k_february);
  net::Client http(f.registry, f.clock, f.log);
  registry::RegistryClient client(http, test::must(registry::Endpoint::parse("http://registry.test")), {},
                                  f.clock, f.log);
  const sync::Crawl crawl{client, f.clock, f.log, f.progress, {}};
  const auto plan = test::must(sync::plan_repository(crawl, nullptr, f.repository, {}));
  REQUIRE(plan.asks.size() == 1);
  CHECK(plan.asks[0].reason == sync::AskReason::fresh);
  CHECK(f.registry.asked() == std::vector<std::string>{"list"});
  CHECK_FALSE(std::filesystem::exists(f.database()));
}
