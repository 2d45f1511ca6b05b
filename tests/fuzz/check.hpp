#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Every file x_fuzz.cpp defines this one function. libFuzzer calls it with what it makes up; the ordinary
// test program calls it with the seeds in corpus/x, so that a target cannot rot unseen.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tagdb::fuzz {

/// A promise of a header that does not hold ends the process: that is how a fuzzer learns of it.
inline void must(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

} // namespace tagdb::fuzz
