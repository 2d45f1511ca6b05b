#include <tagdb/base/text.hpp>
#include <tagdb/net/retry.hpp>

#include <algorithm>

namespace tagdb::net {

namespace {

/// Where an error document can hide its code; what follows is not worth a search.
constexpr std::size_t k_error_bytes = 64u << 10;

bool names_manifest_error(std::string_view body) {
  return body.substr(0, k_error_bytes).find("\"MANIFEST_") != std::string_view::npos;
}

} // namespace

Verdict judge(const Response& response) {
  switch (response.status) {
  case 429:
    return Verdict::hold_host;
  case 503:
    if (response.headers.find("Retry-After"))
      return Verdict::hold_host;
    [[fallthrough]];
  case 500:
  case 502:
  case 504:
    return names_manifest_error(response.body) ? Verdict::final : Verdict::retry;
  case 408:
  case 499:
  case 522:
    return Verdict::retry;
  default:
    return Verdict::final;
  }
}

Verdict judge(const TransferFailure& failure) {
  switch (failure.fault) {
  case TransferFault::reset:
    // nghttp2's name of the error code, in libcurl's message.
    return failure.message.find("ENHANCE_YOUR_CALM") != std::string::npos ? Verdict::hold_host
                                                                          : Verdict::retry;
  case TransferFault::resolve:
  case TransferFault::connect:
  case TransferFault::short_body:
  case TransferFault::stalled:
    return Verdict::retry;
  case TransferFault::tls:
  case TransferFault::too_large:
  case TransferFault::forbidden_peer:
  case TransferFault::offline:
  case TransferFault::cancelled:
  case TransferFault::refused:
  case TransferFault::protocol:
    return Verdict::final;
  }
  return Verdict::final;
}

std::optional<std::chrono::seconds> parse_retry_after(std::optional<std::string_view> value,
                                                      base::Instant now) {
  // Far beyond every hold, and small enough to compute with.
  constexpr std::uint64_t k_longest = 365ull * 24 * 60 * 60;
  if (!value)
    return std::nullopt;
  const auto text = base::trim(*value);
  if (const auto seconds = base::parse_number(text))
    return std::chrono::seconds(std::min(*seconds, k_longest));
  if (const auto date = base::parse_http_date(text))
    return std::clamp<std::chrono::seconds>(*date - now, std::chrono::seconds(0),
                                            std::chrono::seconds(k_longest));
  return std::nullopt;
}

std::chrono::milliseconds retry_delay(const RetryPolicy& policy, int next_try, double random) {
  auto longest = policy.first_delay;
  for (int doublings = next_try - 2; doublings > 0 && longest < policy.max_delay; --doublings)
    longest *= 2;
  longest = std::min(longest, policy.max_delay);
  return std::chrono::milliseconds(
      static_cast<std::chrono::milliseconds::rep>(random * static_cast<double>(longest.count())));
}

} // namespace tagdb::net
