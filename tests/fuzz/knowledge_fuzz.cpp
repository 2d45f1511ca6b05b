#include "check.hpp"
#include <tagdb/windows/knowledge_csv.hpp>

using namespace tagdb::windows;
using tagdb::base::ErrorKind;
using tagdb::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto tables = parse_document(tagdb::fuzz::text_of(data, size));
  if (!tables) {
    must(tables.error().kind() == ErrorKind::usage, "whatever is wrong is the file's fault");
    must(!tables.error().message().empty(), "and is said");
    return 0;
  }
  const auto printed = print_document(*tables);
  const auto again = parse_document(printed);
  must(again.has_value(), "what is printed can be read");
  must(print_document(*again) == printed, "and prints the same");
  return 0;
}
