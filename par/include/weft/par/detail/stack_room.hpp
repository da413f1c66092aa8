// stack_room: how much of its stack a thread has used.
#pragma once

#include <weft/atomic/abi.hpp>

namespace weft::inline WEFT_ABI::par::detail {

/// True when the caller has used more than half of its thread's stack. A thread begins work that others could do as well only in
/// the first half: so what needs no more than half a stack by itself never overflows one, whatever is stolen while it waits.
/// Always false on a stack that the system doesn't know of: a fiber's.
[[nodiscard]] bool is_deep() noexcept;

/// For a thread's first function: what lies above it on the stack, thread-local storage among it, doesn't count as used. A thread
/// with much of it and a small stack would be deep from the beginning, and run nothing.
void begin_stack_here() noexcept;

}  // namespace weft::inline WEFT_ABI::par::detail
