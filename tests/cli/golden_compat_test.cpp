// `compat` and `which` byte for byte: from a crawl (february.hpp), and from the reference alone.
#include "compat_run.hpp"
#include "golden.hpp"

using namespace tagdb;
using tagdb::test::GoldenCase;

namespace {

/// Against the database of february.hpp.
const GoldenCase k_crawled[] = {
    {"compat", {"compat", "--host", "10.0.17763.973", "--image", "ltsc2019"}},
    {"compat-json", {"compat", "--host", "10.0.17763.973", "--image", "ltsc2019", "--format", "json"}},
    {"compat-client", {"compat", "--host", "17763.1098", "--image", "ltsc2019", "--host-sku", "client"}},
    {"which", {"which", "--host", "10.0.17763.973"}},
    {"which-json", {"which", "--host", "10.0.17763.973", "--format", "json"}},
};

/// Without one. What is piped in is that of tests/windows/corpus/kubectl_nodes.json.
const GoldenCase k_reference[] = {
    {"compat-behind", {"compat", "--host", "26100.2894", "--image", "26100.3194", "--host-sku", "server"}},
    {"compat-unknown", {"compat", "--host", "14393", "--image", "14393.3506"}},
    {"compat-several",
     {"compat", "--host", "17763.973", "--host", "17763.1098", "--image", "17763.973", "--image",
      "17763.1098"}},
    {"compat-several-json",
     {"compat", "--host", "17763.973", "--image", "17763.973", "--image", "17763.1098", "--format", "json"}},
    {"compat-nodes", {"compat", "-", "--image", "servercore:ltsc2019"}},
    {"which-two-builds", {"which", "--host", "20348.5139", "--host", "26100.32860"}},
    {"which-nodes", {"which", "-"}},
    {"which-nodes-json", {"which", "-", "--format", "json"}},
    {"which-unknown", {"which", "--host", "17763", "--repo", "nanoserver"}},
};

} // namespace

TEST_CASE("verdicts from a crawl are the golden ones") {
  const test::February february;
  for (const auto& one : k_crawled)
    check_golden("golden-compat", one, february(one.arguments), february.folder.path().string());
}

TEST_CASE("verdicts from the reference are the golden ones") {
  test::Fresh fresh;
  fresh.run.input = test::slurp(test::k_corpus + "kubectl_nodes.json");
  for (const auto& one : k_reference)
    check_golden("golden-compat", one, fresh(one.arguments), fresh.folder.path().string());
}

TEST_CASE("no golden verdict is left over") {
  std::vector<GoldenCase> all(std::begin(k_crawled), std::end(k_crawled));
  all.insert(all.end(), std::begin(k_reference), std::end(k_reference));
  test::check_nothing_left_over("golden-compat", all);
}
