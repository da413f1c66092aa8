// The optimiser's blindfold: what is measured must be computed, each time.
#pragma once

#include <type_traits>

namespace race {

/// The compiler must have `value` in a register here, and must take it for changed afterwards.
template <class T>
requires(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*)) inline void keep(T& value) noexcept {
  __asm__ __volatile__("" : "+r"(value));
}

/// The compiler must take all memory for read and changed here.
inline void forget() noexcept { __asm__ __volatile__("" : : : "memory"); }

}  // namespace race
