#include <tagdb/query/freshness.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

constexpr std::chrono::seconds k_default_limit = std::chrono::hours(8 * 24);
/// How long a release may be due before data without it is stale: images appear the same day as a rule, and
/// have been three days late.
constexpr std::chrono::days k_time_to_land{3};
constexpr std::string_view k_advice = "run `tagdb sync`";

} // namespace

base::Result<Freshness> freshness(const store::Reader& reader, store::RepositoryId repository,
                                  base::Instant now, std::optional<std::chrono::seconds> limit) {
  Freshness fresh;
  TAGDB_TRY_ASSIGN(const auto check, reader.last_complete_check(repository));
  if (!check) {
    fresh.stale = true;
    fresh.reason = "no check of this repository was ever complete; " + std::string(k_advice);
    return fresh;
  }
  fresh.last_complete = check->started;
  // A clock that was set back makes no data young: an age is never below zero.
  fresh.age = std::max(std::chrono::seconds(0), std::chrono::seconds(now - check->started));
  const auto bound = limit.value_or(k_default_limit);
  if (*fresh.age > bound) {
    fresh.stale = true;
    fresh.reason = "the last complete check is " + base::format_age(*fresh.age) + " old, the limit is " +
                   base::format_age(bound) + "; " + std::string(k_advice);
    return fresh;
  }
  if (check->started >= now - k_time_to_land)
    return fresh; // later than any release that is due for so long
  TAGDB_TRY_ASSIGN(const auto due, reader.release_due(now - k_time_to_land));
  if (due && check->started < due->instant) {
    fresh.stale = true;
    fresh.reason = "the last complete check is " + base::format_age(*fresh.age) +
                   " old, from before the release that was due at " + base::format_rfc3339(due->instant) +
                   " (" + due->label.to_string() + "); " + std::string(k_advice);
  }
  return fresh;
}

base::Result<Freshness> knowledge_freshness(const store::Reader& reader, base::Instant now, base::Instant at,
                                            std::optional<std::chrono::seconds> limit) {
  Freshness fresh;
  TAGDB_TRY_ASSIGN(const auto edition, reader.knowledge_edition());
  const base::Instant end = edition.as_of + std::chrono::days(1) - std::chrono::seconds(1);
  fresh.last_complete = end;
  fresh.age = std::max(std::chrono::seconds(0), std::chrono::seconds(now - end));
  const std::string what = "the reference is of " + windows::format_day(edition.as_of);
  if (limit && *fresh.age > *limit) {
    fresh.stale = true;
    fresh.reason = what + ", " + base::format_age(*fresh.age) + " old, the limit is " +
                   base::format_age(*limit) + "; " + std::string(k_advice);
    return fresh;
  }
  TAGDB_TRY_ASSIGN(const auto due, reader.release_due(std::min<base::Instant>(at, now - k_time_to_land)));
  if (due && end < due->instant) {
    fresh.stale = true;
    fresh.reason = what + ", and knows no release after that; " + due->label.to_string() + " was due at " +
                   base::format_rfc3339(due->instant) + "; " + std::string(k_advice);
  }
  return fresh;
}

} // namespace tagdb::query
