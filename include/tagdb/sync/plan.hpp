#pragma once

#include <tagdb/store/model.hpp>
#include <tagdb/store/writer.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tagdb::sync {

/// Why a tag is asked in this run.
enum class AskReason : std::uint8_t {
  fresh,    ///< never seen, or seen absent and listed again
  floating, ///< can move: kind floating (with any suffix), or kind other that has not stood still for 30 days
  incomplete, ///< something below it could not be fetched last time
  sample,     ///< its turn in the rotating thirtieth of the tags that should not move
  full,       ///< --full
  unlisted,   ///< known, but not in this complete list: is it gone?
};

struct Ask {
  std::string tag;
  AskReason reason = AskReason::fresh;
};

/// What one look at one repository will ask.
struct Plan {
  std::vector<Ask> asks; ///< floating first, then fresh by list order, then the rest
  std::vector<std::string>
      still_absent;          ///< known to be absent and not listed: recorded again, without a request
  std::uint64_t skipped = 0; ///< listed, known and not due
};

struct PlanInput {
  const std::vector<std::string>& listed;
  const std::vector<store::KnownTag>& known;
  base::Instant now;
  store::CheckScope scope = store::CheckScope::quiet;
  /// Of a full check that carries on from a killed one: tags seen since then are skipped.
  std::optional<base::Instant> carry_on_from;
  /// Whether the rotating sample has its turn. Who looks again every few minutes leaves it to the daily sync.
  bool sample = true;
};

/// Pure, so that "cheap when quiet" is a table of cases. The rotating sample is ceil(n/30) of the n listed
/// tags that are not asked for another reason, those looked at longest ago first, so that daily runs see each
/// within a month; a tag seen within the last 12 hours is never sampled again.
Plan make_plan(const PlanInput& input);

inline constexpr unsigned k_sample_days = 30;
inline constexpr std::chrono::hours k_other_settles{30 * 24};

} // namespace tagdb::sync
