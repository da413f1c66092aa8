// Tags: the low bits of a pointer's word that its alignment leaves free.
#pragma once

#include <weft/atomic/abi.hpp>
#include <weft/atomic/assert.hpp>

#include <cstddef>
#include <cstdint>

namespace weft::inline WEFT_ABI::epoch::detail {

/// The bits of a T*'s word that may carry a tag: 2^k - 1 for an alignment of 2^k.
template <class T>
inline constexpr std::uintptr_t tag_bits = alignof(T) - 1;

/// Pointer and tag in one word; tag bits for which there is no room are dropped.
template <class T>
[[nodiscard]] std::uintptr_t to_word(T* pointer, std::uintptr_t tag) noexcept {
  const auto raw = reinterpret_cast<std::uintptr_t>(pointer);
  WEFT_ASSERT((raw & tag_bits<T>) == 0, "a pointer whose low bits are to carry a tag must be aligned as its type says");
  return raw | (tag & tag_bits<T>);
}
template <class T>
[[nodiscard]] T* to_pointer(std::uintptr_t raw) noexcept {
  return reinterpret_cast<T*>(raw & ~tag_bits<T>);
}

}  // namespace weft::inline WEFT_ABI::epoch::detail
