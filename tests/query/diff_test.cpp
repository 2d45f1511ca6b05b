#include "asking.hpp"
#include "support/catch.hpp"
#include <tagdb/query/diff.hpp>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;

namespace {

constexpr std::uint64_t k_base_size = 1718332879;
constexpr std::uint64_t k_update_size = 967113907;

const TestImage k_january("10.0.17763.973", "2020-01-08T02:00:00Z");
const TestImage k_february = TestImage("10.0.17763.1040", "2020-02-13T02:00:00Z").add("arm64");
const TestImage k_1909("10.0.18363.658");

void fill(RecordBuilder& record) {
  record.check("windows/servercore", "2020-02-19T12:00:00Z")
      .present("10.0.17763.973", k_january)
      .present({"10.0.17763.1040", "ltsc2019"}, k_february)
      .present_bare("ltsc2019-amd64", k_february)
      .present("1909", k_1909)
      .present("1903", TestImage("10.0.18362.658").without_manifests());
}

base::Result<Diff> diff_of(const Record& record, std::string_view a, std::string_view b,
                           std::string architecture = "amd64") {
  return diff(record.reader(), Scope{t("2026-11-20"), std::nullopt, std::move(architecture)},
              must(parse_reference_query(a)), must(parse_reference_query(b)), {});
}

/// "ab": in A and B; "b": only in B.
std::string layers_of(const Diff& diff) {
  std::string text;
  for (const auto& layer : diff.layers)
    text += (text.empty() ? "" : " ") + std::string(layer.in_a ? "a" : "") + (layer.in_b ? "b" : "");
  return text;
}

} // namespace

TEST_CASE("what a host that has one image pulls for another") {
  const Record record(fill);
  const auto monthly = must(diff_of(record, "17763.973", "ltsc2019"));
  CHECK(monthly.a.revision->to_string() == "10.0.17763.973");
  CHECK(monthly.b.revision->to_string() == "10.0.17763.1040");
  CHECK(monthly.manifest_a == k_january.platform().manifest.digest);
  CHECK(monthly.manifest_b == k_february.platform().manifest.digest);
  CHECK(layers_of(monthly) == "ab b a");
  CHECK(monthly.layers[0].size == k_base_size);
  CHECK(monthly.pull_bytes == k_update_size);
  CHECK_FALSE(monthly.same_image);

  const auto other_build = must(diff_of(record, "ltsc2019", "1909"));
  CHECK(layers_of(other_build) == "b b a a");
  CHECK(other_build.pull_bytes == k_base_size + k_update_size);
}

TEST_CASE("the same image under two names") {
  const Record record(fill);
  const auto same = must(diff_of(record, "ltsc2019", "ltsc2019-amd64"));
  CHECK(same.same_image);
  CHECK(same.pull_bytes == 0u);
  CHECK(layers_of(same) == "ab ab");
}

TEST_CASE("what is not held is not counted") {
  const Record record(fill);
  const auto refused = must(diff_of(record, "ltsc2019", "1903"));
  CHECK(refused.manifest_b.has_value()); // the index names it
  CHECK_FALSE(refused.pull_bytes);
  CHECK(layers_of(refused) == "a a");
  const auto no_platform = must(diff_of(record, "1909", "ltsc2019", "arm64"));
  CHECK_FALSE(no_platform.manifest_a); // it has no arm64
  CHECK(no_platform.manifest_b == k_february.platform("arm64").manifest.digest);
  CHECK_FALSE(no_platform.pull_bytes);
  CHECK(layers_of(no_platform) == "b b");
}

TEST_CASE("a side that is not there") {
  const Record record(fill);
  const auto unknown = diff_of(record, "ltsc2019", "ltsc2222");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind() == base::ErrorKind::not_found);
}
