#include "failure_records.hpp"

#include <tagdb/base/text.hpp>

namespace tagdb::remote {

namespace {

constexpr std::size_t k_message_bytes = 600;

} // namespace

void write_failure(base::JsonWriter& json, const store::FailureRecord& failure) {
  json.begin_object();
  json.member("reference", failure.reference).member("stage", failure.stage).member("code", failure.code);
  json.key("status");
  if (failure.status != 0)
    json.value(failure.status);
  else
    json.null();
  json.member("tries", failure.tries).member("known", failure.known).member("message", failure.message);
  json.key("advice");
  if (failure.advice.empty())
    json.null();
  else
    json.value(failure.advice);
  json.end_object();
}

std::string failure_line(const store::FailureRecord& failure) {
  // The message names status and code where there are any.
  std::string line = failure.reference + ": " + failure.message;
  if (!failure.advice.empty())
    line += "; " + failure.advice;
  return base::escape_untrusted(line, k_message_bytes);
}

} // namespace tagdb::remote
