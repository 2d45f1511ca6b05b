#include "crawler.hpp"

#include "failure.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagdb::sync {

namespace {

using store::CheckOutcome;
using store::SpanState;

/// Four times the streams of one HTTP/2 connection: a tag that waits for another's fetch asks for nothing.
constexpr std::size_t k_in_progress = 512;
/// Reads of a tag that does not settle.
constexpr unsigned k_max_reads = 4;
/// A registry that fails so many tags in a row has gone away; the others would only wait for their turn to
/// fail, each through all its tries.
constexpr unsigned k_gone_away = 40;

} // namespace

Crawler::Crawler(const Crawl& crawl, const oci::RepositoryName& repository, const SyncOptions& options,
                 const Plan& plan, const std::vector<store::KnownTag>& known, Recorder& recorder)
    : m_crawl(crawl),
      m_repository(repository),
      m_options(options),
      m_plan(plan),
      m_known(known),
      m_recorder(recorder),
      m_tree(crawl.registry, repository, recorder,
             {[this](Tree::Waiter slot, const Tree::Outcome& outcome) { settled(slot, outcome); },
              [this](store::FailureRecord failure, bool final) { add_failure(std::move(failure), final); }}),
      m_before(crawl.registry.traffic()) {}

CrawlResult Crawler::run() {
  report_progress();
  // On a first crawl most of what tags point at will be seen; else hardly anything.
  if (m_known.empty())
    m_tree.expect(m_plan.asks.size());
  feed();
  m_crawl.registry.run([this] {
    report_progress();
    if (!should_stop())
      return false;
    m_stopping = true;
    m_tree.stop();
    return true;
  });
  if (m_gave_up) {
    const base::Error error(base::ErrorKind::network,
                            fmt::format("the registry failed {} times in a row: {} tags were not asked",
                                        m_in_a_row, m_plan.asks.size() - m_done),
                            "try again later; what was recorded is kept");
    add_failure(make_failure(m_repository.to_string(), "resolve", error, false), false);
  } else if (m_stopping) {
    m_result.outcome = CheckOutcome::interrupted;
  }
  report_progress();
  m_result.fetched = m_tree.fetched();
  return std::move(m_result);
}

bool Crawler::should_stop() {
  if (m_recorder.failed() || (m_crawl.stop && m_crawl.stop()))
    return true;
  if (m_in_a_row >= k_gone_away)
    m_gave_up = true;
  return m_gave_up;
}

void Crawler::report_progress() {
  const auto traffic = m_crawl.registry.traffic();
  ProgressState state;
  state.tags_due = m_plan.asks.size();
  state.tags_done = m_done;
  state.requests = traffic.requests - m_before.requests;
  state.bytes = traffic.bytes - m_before.bytes;
  state.failures = m_result.failures.size();
  state.in_flight = static_cast<unsigned>(m_crawl.registry.pending());
  state.held = m_crawl.registry.holding();
  m_crawl.progress.update(state);
}

const store::KnownTag* Crawler::known(const std::string& tag) const {
  const auto at = std::lower_bound(m_known.begin(), m_known.end(), tag,
                                   [](const auto& known, const auto& name) { return known.name < name; });
  return at != m_known.end() && at->name == tag ? &*at : nullptr;
}

std::string Crawler::reference(const std::string& tag) const {
  return m_repository.to_string() + ":" + tag;
}

void Crawler::feed() {
  // A tag that ends at once feeds the next one; that must not become a recursion.
  if (std::exchange(m_feeding, true))
    return;
  while (!m_stopping && m_slots.size() - m_free.size() < k_in_progress) {
    if (m_next < m_plan.asks.size()) {
      start(m_next++, std::nullopt);
    } else if (!m_doubts.empty()) {
      // As late as possible: edges of one registry that disagree agree after a while.
      auto doubt = std::move(m_doubts.front());
      m_doubts.pop_front();
      const auto ask = doubt.ask;
      start(ask, std::move(doubt));
    } else {
      break;
    }
  }
  m_feeding = false;
}

void Crawler::start(std::uint32_t ask, std::optional<Doubt> doubt) {
  auto tag = oci::Tag::parse(m_plan.asks[ask].tag);
  Slot slot = 0;
  if (m_free.empty()) {
    slot = static_cast<Slot>(m_slots.size());
    m_slots.emplace_back();
  } else {
    slot = m_free.back();
    m_free.pop_back();
  }
  m_slots[slot] = {ask, {}, std::move(doubt), std::nullopt};
  if (!tag)
    return no_answer(slot, "resolve", tag.error()); // a list holds no such names; a damaged database might
  m_crawl.registry.resolve(m_repository, *tag, [this, slot](base::Result<registry::Resolved> result) {
    answered(slot, std::move(result));
  });
}

void Crawler::answered(Slot slot, base::Result<registry::Resolved> result) {
  m_slots[slot].at = m_crawl.clock.now();
  if (!result && !registry::is_refusal(result.error()))
    return no_answer(slot, "resolve", result.error());
  const auto reading =
      result ? Reading{result->digest, {}} : Reading{std::nullopt, answer_of(result.error())};
  if (doubted(slot, reading))
    return;
  if (result)
    accept_digest(slot, *std::move(result));
  else
    accept_refusal(slot, result.error());
}

/// Edges of one registry disagree for a while after a push. So a known tag that shows something else is
/// believed when two reads in a row agree, or shows the known thing again.
bool Crawler::doubted(Slot slot, const Reading& reading) {
  const auto& ask = ask_of(slot);
  const auto* tag = known(ask.tag);
  if (!m_options.confirm_moves || tag == nullptr || tag->state != SpanState::present)
    return false;
  const auto& before = m_slots[slot].doubt;
  if (reading.digest == tag->digest) {
    if (before)
      m_crawl.log.info(fmt::format("{}: something else for a moment, then {} again", reference(ask.tag),
                                   tag->digest->abbreviated()));
    return false;
  }
  // Not in the list and not there when asked: two answers that agree.
  if (ask.reason == AskReason::unlisted && !reading.digest)
    return false;
  if (before && before->reading == reading)
    return false;
  const unsigned reads = before ? before->reads + 1 : 1;
  if (reads >= k_max_reads)
    unstable(slot);
  else {
    m_doubts.push_back({m_slots[slot].ask, reads, reading});
    m_slots[slot].doubt.reset();
    m_free.push_back(slot);
    feed();
  }
  return true;
}

void Crawler::unstable(Slot slot) {
  base::Fault fault;
  fault.code = "UNSTABLE";
  fault.tries = static_cast<int>(k_max_reads);
  fault.transient = true;
  const auto error =
      base::Error(base::ErrorKind::network,
                  fmt::format("the registry gives a different answer each time ({} reads)", k_max_reads),
                  "it is probably being changed just now; try again in some minutes")
          .with_fault(std::move(fault));
  no_answer(slot, "resolve", error);
}

void Crawler::accept_refusal(Slot slot, const base::Error& error) {
  if (ask_of(slot).reason == AskReason::unlisted && error.fault().status == 404) {
    m_recorder.add(
        store::Observation{ask_of(slot).tag, SpanState::absent, std::nullopt, {}, m_slots[slot].at});
    m_in_a_row = 0;
    return release(slot);
  }
  unpullable(slot, std::nullopt, "resolve", error);
}

void Crawler::accept_digest(Slot slot, registry::Resolved resolved) {
  ++m_result.resolved;
  const auto* tag = known(ask_of(slot).tag);
  if (tag != nullptr && tag->state == SpanState::present && tag->digest == resolved.digest &&
      !tag->incomplete)
    return present(slot, resolved.digest);
  m_slots[slot].digest = resolved.digest;
  m_tree.want(std::move(resolved), slot);
}

void Crawler::settled(Slot slot, const Tree::Outcome& outcome) {
  const auto digest = *std::exchange(m_slots[slot].digest, std::nullopt);
  if (outcome.held)
    present(slot, digest);
  else if (registry::is_refusal(*outcome.error))
    unpullable(slot, digest, "manifest", *outcome.error);
  else
    no_answer(slot, "manifest", *outcome.error);
}

void Crawler::changed(const std::string& tag) {
  if (!m_known.empty())
    m_result.changed.push_back(tag);
}

void Crawler::present(Slot slot, const oci::Digest& digest) {
  const auto* tag = known(ask_of(slot).tag);
  if (tag == nullptr || tag->state == SpanState::absent)
    ++m_result.fresh;
  else if (tag->state == SpanState::present && tag->digest != digest)
    ++m_result.moved;
  if (tag == nullptr || tag->state != SpanState::present || tag->digest != digest)
    changed(ask_of(slot).tag);
  m_recorder.add(store::Observation{ask_of(slot).tag, SpanState::present, digest, {}, m_slots[slot].at});
  m_in_a_row = 0;
  release(slot);
}

void Crawler::unpullable(Slot slot, std::optional<oci::Digest> digest, std::string_view stage,
                         const base::Error& error) {
  const auto& name = ask_of(slot).tag;
  const auto* tag = known(name);
  auto answer = answer_of(error);
  const bool same = tag != nullptr && tag->state == SpanState::unpullable && tag->answer == answer;
  add_failure(make_failure(reference(name), stage, error, same), true);
  if (tag == nullptr || tag->state != SpanState::unpullable)
    changed(name);
  m_recorder.add(store::Observation{name, SpanState::unpullable, std::move(digest), std::move(answer),
                                    m_slots[slot].at});
  m_in_a_row = 0;
  release(slot);
}

void Crawler::no_answer(Slot slot, std::string_view stage, const base::Error& error) {
  if (error.kind() != base::ErrorKind::interrupted) {
    ++m_in_a_row;
    add_failure(make_failure(reference(ask_of(slot).tag), stage, error, false), false);
  }
  release(slot);
}

void Crawler::add_failure(store::FailureRecord failure, bool final) {
  if (!final)
    m_result.outcome = CheckOutcome::partial;
  m_recorder.add(failure);
  m_result.failures.push_back(std::move(failure));
}

void Crawler::release(Slot slot) {
  m_slots[slot].doubt.reset();
  m_free.push_back(slot);
  if (!m_stopping)
    ++m_done;
  feed();
}

} // namespace tagdb::sync
