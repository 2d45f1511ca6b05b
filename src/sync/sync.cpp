#include "crawler.hpp"
#include "failure.hpp"
#include "recorder.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/sync/sync.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagdb::sync {

namespace {

using store::CheckOutcome;
using store::CheckScope;

/// An absence that has been seen for so long has had its event; see query/timeline.hpp.
constexpr std::chrono::hours k_sure_absence{1};

/// Nothing where it was stopped.
base::Result<std::optional<registry::TagList>> list_tags(const Crawl& crawl,
                                                         const oci::RepositoryName& repository) {
  std::optional<base::Result<registry::TagList>> listed;
  crawl.registry.list_tags(repository,
                           [&](base::Result<registry::TagList> result) { listed = std::move(result); });
  crawl.registry.run(crawl.stop);
  if (!listed || (!*listed && listed->error().kind() == base::ErrorKind::interrupted))
    return std::nullopt;
  if (!*listed)
    return std::move(listed->error()).while_doing("listing the tags of " + repository.to_string());
  auto& list = **listed;
  if (!list.invalid.empty())
    crawl.log.warning_once(fmt::format(
        "{}: {} of the listed names cannot be tags and are left out, \"{}\" first", repository.to_string(),
        list.invalid.size(), base::escape_untrusted(list.invalid.front(), 60)));
  return std::optional(std::move(list));
}

/// What the database knows when a look begins.
struct Known {
  std::vector<store::KnownTag> tags;
  std::optional<base::Instant> carry_on_from;
};

base::Result<Known> load(store::Writer& writer, store::RepositoryId repository, CheckScope scope) {
  Known known;
  TAGDB_TRY_ASSIGN(known.tags, writer.known_tags(repository));
  std::sort(known.tags.begin(), known.tags.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (scope == CheckScope::full) {
    TAGDB_TRY_ASSIGN(known.carry_on_from, writer.unfinished_full_check(repository));
  }
  return known;
}

RepositoryReport empty_report(const oci::RepositoryName& repository) {
  return {.repository = repository, .check = {}, .counts = {}};
}

/// One look, from its row in the database to its end.
class Look {
 public:
  Look(const Crawl& crawl, store::Writer& writer, const oci::RepositoryName& repository,
       const SyncOptions& options)
      : m_crawl(crawl),
        m_writer(writer),
        m_options(options),
        m_before(crawl.registry.traffic()),
        m_begun(crawl.clock.monotonic()),
        m_report(empty_report(repository)) {}

  base::Result<RepositoryReport> run() {
    TAGDB_TRY_ASSIGN(m_id, m_writer.repository(m_crawl.registry.endpoint().name, m_report.repository));
    TAGDB_TRY_ASSIGN(const auto known, load(m_writer, m_id, m_options.scope));
    TAGDB_TRY_ASSIGN(m_report.check, m_writer.begin_check(m_id, m_options.scope, m_crawl.clock.now()));
    TAGDB_TRY(m_writer.checkpoint());

    auto listed = list_tags(m_crawl, m_report.repository);
    if (!listed) {
      TAGDB_TRY(list_failed(std::move(listed).error()));
    } else if (!*listed) {
      m_report.outcome = CheckOutcome::interrupted;
    } else {
      TAGDB_TRY(crawl(known, **std::move(listed)));
    }
    return finish();
  }

 private:
  base::Status list_failed(base::Error error) {
    m_report.outcome = CheckOutcome::failed;
    m_report.failures.push_back(make_failure(m_report.repository.to_string(), "list", error, false));
    m_report.error = std::move(error);
    return m_writer.add_failure(m_report.check, m_report.failures.back());
  }

  base::Status crawl(const Known& known, registry::TagList list) {
    m_report.counts.listed = list.tags.size();
    const auto plan = make_plan(
        {list.tags, known.tags, m_crawl.clock.now(), m_options.scope, known.carry_on_from, m_options.sample});
    list = {};
    m_report.asked = plan.asks.size();
    m_report.counts.skipped = plan.skipped;
    TAGDB_TRY_ASSIGN(const bool has_content, m_writer.has_content());

    StoreSink sink(m_writer, m_id, m_report.check);
    Recorder recorder(sink, m_crawl.clock);
    const auto now = m_crawl.clock.now();
    for (const auto& tag : plan.still_absent)
      recorder.add(store::Observation{tag, store::SpanState::absent, std::nullopt, {}, now});
    for (const auto& tag : known.tags)
      if (tag.state == store::SpanState::absent && tag.last_seen - tag.first_seen < k_sure_absence)
        m_report.changed.push_back(tag.name);
    Crawler crawler(m_crawl, m_report.repository, m_options, plan, known.tags, recorder);
    if (!has_content)
      crawler.nothing_is_held();
    auto result = crawler.run();
    TAGDB_TRY(recorder.finish());
    m_report.outcome = result.outcome;
    m_report.counts.resolved = result.resolved;
    m_report.counts.fetched = result.fetched;
    m_report.fresh = result.fresh;
    m_report.moved = result.moved;
    m_report.failures = std::move(result.failures);
    auto& changed = m_report.changed;
    std::move(result.changed.begin(), result.changed.end(), std::back_inserter(changed));
    std::sort(changed.begin(), changed.end());
    changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
    for (const auto& bad : sink.bad_configs()) {
      m_report.failures.push_back(make_failure(m_report.repository.to_string() + "@" + bad.digest.to_string(),
                                               "config", bad.error, bad.known));
      TAGDB_TRY(m_writer.add_failure(m_report.check, m_report.failures.back()));
    }
    return {};
  }

  base::Result<RepositoryReport> finish() {
    auto& counts = m_report.counts;
    for (const auto& failure : m_report.failures)
      ++(failure.known ? counts.known : counts.failed);
    const auto traffic = m_crawl.registry.traffic();
    counts.requests = traffic.requests - m_before.requests;
    counts.bytes = traffic.bytes - m_before.bytes;
    TAGDB_TRY(m_writer.finish_check(m_report.check, m_report.outcome, counts, m_crawl.clock.now()));
    TAGDB_TRY(m_writer.checkpoint());
    m_report.took = m_crawl.clock.monotonic() - m_begun;
    return std::move(m_report);
  }

  const Crawl& m_crawl;
  store::Writer& m_writer;
  const SyncOptions& m_options;
  const net::Traffic m_before;
  const std::chrono::nanoseconds m_begun;
  store::RepositoryId m_id{};
  RepositoryReport m_report;
};

} // namespace

base::Result<RepositoryReport> sync_repository(const Crawl& crawl, store::Writer& writer,
                                               const oci::RepositoryName& repository,
                                               const SyncOptions& options) {
  crawl.progress.repository_started(repository);
  auto report = Look(crawl, writer, repository, options).run();
  crawl.progress.repository_finished(repository);
  return std::move(report).while_doing("recording " + repository.to_string());
}

base::Result<Plan> plan_repository(const Crawl& crawl, store::Writer* writer,
                                   const oci::RepositoryName& repository, const SyncOptions& options) {
  Known known;
  if (writer != nullptr) {
    TAGDB_TRY_ASSIGN(const auto id, writer->repository(crawl.registry.endpoint().name, repository));
    TAGDB_TRY_ASSIGN(known, load(*writer, id, options.scope));
  }
  TAGDB_TRY_ASSIGN(const auto listed, list_tags(crawl, repository));
  if (!listed)
    return base::Error(base::ErrorKind::interrupted, "stopped");
  return make_plan(
      {listed->tags, known.tags, crawl.clock.now(), options.scope, known.carry_on_from, options.sample});
}

} // namespace tagdb::sync
