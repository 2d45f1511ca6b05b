#include "truth_moments.hpp"

#include <algorithm>
#include <tuple>

namespace tagdb::query {
namespace {

bool is_whole(const store::CheckRecord& check) {
  return check.finished &&
         (check.outcome == store::CheckOutcome::complete || check.outcome == store::CheckOutcome::partial);
}

} // namespace

base::Result<Moments> Moments::of(const store::Reader& reader, store::RepositoryId repository) {
  TAGDB_TRY_ASSIGN(auto checks, reader.checks(repository));
  Moments moments;
  for (auto& check : checks) {
    if (is_whole(check))
      moments.m_whole.push_back(std::move(check));
    else
      moments.m_cut_short.emplace(static_cast<std::int64_t>(check.id), check.started);
  }
  // Checks of one observer may end in one second; their numbers keep them apart.
  std::sort(moments.m_whole.begin(), moments.m_whole.end(), [](const auto& a, const auto& b) {
    return std::tie(*a.finished, a.started, a.number, a.id) <
           std::tie(*b.finished, b.started, b.number, b.id);
  });
  moments.m_baseline = moments.size();
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const auto& check = moments.m_whole[i];
    moments.m_numbers.emplace(static_cast<std::int64_t>(check.id), i);
    // The same one as baseline_end(): the first to begin.
    if (check.outcome == store::CheckOutcome::complete &&
        (moments.m_baseline == moments.size() || check.started < moments.m_whole[moments.m_baseline].started))
      moments.m_baseline = i;
  }
  return moments;
}

std::size_t Moments::of_look(store::CheckId check, base::Instant at) const {
  const auto number = m_numbers.find(static_cast<std::int64_t>(check));
  if (number != m_numbers.end())
    return number->second;
  auto next = std::lower_bound(m_whole.begin(), m_whole.end(), at,
                               [](const auto& whole, base::Instant t) { return *whole.finished < t; });
  // One that had ended in the very second in which the other began has not seen what that saw.
  const auto started = m_cut_short.find(static_cast<std::int64_t>(check));
  if (started != m_cut_short.end())
    while (next != m_whole.end() && next->started < started->second)
      ++next;
  return static_cast<std::size_t>(next - m_whole.begin());
}

std::vector<std::size_t> Moments::begins_of(const Timeline& timeline) const {
  const auto& segments = timeline.segments();
  std::vector<std::size_t> begins(segments.size());
  std::size_t next = size();
  for (std::size_t i = segments.size(); i-- > 0;) {
    next = std::min(next, of_look(segments[i].opened_by, segments[i].first_seen));
    begins[i] = next;
  }
  return begins;
}

} // namespace tagdb::query
