#include "check.hpp"
#include <tagdb/windows/explain.hpp>

#include <set>

using namespace tagdb::windows;
using tagdb::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::set<std::string> ids;
  for (const auto& one : explain_errors(tagdb::fuzz::text_of(data, size))) {
    must(ids.insert(one.id).second, "each error once");
    must(!one.meaning.empty() && !one.matched.empty() && !one.next.empty(), "with what to do");
  }
  return 0;
}
