// WEFT_ASSERT(condition, "the broken promise in one sentence"): ends the process with that sentence and the place.
#pragma once

#include <weft/atomic/abi.hpp>

namespace weft::inline WEFT_ABI::atomic::detail {
/// Prints the sentence to stderr and aborts. Under the model checker: fails the execution.
[[noreturn]] void assertion_failed(const char* condition, const char* sentence, const char* file, int line) noexcept;
}  // namespace weft::inline WEFT_ABI::atomic::detail

/// Always on: for breaches of contract that would otherwise be undefined behaviour.
#define WEFT_ASSERT(condition, sentence) \
  ((condition) ? static_cast<void>(0) : ::weft::atomic::detail::assertion_failed(#condition, sentence, __FILE__, __LINE__))

/// On in debug builds: for invariants on hot paths.
#ifdef NDEBUG
#define WEFT_DEBUG_ASSERT(condition, sentence) static_cast<void>(sizeof(!(condition)))
#else
#define WEFT_DEBUG_ASSERT(condition, sentence) WEFT_ASSERT(condition, sentence)
#endif
