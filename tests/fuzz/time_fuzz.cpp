#include "check.hpp"
#include <tagdb/base/time.hpp>

#include <string>

using namespace tagdb::base;
using tagdb::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tagdb::fuzz::text_of(data, size);
  if (const auto instant = parse_rfc3339(text))
    must(parse_rfc3339(format_rfc3339(*instant)).value() == *instant, "an instant survives");
  if (const auto day = parse_date(text))
    must(format_date(*day) == text, "a date has one spelling");
  if (const auto instant = parse_http_date(text))
    must(parse_rfc3339(format_rfc3339(*instant)).value() == *instant, "an HTTP date is an instant");
  if (const auto duration = parse_duration(text)) {
    must(duration->count() >= 0, "a duration is not negative");
    must(parse_duration(std::to_string(duration->count()) + "s").value() == *duration, "a duration survives");
  }
  return 0;
}
