// A page fault for each 4 KiB is what filling fresh memory costs most of; 2 MiB pages make it 512 times rarer.
#include <weft/par/iter/pages.hpp>

#include <cstdint>

#ifdef __linux__
#include <cerrno>
#include <sys/mman.h>
#endif

namespace weft::inline WEFT_ABI::par::detail {

void advise_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::uintptr_t page = std::uintptr_t{2} << 20;
  const std::uintptr_t from = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  const std::uintptr_t to = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;
  if (from >= to) return;
  const int error = errno;
  static_cast<void>(::madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE));  // a refusal costs only the gain
  errno = error;
#endif
}

}  // namespace weft::inline WEFT_ABI::par::detail
