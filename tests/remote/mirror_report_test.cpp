#include "mirror_progress.hpp"
#include "mirror_report.hpp"
#include "places.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::remote;

TEST_CASE("where a mirror goes to") {
  struct Case {
    const char* name;
    const char* text;
    const char* origin; ///< empty: a layout
    const char* prefix;
    const char* printed;
  };
  const Case cases[] = {
      {"a layout", "oci:/media/disk", "", "", "oci:/media/disk"},
      {"a host", "harbor.corp", "https://harbor.corp", "", "harbor.corp"},
      {"a host and a prefix", "harbor.corp/mcr", "https://harbor.corp", "mcr", "harbor.corp/mcr"},
      {"a deep prefix", "harbor.corp/a/b/", "https://harbor.corp", "a/b", "harbor.corp/a/b"},
      {"plain http", "http://127.0.0.1:5055/mcr", "http://127.0.0.1:5055", "mcr", "127.0.0.1:5055/mcr"},
      {"http without a prefix", "http://127.0.0.1:5055/", "http://127.0.0.1:5055", "", "127.0.0.1:5055"},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    const auto place = parse_place(one.text);
    REQUIRE(place);
    CHECK(place->to_string() == one.printed);
    REQUIRE(place->registry.has_value() == (*one.origin != 0));
    if (!place->registry)
      continue;
    CHECK(place->registry->endpoint.url.origin() == one.origin);
    CHECK((place->registry->prefix ? place->registry->prefix->to_string() : "") == one.prefix);
  }
  for (const char* wrong : {"", "oci:", "harbor.corp/UPPER", "harbor.corp/a//b", "no host/x"}) {
    INFO(wrong);
    const auto place = parse_place(wrong);
    REQUIRE(!place);
    CHECK(place.error().kind() == base::ErrorKind::usage);
  }
}

TEST_CASE("the exit code of a copy") {
  struct Case {
    const char* name;
    mirror::CopyOutcome outcome;
    int status;
    const char* code;
    int exit;
  };
  const Case cases[] = {
      {"complete", mirror::CopyOutcome::complete, 0, "", 0},
      {"partial", mirror::CopyOutcome::partial, 404, "MANIFEST_UNKNOWN", 8},
      {"interrupted", mirror::CopyOutcome::interrupted, 0, "", 130},
      {"not there", mirror::CopyOutcome::failed, 404, "MANIFEST_UNKNOWN", 3},
      {"not in the layout", mirror::CopyOutcome::failed, 0, "notFound", 3},
      {"not let in", mirror::CopyOutcome::failed, 401, "UNAUTHORIZED", 6},
      {"forbidden", mirror::CopyOutcome::failed, 403, "DENIED", 6},
      {"other bytes", mirror::CopyOutcome::failed, 0, "integrity", 7},
      {"disk", mirror::CopyOutcome::failed, 0, "internal", 1},
      {"a server in trouble", mirror::CopyOutcome::failed, 503, "UNAVAILABLE", 5},
      {"no connection", mirror::CopyOutcome::failed, 0, "connect", 5},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    mirror::CopyReport report;
    report.outcome = one.outcome;
    store::FailureRecord failure;
    failure.status = one.status;
    failure.code = one.code;
    report.failures.push_back(failure);
    CHECK(exit_code_of(report) == one.exit);
  }
}

TEST_CASE("what the bar of a copy says, and what it leaves out") {
  mirror::CopyState state;
  state.blobs = 9;
  state.blobs_done = 2;
  state.to_move = 2'000'000;
  state.moved = 1'000'000;
  const auto wide = draw_copy(state, 100'000, "sha256:0123456789ab 45%", 120);
  CHECK(wide == "mirror [===============>              ] 2/9 blobs  1.0 MB/2.0 MB  100 kB/s  0:10 left  "
                "sha256:0123456789ab 45%");
  CHECK(draw_copy(state, 100'000, "sha256:0123456789ab 45%", 40) == "2/9 blobs  1.0 MB/2.0 MB  100 kB/s");
  CHECK(draw_copy(state, std::nullopt, "", 9) == "2/9 blobs");
  CHECK(draw_copy(state, std::nullopt, "", 4) == "2/9 ");
  state.held = true;
  state.failures = 1;
  CHECK(draw_copy(state, 100'000, "", 80).find("1 failed  1.0 MB/2.0 MB  waiting, as the registry asks") !=
        std::string::npos);
}
