#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/net/transport.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tagdb::net {

// The decisions of the client, as pure functions, so that a table of named cases can test them.

/// What to do with an outcome.
enum class Verdict : std::uint8_t {
  final, ///< hand it to the caller, success or permanent refusal
  retry, ///< the request may succeed if asked again: 408, 499, 500, 502, 503, 504, 522, resets, short bodies,
         ///< stalls
  hold_host, ///< 429, or 503 with Retry-After, or HTTP/2 ENHANCE_YOUR_CALM: the whole host waits
};

/// A 5xx whose body names a MANIFEST_… code is permanent (docker-registry's answer to a refused manifest).
Verdict judge(const Response& response);
Verdict judge(const TransferFailure& failure);

struct RetryPolicy {
  int max_tries = 6; ///< of one request, the first included; 429 is counted apart
  int max_tries_unreached =
      3; ///< of one that finds no way to a host which never answered: more likely mistyped than broken
  std::chrono::milliseconds first_delay{500}; ///< doubled at each try, full jitter
  std::chrono::milliseconds max_delay{60'000};
  std::chrono::seconds default_hold{
      5}; ///< of a host that sent 429 without a usable Retry-After; doubled each time
  std::chrono::seconds max_hold{15 * 60};       ///< no longer than this at once, whatever Retry-After says
  std::chrono::seconds max_total_hold{60 * 60}; ///< of one host in one run; then its requests fail
};

/// Retry-After as seconds or HTTP date (a past date is zero); nothing for anything else, or absent.
std::optional<std::chrono::seconds> parse_retry_after(std::optional<std::string_view> value,
                                                      base::Instant now);

/// The wait before try number `next_try` (2 is the first repetition); `random` is uniform in [0,1).
std::chrono::milliseconds retry_delay(const RetryPolicy& policy, int next_try, double random);

} // namespace tagdb::net
