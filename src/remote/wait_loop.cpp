#include "wait_loop.hpp"

#include "recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace tagdb::remote {

namespace {

using std::chrono::seconds;

constexpr seconds k_slice{1};

query::Scope scope_of(const cli::Session& session, const oci::RegistryName& registry) {
  return {.now = session.clock.now(), .registry = registry, .architecture = session.options.architecture};
}

/// A refusal that no later look will overcome: credentials that are wrong, a repository that is not there.
bool is_final(const base::Error& error) {
  return registry::is_refusal(error) || error.kind() == base::ErrorKind::unauthorised ||
         error.kind() == base::ErrorKind::usage;
}

class WaitLoop {
 public:
  WaitLoop(const WaitTools& tools, const AwaitedRelease& release, std::vector<AwaitedTag> tags)
      : m_tools(tools),
        m_tags(std::move(tags)),
        m_result{.release = release, .tags = {}, .looks = {}, .error = {}} {
    m_result.looks = {.as_of = tools.session.clock.now(),
                      .registry = tools.endpoint.name.to_string(),
                      .database = tools.session.options.db,
                      .repositories = {},
                      .events = {}};
  }

  base::Result<WaitResult> run() {
    TAGDB_TRY(judge());
    while (!m_result.landed() && !m_tools.stop.now()) {
      if (const auto early = until_due(); early.count() > 0) {
        // In parts, because the wall clock may be set meanwhile.
        pause(std::min<std::chrono::nanoseconds>(early, k_at_once), true);
        // Nothing is there on the stroke of the hour, and everybody else who waits would ask then too.
        if (until_due().count() <= 0)
          pause(m_tools.pace.next(), false);
        continue;
      }
      TAGDB_TRY(look());
      m_tools.notifier.deliver(m_tools.session.options.db);
      const auto before = landed();
      TAGDB_TRY(judge());
      if (m_result.landed() || m_tools.stop.now())
        break;
      if (m_listed && m_tags.empty())
        return base::Error(base::ErrorKind::not_found,
                           "no floating tag of a supported version is in what was crawled",
                           "name the tags to wait for, as in `tagdb wait ltsc2022`");
      if (landed() > before)
        m_tools.pace.restart();
      pause(m_tools.pace.next(), false);
      TAGDB_TRY(judge()); // somebody else may have looked
    }
    m_tools.progress.hide();
    m_result.interrupted = base::stop_requested() && !m_result.landed();
    m_result.deadline_passed = !m_result.interrupted && !m_result.landed();
    m_result.looks.as_of = m_tools.session.clock.now();
    if (m_listed)
      m_result.error.reset();
    return std::move(m_result);
  }

 private:
  static constexpr std::chrono::minutes k_at_once{10};

  base::Status judge() {
    TAGDB_TRY_ASSIGN(m_result.tags,
                     landings_now(m_tools.session, m_tools.endpoint.name, m_result.release, m_tags));
    return {};
  }

  std::size_t landed() const {
    return static_cast<std::size_t>(
        std::count_if(m_result.tags.begin(), m_result.tags.end(),
                      [](const auto& tag) { return tag.state == query::LandingState::landed; }));
  }

  seconds until_due() const {
    const auto& due = m_result.release.due;
    return due ? *due - m_tools.session.clock.now() : seconds(0);
  }

  /// Those in which something is missing.
  base::Result<Targets> targets() const {
    Targets targets{m_tools.endpoint, {}};
    if (m_tags.empty())
      return parse_targets({}, m_tools.endpoint.url.to_string());
    for (const auto& landing : m_result.tags) {
      if (landing.state == query::LandingState::landed)
        continue;
      TAGDB_TRY_ASSIGN(auto name, oci::RepositoryName::parse(landing.repository));
      if (std::find(targets.repositories.begin(), targets.repositories.end(), name) ==
          targets.repositories.end())
        targets.repositories.push_back(std::move(name));
    }
    return targets;
  }

  base::Status look() {
    TAGDB_TRY_ASSIGN(auto where, targets());
    sync::SyncOptions options;
    options.sample = false;
    auto looked = look_and_record(m_tools.session, m_tools.crawl, where, options, m_tools.notifier);
    if (!looked) {
      if (looked.error().kind() != base::ErrorKind::busy)
        return std::move(looked).error();
      m_tools.crawl.log.info(looked.error().to_string() + "; what it records counts");
      return {};
    }
    for (const auto& report : looked->repositories)
      TAGDB_TRY(listed(report));
    add_look(m_result.looks, *std::move(looked));
    return check_names();
  }

  base::Status listed(const sync::RepositoryReport& report) {
    const auto name = report.repository.to_string();
    if (!report.error) {
      m_listed = m_listed || report.outcome != store::CheckOutcome::interrupted;
      m_seen.insert(name);
      return {};
    }
    if (m_seen.count(name) == 0 && is_final(*report.error))
      return *report.error;
    m_result.error = report.error;
    m_tools.crawl.log.warning_once(report.error->to_string() + "; it is asked again");
    return {};
  }

  base::Status check_names() {
    TAGDB_TRY_ASSIGN(const auto reader, store::Reader::open(m_tools.session.options.db));
    if (!reader)
      return {};
    const auto scope = scope_of(m_tools.session, m_tools.endpoint.name);
    for (const auto& tag : m_tags) {
      TAGDB_TRY_ASSIGN(auto error, mistyped(*reader, scope, tag));
      if (error)
        return *std::move(error);
    }
    return {};
  }

  void pause(std::chrono::nanoseconds longest, bool release_hour) {
    const auto& clock = m_tools.session.clock;
    if (const auto left = m_tools.stop.left())
      longest = std::min(longest, *left);
    const auto end = clock.monotonic() + longest;
    Waiting state{.release = m_result.release.label.to_string(),
                  .missing = {},
                  .awaited = m_result.tags.size(),
                  .until = clock.now() + std::chrono::ceil<seconds>(longest),
                  .release_hour = release_hour};
    if (release_hour)
      state.until = *m_result.release.due;
    for (const auto& tag : m_result.tags)
      if (tag.state != query::LandingState::landed)
        state.missing.push_back(tag.repository + ":" + tag.tag);
    while (!m_tools.stop.now()) {
      const auto left = end - clock.monotonic();
      if (left.count() <= 0)
        break;
      state.left = release_hour ? std::max(until_due(), seconds(0)) : std::chrono::ceil<seconds>(left);
      m_tools.progress.waiting(state);
      m_tools.pause.sleep(std::min<std::chrono::nanoseconds>(left, k_slice));
    }
    m_tools.progress.hide();
  }

  const WaitTools& m_tools;
  std::vector<AwaitedTag> m_tags;
  WaitResult m_result;
  bool m_listed = false;        ///< some look had some list
  std::set<std::string> m_seen; ///< repositories that were listed once
};

} // namespace

void add_look(SyncResult& looks, SyncResult look) {
  looks.as_of = look.as_of;
  std::move(look.events.begin(), look.events.end(), std::back_inserter(looks.events));
  for (auto& report : look.repositories) {
    const auto known = std::find_if(looks.repositories.begin(), looks.repositories.end(),
                                    [&](const auto& one) { return one.repository == report.repository; });
    if (known == looks.repositories.end()) {
      looks.repositories.push_back(std::move(report));
      continue;
    }
    auto& counts = report.counts;
    counts.resolved += known->counts.resolved;
    counts.fetched += known->counts.fetched;
    counts.requests += known->counts.requests;
    counts.bytes += known->counts.bytes;
    report.asked += known->asked;
    report.fresh += known->fresh;
    report.moved += known->moved;
    report.took += known->took;
    *known = std::move(report);
  }
}

base::Result<std::vector<query::Landing>> landings_now(const cli::Session& session,
                                                       const oci::RegistryName& registry,
                                                       const AwaitedRelease& release,
                                                       std::vector<AwaitedTag>& tags) {
  std::vector<query::Landing> landings;
  TAGDB_TRY_ASSIGN(const auto reader, store::Reader::open(session.options.db));
  if (!reader) {
    for (const auto& tag : tags)
      landings.push_back(never_seen(registry.to_string(), tag));
    return landings;
  }
  TAGDB_TRY_ASSIGN(const auto knowledge, reader->knowledge());
  const auto scope = scope_of(session, registry);
  if (tags.empty()) {
    TAGDB_TRY_ASSIGN(tags, featured_tags(*reader, knowledge, scope, release.label));
  }
  return landings_of(*reader, knowledge, scope, tags, release.label);
}

base::Result<WaitResult> wait_for_release(const WaitTools& tools, const AwaitedRelease& release,
                                          std::vector<AwaitedTag> tags) {
  return WaitLoop(tools, release, std::move(tags)).run();
}

} // namespace tagdb::remote
