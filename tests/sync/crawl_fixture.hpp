#pragma once

#include "fake_registry.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/store/reader.hpp>
#include <tagdb/sync/sync.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::test {

/// Crawls a fake registry into a database of its own, again and again.
class CrawlFixture {
 public:
  CrawlFixture() : registry(clock) {}

  /// One whole sync. Time goes on by an hour before it, so that looks differ in time.
  base::Result<sync::RepositoryReport> try_sync(sync::SyncOptions options = {},
                                                std::function<bool()> stop = {}) {
    clock.advance(std::chrono::hours(1));
    auto writer = must(store::Writer::open(database(), clock));
    net::ClientOptions client_options;
    client_options.retry.max_tries = 2;
    client_options.random_seed = 7;
    net::Client http(registry, clock, log, client_options);
    registry::RegistryClient client(http, must(registry::Endpoint::parse("http://registry.test")), {}, clock,
                                    log);
    const sync::Crawl crawl{client, clock, log, progress, std::move(stop)};
    auto report = sync::sync_repository(crawl, writer, repository, options);
    if (report)
      must(writer.close());
    return report;
  }
  sync::RepositoryReport sync(sync::SyncOptions options = {}, std::function<bool()> stop = {}) {
    return must(try_sync(options, std::move(stop)));
  }

  /// Own newest spans by name.
  std::map<std::string, store::KnownTag> tags() {
    auto writer = must(store::Writer::open(database(), clock));
    std::map<std::string, store::KnownTag> by_name;
    for (auto& tag : must(writer.known_tags(must(writer.repository(name, repository)))))
      by_name.emplace(tag.name, std::move(tag));
    return by_name;
  }
  std::optional<store::ContentRecord> content(const oci::Digest& digest) {
    return must(must(store::Writer::open(database(), clock)).find_content(digest));
  }
  bool held(const oci::Digest& digest) {
    const auto found = content(digest);
    return found && found->held;
  }
  std::filesystem::path database() const { return dir / "tagdb.sqlite"; }

  TempDir dir;
  ManualClock clock;
  FakeRegistry registry;
  std::vector<std::string> said; ///< warnings and infos
  base::Log log{base::LogLevel::info,
                [this](base::LogLevel, std::string_view line) { said.emplace_back(line); }};
  oci::RegistryName name = must(oci::RegistryName::parse("registry.test"));
  oci::RepositoryName repository = must(oci::RepositoryName::parse("windows/servercore"));

  class LastProgress final : public sync::Progress {
   public:
    void repository_started(const oci::RepositoryName&) override { ++started; }
    void update(const sync::ProgressState& state) override { last = state; }
    void repository_finished(const oci::RepositoryName&) override { ++finished; }
    int started = 0, finished = 0;
    sync::ProgressState last;
  } progress;
};

} // namespace tagdb::test
