#include "check.hpp"
#include <tagdb/windows/tag_grammar.hpp>

#include <string>

using namespace tagdb::windows;
using tagdb::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string tag(tagdb::fuzz::text_of(data, size));
  const auto name = parse_tag_name(tag);
  std::string again = name.stem;
  for (const auto& suffix : {name.architecture, name.locale}) {
    if (suffix.empty())
      continue;
    must(again.size() < tag.size() && (tag[again.size()] == '-' || tag[again.size()] == '_'), "a separator");
    again += tag[again.size()] + suffix;
  }
  must(again == tag, "stem and suffixes are the whole name");
  must(name.revision.has_value() == (name.kind == TagKind::revision), "a revision tag has a revision");
  must(name.kb.has_value() == (name.kind == TagKind::kb), "a KB tag has a KB");
  must(name.product.empty() == (name.kind == TagKind::revision || name.kind == TagKind::other), "a product");
  if (name.revision)
    must(name.revision->to_string() == name.stem, "a revision tag's stem is its revision");
  must(parse_tag_name(name.stem).kind == name.kind, "the stem is of the same kind");
  if (const auto version = OsVersion::parse(tag))
    must(version->to_string() == tag, "a version has one spelling");
  if (const auto version = OsVersion::parse_lenient(tag))
    must(OsVersion::parse(version->to_string()).value() == *version, "a version survives");
  if (const auto kb = Kb::parse(tag))
    must(Kb::parse(kb->to_string()).value() == *kb, "a KB survives");
  return 0;
}
