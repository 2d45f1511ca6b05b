#include <tagdb/cli/program.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <sys/mman.h>

namespace {

/// Has the kernel give us the memory of an answer at once. Touched page by page it was two hundred page
/// faults, and those a sixth of the time an answer takes. Where the kernel cannot (before Linux 5.14) nothing
/// changes.
void warm_heap() {
  constexpr std::size_t k_answer = 640u << 10;
  constexpr std::uintptr_t k_page = 4096;
  // What is freed here has to stay in the heap, for the answer.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  void* memory = std::malloc(k_answer);
  if (memory == nullptr)
    return;
  const auto first = (reinterpret_cast<std::uintptr_t>(memory) + k_page - 1) & ~(k_page - 1);
  static_cast<void>(madvise(reinterpret_cast<void*>(first), k_answer - 2 * k_page, MADV_POPULATE_WRITE));
  std::free(memory);
}

} // namespace

int main(int argc, char** argv) {
  warm_heap();
  return tagdb::cli::run_program(argc, argv, {});
}
