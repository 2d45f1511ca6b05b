#include "check.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/oci/image_config.hpp>

using tagdb::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = tagdb::oci::parse_image_config(tagdb::fuzz::text_of(data, size));
  if (!config) {
    must(config.error().kind() == tagdb::base::ErrorKind::integrity, "a bad config is an integrity failure");
    return 0;
  }
  must(config->os_version.size() <= 256, "fields are bounded");
  for (const auto& [line, created] : config->history) {
    must(line.size() <= 1024, "history is bounded");
    must(tagdb::base::is_valid_utf8(line), "history is UTF-8");
  }
  if (config->created)
    must(!tagdb::base::format_rfc3339(*config->created).empty(), "created can be printed");
  return 0;
}
