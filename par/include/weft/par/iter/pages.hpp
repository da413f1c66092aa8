// Asks the kernel for large pages under memory that is about to be filled.
#pragma once

#include <weft/atomic/abi.hpp>

#include <cstddef>

namespace weft::inline WEFT_ABI::par::detail {

void advise_large_pages(void* memory, std::size_t bytes) noexcept;

/// All of the memory will be written soon. A hint; below a few large pages it does nothing.
inline void expect_use(void* memory, std::size_t bytes) noexcept {
  constexpr std::size_t worth_a_call = std::size_t{8} << 20;
  if (bytes >= worth_a_call) [[unlikely]]
    advise_large_pages(memory, bytes);
}

}  // namespace weft::inline WEFT_ABI::par::detail
