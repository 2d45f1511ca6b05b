#include "failure.hpp"

#include <tagdb/base/text.hpp>

#include <utility>

namespace tagdb::sync {

namespace {
/// An answer is a label, not a letter: the rest of what a registry says is in the message.
constexpr std::size_t k_answer_bytes = 80;
} // namespace

std::string answer_of(const base::Error& error) {
  const auto& fault = error.fault();
  const auto code = base::escape_untrusted(fault.code, k_answer_bytes);
  // A page that came with 200 is refused for what it is.
  if (fault.status >= 300)
    return std::to_string(fault.status) + (code.empty() ? "" : " " + code);
  if (!code.empty())
    return code;
  return base::escape_untrusted(error.message(), k_answer_bytes);
}

store::FailureRecord make_failure(std::string reference, std::string_view stage, const base::Error& error,
                                  bool known) {
  store::FailureRecord failure;
  failure.reference = std::move(reference);
  failure.stage = stage;
  failure.status = error.fault().status;
  failure.code = base::escape_untrusted(error.fault().code, k_answer_bytes);
  failure.message = error.to_string();
  failure.advice = error.hint();
  failure.tries = error.fault().tries;
  failure.known = known;
  if (failure.code.empty())
    failure.code = base::to_string(error.kind());
  return failure;
}

} // namespace tagdb::sync
