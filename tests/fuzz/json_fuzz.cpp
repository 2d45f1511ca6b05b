#include "check.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>

#include <string>

using tagdb::base::JsonDocument;
using tagdb::base::JsonLimits;
using tagdb::base::JsonValue;
using tagdb::base::JsonWriter;
using tagdb::fuzz::must;

namespace {

/// Writes the value again; a fraction, which the writer has no word for, becomes null.
void copy(const JsonValue& value, JsonWriter& writer, unsigned depth) {
  must(depth <= JsonLimits().max_depth, "depth is bounded");
  if (value.is_object()) {
    writer.begin_object();
    value.for_each_member([&](std::string_view name, JsonValue member) {
      must(tagdb::base::is_valid_utf8(name), "names are UTF-8");
      must(value.find(name).has_value(), "a member is found by its name");
      must(value.find_folded(name).has_value(), "a member is found by its name in any case");
      must(value.count_folded(name) >= 1, "a member counts");
      writer.key(name);
      copy(member, writer, depth + 1);
    });
    writer.end_object();
  } else if (value.is_array()) {
    writer.begin_array();
    for (std::size_t i = 0; i < value.size(); ++i)
      copy(value.at(i), writer, depth + 1);
    writer.end_array();
  } else if (const auto text = value.string()) {
    must(tagdb::base::is_valid_utf8(*text), "strings are UTF-8");
    writer.value(*text);
  } else if (const auto number = value.integer()) {
    writer.value(*number);
  } else if (const auto truth = value.boolean()) {
    writer.value(*truth);
  } else {
    writer.null();
  }
}

std::string copy_of(const JsonDocument& document) {
  JsonWriter writer;
  copy(document.root(), writer, 0);
  return writer.text();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = JsonDocument::parse(tagdb::fuzz::text_of(data, size));
  if (!document)
    return 0;
  const auto once = copy_of(*document);
  const auto again = JsonDocument::parse(once);
  must(again.has_value(), "what is written can be read");
  must(copy_of(*again) == once, "a copy of a copy is the copy");
  return 0;
}
