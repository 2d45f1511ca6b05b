#include <tagdb/query/freshness.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

constexpr std::chrono::seconds k_default_limit = std::chrono::hours(8 * 24);
constexpr std::string_view k_advice = "run `tagdb sync`";

} // namespace

base::Result<Freshness> freshness(const store::Reader& reader, store::RepositoryId repository,
                                  base::Instant now, std::optional<std::chrono::seconds> limit,
                                  std::optional<base::Instant> due_before) {
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
  } else if (due_before && check->started < *due_before) {
    fresh.stale = true;
    fresh.reason = "the last complete check is " + base::format_age(*fresh.age) +
                   " old, from before the release that was due at " + base::format_rfc3339(*due_before) +
                   "; " + std::string(k_advice);
  }
  return fresh;
}

} // namespace tagdb::query
