// The real documents of Microsoft's registry, where they lie beside the checkout.
#include "asking.hpp"
#include "support/catch.hpp"
#include "support/mcr_data.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/identify.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using tagdb::test::add_config;
using tagdb::test::add_manifest;
using tagdb::test::Blob;
using tagdb::test::slurp;

namespace {

constexpr std::string_view k_day = "2026-09-20T12:00:00Z";

/// "list_servercore_10.0.17763.2061_cc8a0215d2d1.json"
struct Document {
  std::string repository, version;
  Blob blob;
};

std::vector<Document> documents(const std::filesystem::path& folder, std::string_view kind) {
  std::vector<Document> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto name = entry.path().stem().string();
    const auto parts = base::split(name, '_');
    if (parts.size() == 4 && parts[0] == kind && (parts[1] == "servercore" || parts[1] == "nanoserver"))
      found.push_back({"windows/" + std::string(parts[1]), std::string(parts[2]), Blob(slurp(entry.path()))});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.blob.digest < b.blob.digest; });
  return found;
}

/// All lists, and the manifests and configs that there are: most are refused by the registry, so to say.
void record_collection(RecordBuilder& record, const std::filesystem::path& folder) {
  std::map<std::string, std::vector<Document>> by_repository;
  for (auto& list : documents(folder, "list"))
    by_repository[list.repository].push_back(std::move(list));
  for (const auto& [repository, lists] : by_repository) {
    record.check(repository, k_day);
    std::map<std::string, int> seen;
    const auto observe = [&](const std::string& tag, const oci::Digest& digest) {
      must(
          record.writer().observe(record.current_check(), record.repository(),
                                  {tag, store::SpanState::present, digest, "", tagdb::test::instant(k_day)}));
    };
    for (const auto& list : lists) {
      add_manifest(record.writer(), list.blob);
      // Some revisions were published twice.
      const auto again = seen[list.version]++;
      observe(list.version + (again == 0 ? "" : "_" + std::to_string(again)), list.blob.digest);
    }
    for (const auto& manifest : documents(folder, "manifest")) {
      if (manifest.repository != repository)
        continue;
      add_manifest(record.writer(), manifest.blob);
      observe(manifest.version + "-amd64", manifest.blob.digest);
    }
    for (const auto& config : documents(folder, "config"))
      if (config.repository == repository)
        add_config(record.writer(), config.blob);
  }
}

} // namespace

TEST_CASE("every real list is a base by its digest, and the real config under what is built on it") {
  const auto folder = tagdb::test::mcr_collection();
  if (!folder) {
    WARN("the collection of real manifests is not there");
    return;
  }
  Record record([&](RecordBuilder& builder) { record_collection(builder, *folder); });
  const auto ask = [&](ImageFacts facts) {
    return must(identify(record.reader(), record.scope(), {std::move(facts), {}}));
  };
  const auto lists = documents(*folder, "list");
  CHECK(lists.size() > 100);
  for (const auto& list : lists) {
    INFO(list.repository << " " << list.version);
    ImageFacts facts;
    facts.short_id = list.blob.digest.encoded().substr(0, 12);
    const auto answer = ask(facts);
    CHECK(answer.match == MatchKind::digest);
    CHECK(answer.repository == list.repository);
    CHECK(answer.revision->to_string() == list.version);
    CHECK(answer.kb.has_value());
  }
  // Of 18363.1556 the manifest is there too, so that its config is known to be an image's.
  for (const auto& config : documents(*folder, "config")) {
    INFO(config.repository << " " << config.version);
    const auto parsed = must(oci::parse_image_config(config.blob.bytes));
    ImageFacts facts;
    facts.diff_ids = parsed.diff_ids;
    facts.diff_ids.push_back(oci::Digest::of("app"));
    const bool whole = config.version == "10.0.18363.1556";
    if (!whole)
      facts.os_version = parsed.os_version;
    const auto answer = ask(facts);
    CHECK(answer.revision->to_string() == config.version);
    CHECK(answer.match == (whole ? MatchKind::diff_ids : MatchKind::os_version));
    if (whole)
      CHECK(answer.repository == config.repository);
  }
}

TEST_CASE("a real derived image") {
  const auto folder = tagdb::test::mcr_collection();
  if (!folder) {
    WARN("the collection of real manifests is not there");
    return;
  }
  Record record([&](RecordBuilder& builder) { record_collection(builder, *folder); });
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (!entry.path().filename().string().starts_with("config_dotnet-framework-runtime"))
      continue;
    const auto subjects = must(read_identify_text(record.reader(), slurp(entry.path()), "dotnet"));
    const auto answer = must(identify(record.reader(), record.scope(), must(subjects.at(0))));
    // January's out-of-band image of 20348; no config of it is in the collection.
    CHECK(answer.revision == windows::OsVersion(10, 0, 20348, 473));
    CHECK(answer.match == MatchKind::os_version);
    CHECK(answer.kb == windows::Kb::parse("KB5010796").value());
  }
}
