#include "check.hpp"
#include <tagdb/oci/reference.hpp>

using namespace tagdb::oci;
using tagdb::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tagdb::fuzz::text_of(data, size);
  if (const auto reference = parse_reference(text)) {
    must(reference->repository.has_value(), "a reference has a repository");
    const auto printed = reference->to_string();
    const auto again = parse_reference(printed);
    must(again.has_value(), "a printed reference is one");
    must(again->registry == reference->registry && again->repository == reference->repository &&
             again->tag == reference->tag && again->digest == reference->digest,
         "a printed reference is the same");
    must(again->to_string() == printed, "printing is stable");
  }
  if (const auto tag = Tag::parse(text))
    must(tag->to_string() == text, "a tag is never changed");
  if (const auto digest = Digest::parse(text))
    must(digest->to_string() == text, "a digest is never changed");
  if (const auto registry = RegistryName::parse(text))
    must(RegistryName::parse(registry->to_string()).value() == *registry,
         "a registry survives its own spelling");
  return 0;
}
